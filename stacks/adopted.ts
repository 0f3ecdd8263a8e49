/** An API that was created without this project: Terraform imports its resources, and their differences are kept. */

import { createHash } from "node:crypto";
import type { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Lazy, TerraformResource, type TerraformStack } from "cdktf";
import { canonicalJson } from "../aws/canonical-json";
import type { Adopted, AuthorizerFunction } from "../config/model";
import { didYouMean } from "../terminal/nearest";
import { StackError } from "./errors";
import { readsHandshake } from "./expressions";
import { literal, resolved } from "./text";

/** What a deployment does not contain: these are kept without a new deployment. */
const NOT_DEPLOYED = new Set(["stage", "deployment", "access_log", "execution_log", "domain", "domain/mapping"]);

export interface AdoptedProps {
  readonly adopted: Adopted;
  readonly deployment: Apigatewayv2Deployment;
  /** Settings of the bundled authorizer, whose code has them. Undefined: the stack has no such function. */
  readonly authorizer: AuthorizerFunction | undefined;
}

/**
 * Applies what is known about an existing API to a stack that would create a new one: import blocks, arguments in place of
 * the stack's, and resources that the API does not have. As long as the definition is the adopted one, the stage keeps its
 * deployment, and the plan has no resource that would have to be created.
 *
 * @throws {StackError} `adopted-not-found` if `keep` names a resource that the stack does not have
 */
export function applyAdopted(stack: TerraformStack, { adopted, deployment, authorizer }: AdoptedProps): void {
  const { ids, definition, parameters, imported, keep } = adopted;
  const resources = new Map(resourcesOf(stack).map((resource) => [constructPath(resource), resource]));
  const trigger = definitionOf(deployment.triggersInput?.definition, keep);
  // The trigger has the authorizer's settings only by reference, to a version of its function.
  const content = ids.authorizer_function === undefined ? trigger : hash([trigger, authorizer]);
  const isUnchanged = content === definition;
  keepArguments(resources, keep, isUnchanged);
  if (isUnchanged) {
    deployment.addOverride("triggers", undefined);
    if (!imported) removeRecords(stack);
    keepUnread(stack, imported);
  } else {
    deployment.addOverride("triggers.definition", trigger);
    if (!imported) requireSameParameters(resources, parameters);
  }
  remove(
    stack,
    Object.keys(keep).filter((path) => keep[path] === false),
  );
  // The command \`adopt\` records it.
  stack.addOverride("//.metadata.definition", content);
  namePermissions(stack, ids);
  if (!imported) addImports(stack, ids, isUnchanged);
}

/** Sets the kept arguments in place of the stack's. @throws {StackError} `adopted-not-found` */
function keepArguments(
  resources: ReadonlyMap<string, TerraformResource>,
  keep: Adopted["keep"],
  isUnchanged: boolean,
): void {
  for (const [path, kept] of Object.entries(keep)) {
    const resource = resources.get(path);
    if (resource === undefined) throw notFound(path, [...resources.keys()]);
    // A description of the adopted deployment is not one of the next.
    if (kept === false || (path === "deployment" && !isUnchanged)) continue;
    for (const [name, value] of Object.entries(kept)) override(resource, name, value);
  }
}

