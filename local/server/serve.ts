/**
 * The local gateway put together: store, control plane, functions, data plane and inspector behind one port, and
 * synthesized stacks that are loaded into it and loaded again.
 */
import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Store } from "../api/store";
import { createControlPlane } from "../control-plane";
import type { Limits } from "../data-plane/limits";
import type { Switches } from "../data-plane/switches";
import { createInspector } from "../inspector";
import { createLambdaRuntime } from "../lambda";
import { createFindFunction, lambdaEndpoint } from "../lambda/find-function";
import type { LambdaFunction } from "../lambda/types";
import { renderTemplate } from "../templates";
import { readSynthesized } from "../terraform";
import type { Value } from "../terraform/values";
import { Trace } from "../trace/trace";
import { type Backends, redirectIntegrations } from "./backends";
import { type DevelopmentAccess, DevelopmentKey } from "./development-key";
import { authorizersOf, type EntryPoint, entryPointsOf } from "./entry-points";
import { startGateway } from "./gateway";

export interface ServeOptions {
  /** 0, the default, for any that is free. */
  readonly port?: number;
  readonly host?: string;
  /** PEM; https and wss with it. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly limits?: Partial<Limits>;
  readonly switches?: Partial<Switches>;
  readonly apiKeys?: readonly string[];
  readonly inspector?: boolean;
  readonly trace?: Trace;
  /** Terraform input variables; `TF_VAR_…` of the environment count too. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the zips are of functions that are deployed to a Lambda endpoint, which gives no code back. */
  readonly zipFolders?: readonly string[];
}

export interface LocalServer {
  readonly port: number;
  /** `http://localhost:3000` */
  readonly origin: string;
  readonly store: Store;
  readonly trace: Trace;
  readonly entryPoints: readonly EntryPoint[];
  /** Of the stack that was loaded last. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** The value of the header that tells a backend that a request is the gateway's. */
  readonly originSecret: string;
  /** Serves a synthesized stack, in place of the one before; connections that are open stay. */
  load(stack: string, backends?: Backends): void;
  close(): Promise<void>;
}

/** Sensitive variables of this project's own stacks: without a value of the developer's, one that nobody knows. */
const SECRET_VARIABLES = ["origin_secret", "hs256_secret"] as const;

export async function serve(options: ServeOptions = {}): Promise<LocalServer> {
  const { host = "127.0.0.1", tls, environment = {}, trace = new Trace() } = options;
  const account = { accountId: "123456789012", region: "us-east-1", partition: "aws" };
  const variables = { ...generatedSecrets(environment), ...options.variables };
  let port = 0;
  const origin = (scheme: "http" | "ws") => `${scheme}${tls ? "s" : ""}://${displayed(host)}:${port}`;
  const store = new Store({ account, endpoint: (apiId) => `${origin("ws")}/_aws/execute-api/${apiId}` });
  const functions = createFunctions(options, trace);
  const runtime = createLambdaRuntime({
    onLog: ({ functionName, text }) => {
      if (trace.active) trace.emit({ type: "function-log", at: Date.now(), functionName, line: text });
    },
  });
  const entryPoints = () => entryPointsOf(store, functions.developmentAccessOf);
  // A deployed authorizer is not known before it is looked up, and without it there is no token to connect with.
  const lookUp = () => Promise.all(authorizersOf(store).map(functions.find));
  const inspector = options.inspector ? createInspector({ trace, entryPoints, lookUp }) : undefined;
  const gateway = await startGateway({
    store,
    host,
    trace,
    renderTemplate,
    invoke: runtime.invoke,
    findFunction: functions.find,
    port: options.port ?? 0,
    requestHandlers: [...(inspector ? [inspector.handle] : []), createControlPlane(store)],
    ...(tls && { tls }),
    ...(options.limits && { limits: options.limits }),
    ...(options.switches && { switches: options.switches }),
    ...(options.apiKeys?.length && { apiKeys: new Set(options.apiKeys) }),
  });
  port = gateway.port;
  let outputs: Readonly<Record<string, Value>> = {};
  const close = async (): Promise<void> => {
    inspector?.close();
    await gateway.close();
    await runtime.close();
  };

  return {
    port,
    origin: origin("http"),
    store,
    trace,
    originSecret: variables.origin_secret ?? environment.TF_VAR_origin_secret ?? "",
    get entryPoints() {
      return entryPoints();
    },
    get outputs() {
      return outputs;
    },
    load(stack, backends = new Map()) {
      const synthesized = readSynthesized(stack, { endpoint: origin("ws"), variables, environment });
      redirectIntegrations(synthesized.store, backends);
      Object.assign(account, synthesized.store.account);
      functions.serve(synthesized.functions, stack);
      store.load(synthesized.store);
      outputs = synthesized.outputs;
      for (const message of synthesized.warnings) notice(trace, "left-out", message);
      for (const fn of functions.admitted()) runtime.warm(fn);
    },
    close,
  };
}

