/** The `backend` block: the location of the Terraform state. */
import { isAbsolute, join } from "node:path/posix";
import { TerraformBackend, type TerraformRemoteState } from "cdktf";
import type { Construct } from "constructs";
import { localState, type StateBackend } from "../config/model";
import { StackError } from "./errors";

/** Path from `cdktf.out/stacks/<name>`, where Terraform runs, to the folder that contains `cdktf.out`. */
const PROJECT = "../../..";

/**
 * The `backend` block, with Terraform's names for the arguments. It also supports arguments that cdktf does not have.
 *
 * @example
 * new State(this, "prod", { type: "s3", arguments: { bucket: "acme-terraform", key: "prod.tfstate", region: "us-east-1" } });
 */
export class State extends TerraformBackend {
  constructor(
    scope: Construct,
    apiName: string,
    private readonly state: StateBackend,
  ) {
    super(scope, "state", state.type);
    for (const [argument, value] of Object.entries(backendArguments(apiName, state))) this.addOverride(argument, value);
  }

  override toTerraform() {
    return this.state.type === "cloud" ? { terraform: { cloud: this.rawOverrides } } : super.toTerraform();
  }

  override toHclTerraform() {
    if (this.state.type !== "cloud") return super.toHclTerraform();
    const { workspaces, ...others } = this.state.arguments;
    // `workspaces` is the one block among the arguments (https://developer.hashicorp.com/terraform/cli/cloud/settings).
    const block = { value: workspaces, isBlock: true, type: "map", storageClassType: "stringmap" };
    return { terraform: { cloud: { ...others, ...(workspaces === undefined ? {} : { workspaces: block }) } } };
  }

  /** Not supported. @throws {StackError} `state-is-private`: other stacks read the published outputs instead */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new StackError(
      "state-is-private",
      `Other stacks cannot read the state of \`${this.cdktfStack.node.id}\`.`,
      "Read the SSM parameters, or add a terraform_remote_state data source for its outputs.",
    );
  }
}

function backendArguments(apiName: string, state: StateBackend): Readonly<Record<string, unknown>> {
  switch (state.type) {
    case "local":
      return { path: projectPath(state.path ?? localState(apiName)) };
    case "s3":
      // A lock file beside the state (https://developer.hashicorp.com/terraform/language/backend/s3#state-locking).
      return { encrypt: true, ...state.arguments, use_lockfile: true };
    default:
      return state.arguments;
  }
}

/** Returns a relative path, so that the same configuration synthesizes to the same bytes on every machine. */
function projectPath(path: string): string {
  return isAbsolute(path) ? path : join(PROJECT, path);
}