/** Names the statements of functions' policies as they are on AWS. Terraform's provider reads a function's name, not its ARN. */
function namePermissions(stack: TerraformStack, ids: Adopted["ids"]): void {
  for (const resource of resourcesOf(stack)) {
    // `<function>[:<version or alias>]/<statement>`
    const id = ids[constructPath(resource)];
    if (id === undefined || resource.terraformResourceType !== "aws_lambda_permission") continue;
    override(resource, "function_name", id.replace(/[:/].*$/, ""));
    override(resource, "statement_id", id.replace(/^.*\//, ""));
    override(resource, "statement_id_prefix", null);
  }
}

/** Adds import blocks. cdktf's `importFrom` would run `terraform version` once for each resource. */
function addImports(stack: TerraformStack, ids: Adopted["ids"], isUnchanged: boolean): void {
  const imports = resourcesOf(stack).flatMap((resource) => {
    const path = constructPath(resource);
    const id = ids[path];
    // After a change, an id may be that of a resource that is gone. The API stays, so that no second one can be created.
    if (id === undefined || (!isUnchanged && path !== "api")) return [];
    const to = `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
    return [{ to, id: literal(id), ...(resource.provider ? { provider: resource.provider.fqn } : {}) }];
  });
  if (imports.length > 0) stack.addOverride("import", imports);
}

/** The path of a resource without the stack and without `Default`, such as `routes/$connect integration`. */
const constructPath = ({ node }: TerraformResource): string =>
  node.path
    .split("/")
    .slice(1)
    .filter((id) => id !== "Default")
    .join("/");

const resourcesOf = (stack: TerraformStack): TerraformResource[] =>
  stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));

/** Returns the hash of what a deployment contains: the stack's definition with what is kept. */
function definitionOf(definition: string | undefined, keep: Adopted["keep"]): string | undefined {
  const deployed = Object.entries(keep).filter(([path]) => !NOT_DEPLOYED.has(path));
  return deployed.length === 0 ? definition : hash([definition, Object.fromEntries(deployed)]);
}

const hash = (value: unknown): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

/**
 * Keeps what Terraform cannot compare with AWS: the code of the bundled authorizer, which it would publish again, and at the
 * import values with a sensitive variable, which it would update because AWS does not show that they are sensitive.
 */
function keepUnread(stack: TerraformStack, imported: boolean): void {
  for (const resource of resourcesOf(stack)) {
    const names: string[] = [];
    if (resource instanceof LambdaFunction) names.push("filename", "source_code_hash", "publish");
    if (!imported && resource instanceof LambdaFunction && resource.environmentInput) names.push("environment");
    if (!imported && resource instanceof Apigatewayv2Integration) {
      const parameters = JSON.stringify(resolved(stack, resource.requestParametersInput ?? {}));
      if (parameters.includes("${var.")) names.push("request_parameters");
    }
    if (names.length > 0) resource.addOverride("lifecycle.ignore_changes", names);
  }
}

/** Sets an argument. cdktf would merge a list or a map with the stack's; a lazy value replaces it. */
function override(resource: TerraformResource, name: string, value: unknown): void {
  const text = escaped(value);
  resource.addOverride(name, text === null ? undefined : Lazy.anyValue({ produce: () => text }));
}

function escaped(value: unknown): unknown {
  if (typeof value === "string") return literal(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [literal(key), escaped(one)]));
}

/**
 * Without its record in the state, an integration is updated in place, and API Gateway rejects a mapping of a parameter
 * that the route declares only afterwards (see stacks/http-integration.ts).
 *
 * @throws {StackError} `adopted-not-imported`
 */
function requireSameParameters(
  resources: ReadonlyMap<string, TerraformResource>,
  parameters: Adopted["parameters"],
): void {
  for (const [path, before] of Object.entries(parameters)) {
    const resource = resources.get(path);
    if (!(resource instanceof Apigatewayv2Integration)) continue;
    const now = Object.values(resource.requestParametersInput ?? {}).filter(readsHandshake);
    if (now.every((source) => before.includes(source))) continue;
    throw new StackError(
      "adopted-not-imported",
      `\`${path}\` reads other parameters of the client than when the API was adopted.`,
      "Apply the import first. Then set `adopted.imported: true`, deploy, and change the parameters after that.",
    );
  }
}

/** Removes what is only recorded in the state, so that the import creates nothing. The first deploy of a change adds it. */
function removeRecords(stack: TerraformStack): void {
  const isRecord = (resource: TerraformResource) => resource.terraformResourceType === "terraform_data";
  for (const resource of resourcesOf(stack)) {
    if (isRecord(resource)) resource.node.scope?.node.tryRemoveChild(resource.node.id);
    else if (resource.terraformResourceType === "aws_apigatewayv2_integration")
      resource.addOverride("lifecycle.replace_triggered_by", undefined);
  }
}

/** Removes resources with those below them, and the dependencies on them. */
function remove(stack: TerraformStack, paths: readonly string[]): void {
  const isRemoved = (resource: TerraformResource) =>
    paths.some((path) => `${constructPath(resource)}/`.startsWith(`${path}/`));
  const removed = resourcesOf(stack).filter(isRemoved);
  const addresses = new Set(
    removed.map((resource) => `${resource.terraformResourceType}.${resource.friendlyUniqueId}`),
  );
  for (const resource of removed) resource.node.scope?.node.tryRemoveChild(resource.node.id);
  for (const resource of resourcesOf(stack)) {
    if (resource.dependsOn === undefined) continue;
    resource.dependsOn = resource.dependsOn.filter((one) => !addresses.has(String(resolved(stack, one))));
  }
}

const notFound = (path: string, known: readonly string[]) =>
  new StackError(
    "adopted-not-found",
    `\`adopted.keep\` names \`${path}\`, which the configuration does not have.`,
    didYouMean(path, known) ?? "Remove it, or restore the setting that it belonged to.",
  );
