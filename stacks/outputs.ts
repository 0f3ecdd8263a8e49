/** The stack's outputs, and the same values as SSM parameters under a versioned path. Their names do not change. */
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { CONTRACT_VERSION, OUTPUTS, type Output, type OutputName } from "../contract/names";
import type { ConnectionsPolicy } from "./connections-policy";
import type { CustomDomain } from "./domain";
import { StackError } from "./errors";
import { digits } from "./hcl";
import type { Stage } from "./stage";
import { literal } from "./text";

export interface OutputsProps {
  readonly stage: Stage;
  readonly region: string;
  /** @default the output is left out */
  readonly connectionsPolicy?: ConnectionsPolicy | undefined;
  readonly authorizerFunctionName?: string | undefined;
  /** Policy document for clients that sign the handshake: {@link connectPolicy}. */
  readonly invokePolicy?: string | undefined;
  readonly domain?: CustomDomain | undefined;
  /** SSM parameters are published under `<prefix>/v1/<name>`. @default none */
  readonly ssmPrefix?: string | undefined;
  /**
   * Returns the name of an output in Terraform. Names are unique in a stack, so a second API in it needs others. The
   * parameters keep their names. @default the name itself
   */
  readonly outputName?: ((name: OutputName) => string) | undefined;
  /** Key of the parameters, whose type is then SecureString. @default the type is String */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The stack's outputs and SSM parameters.
 *
 * @example
 * const connectionsPolicy = new ConnectionsPolicy(this, "connections_policy", { stage, name: "quotes-connections" });
 * new Outputs(this, "outputs", { stage, region: "us-east-1", connectionsPolicy, ssmPrefix: "/quotes/prod" });
 */
export class Outputs extends Construct {
  constructor(scope: Construct, id: string, props: OutputsProps) {
    super(scope, id);
    const { stage } = props;
    this.publish(props, "endpoint", `${Fn.replace(stage.api.endpoint, "/^ws/", "http")}/${stage.name}`);
    this.publish(props, "url", `${stage.api.endpoint}/${stage.name}`);
    this.publish(props, "apiId", stage.api.apiId);
    this.publish(props, "stage", stage.name);
    this.publish(props, "region", props.region);
    this.publish(props, "executionArn", stage.api.executionArn);
    if (props.connectionsPolicy !== undefined) {
      this.publish(props, "connectionsPolicyArn", props.connectionsPolicy.arn);
    }
    this.publish(props, "contractVersion", CONTRACT_VERSION);
    if (props.authorizerFunctionName !== undefined) {
      this.publish(props, "authorizerFunctionName", props.authorizerFunctionName);
    }
    if (props.invokePolicy !== undefined) this.publish(props, "invokePolicy", props.invokePolicy);
    if (props.domain !== undefined) this.publish(props, "domainUrl", props.domain.url);
    if (props.domain?.target !== undefined) this.publish(props, "domainTarget", props.domain.target);
  }

  private publish(props: OutputsProps, output: Output, value: string): void {
    const [name, description] = OUTPUTS[output];
    // The outputs belong to the stack itself, because `cdktf deploy --outputs-file` nests outputs of other constructs.
    const stack = TerraformStack.of(this);
    const id = props.outputName?.(name) ?? name;
    if (stack.node.tryFindChild(id) !== undefined) {
      throw new StackError(
        "output-exists",
        `The stack \`${stack.node.id}\` already has an output \`${id}\`.`,
        "Give the second API's outputs other names with `outputName`.",
      );
    }
    new TerraformOutput(stack, id, { value: digits(value), description, staticId: true });
    if (props.ssmPrefix === undefined) return;
    new SsmParameter(this, `parameter ${name}`, {
      name: literal(`${props.ssmPrefix}/v${CONTRACT_VERSION}/${name}`),
      ...(props.kmsKeyArn === undefined ? { type: "String" } : { type: "SecureString", keyId: props.kmsKeyArn }),
      value,
      description,
      // When the parameter exists, the stage exists too.
      dependsOn: [props.stage.resource],
    });
  }
}
