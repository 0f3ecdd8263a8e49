/**
 * Reads a synthesized stack (any cdktf or Terraform JSON project) into a store: its WebSocket APIs, deployed, and its
 * functions and outputs. So the gateway runs locally what Terraform would deploy.
 */

import { createHash } from "node:crypto";
import { partitionOf } from "../../aws/endpoints";
import { ApiError } from "../api/error";
import type { Generator } from "../api/kinds/kind";
import { Store, systemGenerator } from "../api/store";
import type { LambdaFunction } from "../lambda/types";
import { API_TYPES, createApiResource, DEFINITION_TYPES } from "./adapters/api";
import type { AdapterContext } from "./adapters/context";
import { createDomainResource, DOMAIN_TYPES } from "./adapters/domain";
import { createFunction, createPermission } from "./adapters/lambda";
import { computeOther } from "./adapters/other";
import { advise } from "./advice";
import { Arguments } from "./arguments";
import { type Document, readDocument } from "./document";
import { TerraformError } from "./error";
import { httpApi, webSocketApis, withoutHttpApis } from "./http-apis";
import { Module } from "./module";
import { asTexts, type ObjectValue, type Value } from "./values";

export { TerraformError } from "./error";

export interface ReadOptions {
  /** The gateway's public URL, such as `ws://localhost:3000`. */
  readonly endpoint: string;
  /** Input variables, as text; they take precedence over `TF_VAR_…` in `env`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment variables of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Returns the value of a sensitive text variable that has none. Without this function, that is an error. */
  readonly unsetSecret?: (name: string) => string;
  readonly accountId?: string;
  /** For a stack whose provider has no region. Default `us-east-1`. */
  readonly region?: string;
}

export interface Synthesized {
  /** Holds the stack's APIs, each deployed to its stages. */
  readonly store: Store;
  /** By function ARN. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly outputs: Readonly<Record<string, Value>>;
  /** What is not served, or would fail on AWS, and why. */
  readonly warnings: readonly string[];
}

/**
 * Reads a synthesized stack. An error in something that the API does not need, such as an output, becomes a warning.
 *
 * @param path A `.tf.json` file, a stack's folder, or a `cdktf.out` with one stack.
 * @throws {TerraformError} where the API itself cannot be read, or API Gateway would reject it.
 * @example
 * const { store, functions, warnings } = readSynthesized("cdktf.out/stacks/prod", { endpoint: "ws://localhost:3000" });
 */
export function readSynthesized(path: string, options: ReadOptions): Synthesized {
  const document = readDocument(path);
  return placedIn(document.file, () => read(document, options));
}

function read(document: Document, options: ReadOptions): Synthesized {
  const account = {
    accountId: options.accountId ?? "123456789012",
    region: options.region ?? "us-east-1",
    partition: "aws",
  };
  const warnings: string[] = [];
  const generator = stableGenerator();
  /** The document without HTTP APIs, once these are known. */
  let served = document;
  const context: AdapterContext = {
    store: new Store({
      account,
      endpoint: (apiId) => endpointOf(module, options.endpoint, apiId),
      generator,
    }),
    functions: new Map(),
    createDefinition: () => createAll(module, served, DEFINITION_TYPES),
    tags: (args) => ({
      ...asTexts(provider.block("default_tags")?.value("tags") ?? {}),
      ...asTexts(args.value("tags") ?? {}),
    }),
    warn: (warning) => warnings.push(warning),
  };
  const module = new Module({
    document,
    account,
    variables: options.variables ?? {},
    env: options.env ?? {},
    unsetSecret: options.unsetSecret,
    create(args, type, name) {
      if (type === "aws_apigatewayv2_api" && args.text("protocol_type") === "HTTP") {
        warnings.push(`${args.address} is an HTTP API: it and its resources are not served`);
        return httpApi(args, generator.id(10, args.address), account);
      }
      const isLeftOut = served.resource[type]?.[name] === undefined;
      return isLeftOut ? {} : createResource(args, type, document.folder, context);
    },
  });
  const provider = new Arguments("provider.aws", providerOf(document), module);
  account.region = provider.text("region") ?? account.region;
  account.partition = partitionOf(account.region);

  served = withoutHttpApis(document, module);
  warnings.push(...advise(served));

  createAll(module, served, API_TYPES);
  if (context.store.apis.size === 0) {
    const problem = `the stack has no aws_apigatewayv2_api${served === document ? "" : " with protocol_type WEBSOCKET"}`;
    throw new TerraformError("unknown", problem, "Use a stack with a WebSocket API");
  }
  for (const type of ["aws_lambda_function", "aws_lambda_permission", ...DOMAIN_TYPES]) {
    for (const name of namesIn(served, type)) unlessUnreadable(context.warn, () => module.resource(type, name));
  }
  const outputs = outputsOf(module, document, context.warn);
  const functions = new Map(
    [...context.functions].map(([functionArn, draft]): [string, LambdaFunction] => [
      functionArn,
      { functionArn, ...draft },
    ]),
  );
  return { store: context.store, functions, outputs, warnings };
}