/** The functions of the loaded stack and those at a Lambda endpoint; this project's authorizers get the development key. */
function createFunctions({ environment = {}, zipFolders = [] }: ServeOptions, trace: Trace) {
  const key = new DevelopmentKey();
  const folders: string[] = [];
  const accesses = new Map<string, DevelopmentAccess>();
  /** ARNs of functions of which something was told. */
  const admitted = new Set<string>();
  const missing = new Set<string>();
  let served: ReadonlyMap<string, LambdaFunction> = new Map();
  const admit = (fn: LambdaFunction): LambdaFunction => {
    const access = key.addTo(fn);
    if (!access) return fn;
    accesses.set(fn.functionArn, access);
    if (!admitted.has(fn.functionArn)) {
      const message = `${fn.functionName} also accepts tokens of this process's own development key`;
      notice(trace, "development-key", message);
    }
    admitted.add(fn.functionArn);
    return access.fn;
  };
  const miss = (arn: string, why: string): undefined => {
    accesses.delete(arn);
    if (!missing.has(arn)) notice(trace, "function-not-found", why);
    missing.add(arn);
  };
  const endpoint = lambdaEndpoint(environment);
  const find = createFindFunction({ synthesized: () => served, endpoint, folders });
  return {
    async find(arn: string): Promise<LambdaFunction | undefined> {
      for (const folder of zipFolders) if (!folders.includes(folder) && existsSync(folder)) folders.push(folder);
      try {
        const fn = await find(arn);
        if (fn === undefined) return miss(arn, whereItIsNot(arn, endpoint, zipFolders));
        missing.delete(arn);
        return served.get(fn.functionArn) === fn ? fn : admit(fn);
      } catch (error) {
        return miss(arn, `${arn} cannot be looked up at ${endpoint}: ${error}`);
      }
    },
    developmentAccessOf: (arn: string) => accesses.get(arn),
    admitted: () => [...accesses.values()].map(({ fn }) => fn),
    serve(functions: ReadonlyMap<string, LambdaFunction>, stack: string) {
      const folder = statSync(stack).isDirectory() ? stack : dirname(stack);
      if (!folders.includes(folder)) folders.push(folder);
      accesses.clear();
      served = new Map([...functions].map(([arn, fn]) => [arn, admit(fn)]));
    },
  };
}

/** Why a function is not found, and what to do about it. */
function whereItIsNot(arn: string, endpoint: string | undefined, folders: readonly string[]): string {
  const none = `There is no function ${arn}`;
  if (endpoint === undefined) {
    return `${none}. If it is deployed, start the gateway with AWS_ENDPOINT_URL set to where that is, such as http://localhost:5000`;
  }
  return `${none} at ${endpoint}, or its zip is not in ${folders.join(", ")}: start the gateway in the project's folder`;
}

function generatedSecrets(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const unset = SECRET_VARIABLES.filter((name) => environment[`TF_VAR_${name}`] === undefined);
  return Object.fromEntries(unset.map((name) => [name, randomBytes(32).toString("base64url")]));
}

/** How clients on this machine name an address that is listened on. */
function displayed(host: string): string {
  if (["127.0.0.1", "::1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function notice(trace: Trace, code: string, message: string): void {
  if (trace.active) trace.emit({ type: "notice", at: Date.now(), code, message });
}