function createResource(args: Arguments, type: string, folder: string, context: AdapterContext): ObjectValue {
  if (type === "aws_lambda_function") return createFunction(args, folder, context);
  if (type === "aws_lambda_permission") return createPermission(args, context);
  const domain = DOMAIN_TYPES.some((known) => known === type);
  if (!domain && !API_TYPES.some((known) => known === type)) return computeOther(args, type, context.store.account);
  try {
    const computed = domain ? createDomainResource(args, type, context) : createApiResource(args, type, context);
    for (const name of args.unread(IGNORED)) context.warn(`${args.address}.${name} has no effect in the local gateway`);
    return computed;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new TerraformError("refused", `API Gateway rejects it: ${error.code}: ${error.message}`, "");
  }
}

/** Arguments that control Terraform, not the API. */
const IGNORED = ["triggers", "tags_all", "region"];

const namesIn = ({ resource }: Document, type: string) => Object.keys(resource[type] ?? {});

function createAll(module: Module, document: Document, types: readonly string[]): void {
  for (const type of types) {
    for (const name of namesIn(document, type)) {
      // A pending resource has led to this call.
      if (!module.pending.has(`${type}.${name}`)) module.resource(type, name);
    }
  }
}

/** Derives an API's identifier from its name, so that it stays the same when the stack is synthesized again. */
function stableGenerator(): Generator {
  const seen = new Map<string, number>();
  return {
    ...systemGenerator,
    id(length, name) {
      if (name === undefined) return systemGenerator.id(length);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      const digest = createHash("sha256").update(`${count} ${name}`).digest("hex");
      return BigInt(`0x${digest}`).toString(36).slice(0, length);
    },
  };
}

/** A single API is served at the gateway's URL; of several, each has a path. */
function endpointOf(module: Module, endpoint: string, apiId: string): string {
  const only = webSocketApis(module).length === 1;
  return only ? endpoint : `${endpoint}/_aws/execute-api/${apiId}`;
}

function providerOf({ provider }: Document) {
  const configurations = [provider.aws ?? {}].flat();
  return configurations.find((configuration) => configuration.alias === undefined) ?? {};
}

function outputsOf(module: Module, document: Document, warn: AdapterContext["warn"]): Record<string, Value> {
  const outputs: Record<string, Value> = {};
  for (const name of Object.keys(document.output)) {
    unlessUnreadable(warn, () => {
      outputs[name] = module.output(name);
    });
  }
  return outputs;
}

/** An error in what the API does not need becomes a warning. */
function unlessUnreadable(warn: AdapterContext["warn"], run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    warn(error.message);
  }
}

function placedIn<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    throw new TerraformError(error.code, error.problem, error.hint, error.where ? `${file}: ${error.where}` : file);
  }
}
