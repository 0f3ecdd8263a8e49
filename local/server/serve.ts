/**
 * The complete local gateway: store, control plane, functions, data plane and inspector at one port. Synthesized stacks are
 * loaded into it, and loaded again after a change.
 */

import { randomBytes, randomInt } from "node:crypto";
import { credentialsIn } from "../../aws/sigv4";
import { VARIABLES, variableIn } from "../../contract/names";
import { Store } from "../api/store";
import { createControlPlane } from "../control-plane";
import type { Connection } from "../data-plane/connections/connection";
import { type FaultSettings, Faults, limitsOf, type RunningFaults } from "../data-plane/faults";
import type { Limits } from "../data-plane/limits";
import type { Switches } from "../data-plane/switches";
import { createInspector } from "../inspector";
import { createLambdaRuntime } from "../lambda";
import { withoutRepeats } from "../lambda/execution-environment";
import { renderTemplate } from "../templates";
import { readSynthesized } from "../terraform";
import type { Value } from "../terraform/values";
import { Trace } from "../trace/trace";
import { type Backends, redirectIntegrations } from "./backends";
import { authorizersOf, type EntryPoint, entryPointsOf } from "./entry-points";
import { createFunctionFinder } from "./function-finder";
import { startServer } from "./gateway";
import type { Certificate } from "./port";

export interface ServeOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  readonly host?: string;
  /** With it, the gateway serves https and wss only. */
  readonly tls?: Certificate | undefined;
  /** Called with the first TLS client: https and wss are served too, on the same port. */
  readonly certificate?: (() => Promise<Certificate>) | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly switches?: Partial<Switches> | undefined;
  readonly apiKeys?: readonly string[] | undefined;
  /** Failures to cause. */
  readonly faults?: FaultSettings | undefined;
  /** Repeats the faults of an earlier run. Default: a random one. */
  readonly seed?: number | undefined;
  readonly inspector?: boolean;
  readonly trace?: Trace;
  /** Terraform input variables; `TF_VAR_…` of {@link env} count too. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Variables of this process. Functions get its proxies and certificate authorities. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Folders with the zips of functions that are deployed to a Lambda endpoint, which does not return code. */
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
  /** Connections that are open or closing. */
  readonly connections: Iterable<Connection>;
  /** The faults at the start, and how to repeat them; empty where there are none. */
  readonly faults: string;
  /** Begins faults, or changes their values. Returns a function that restores what was before. */
  inject(faults: RunningFaults): () => void;
  /** The secret in the header that proves to a backend that a request comes from the gateway. */
  readonly originSecret: string;
  /** Serves a synthesized stack in place of the previous one. Open connections stay open. */
  load(stack: string, backends?: Backends): void;
  close(): Promise<void>;
}

/**
 * Starts the complete local gateway.
 *
 * @returns when the server listens; rejects where the port is not available. `load` throws `TerraformError` for a stack
 * that cannot be served, and then the previous stack is still served.
 * @example
 * const server = await serve({ port: 3000 });
 * server.load("cdktf.out/stacks/prod");
 * console.log(server.entryPoints[0]?.url); // ws://localhost:3000/prod
 * await server.close();
 */
export async function serve(options: ServeOptions = {}): Promise<LocalServer> {
  const { host = "localhost", tls, env = {}, trace = new Trace() } = options;
  const account = { accountId: "123456789012", region: "us-east-1", partition: "aws" };
  const { variables = {} } = options;
  const made = new Map<string, string>();
  const reported = new Set<string>();
  /** Returns a random value that is long enough for every algorithm, always the same. */
  const randomSecret = (name: string): string => {
    const value = made.get(name) ?? randomBytes(64).toString("base64url");
    made.set(name, value);
    return value;
  };
  /** Returns the value of a secret that is not set. It is reported once. */
  const unsetSecret = (name: string): string => {
    if (!reported.has(name)) trace.notice("secret-unset", unset(name));
    reported.add(name);
    return randomSecret(name);
  };
  let port = 0;
  const origin = (scheme: "http" | "ws") => `${scheme}${tls ? "s" : ""}://${displayed(host)}:${port}`;
  const store = new Store({ account, endpoint: (apiId) => `${origin("ws")}/_aws/execute-api/${apiId}` });
  const functions = createFunctionFinder({
    env,
    zipFolders: options.zipFolders ?? [],
    trace,
    ownOrigins: () => ["localhost", "127.0.0.1"].map((name) => `http${tls ? "s" : ""}://${name}:${port}`),
  });
  const runtime = createLambdaRuntime({
    env,
    onLog: withoutRepeats((line) => {
      if (!trace.active) return;
      const { functionName, text, invokedFor } = line;
      trace.emit({ type: "function-log", at: Date.now(), functionName, line: text, ...invokedFor });
    }),
  });
  const entryPoints = () => entryPointsOf(store, functions.developmentAccess);
  // The token of an entry point needs its authorizer, and a deployed authorizer must be looked up first.
  const lookUp = () => Promise.all(authorizersOf(store).map(functions.find));
  const inspector = options.inspector ? createInspector({ trace, entryPoints, lookUp }) : undefined;
  const faults = new Faults(options.seed ?? randomInt(1_000_000), options.faults);
  const gateway = await startServer({
    store,
    host,
    trace,
    renderTemplate,
    invoke: runtime.invoke,
    findFunction: functions.find,
    port: options.port ?? 0,
    requestHandlers: [...(inspector ? [inspector.handle] : []), createControlPlane(store)],
    tls,
    certificate: options.certificate,
    limits: { ...limitsOf(options.faults ?? {}), ...options.limits },
    faults,
    switches: options.switches,
    credentials: credentialsIn(env),
    apiKeys: options.apiKeys?.length ? new Set(options.apiKeys) : undefined,
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
    get originSecret() {
      const name = VARIABLES.originSecret;
      return variables[name] ?? variableIn(env, name) ?? randomSecret(name);
    },
    get connections() {
      return [...gateway.dataPlane.connections].map(({ connection }) => connection);
    },
    faults: faultsText(options.faults ?? {}, faults.seed),
    inject: (running) => faults.set(running),
    get entryPoints() {
      return entryPoints();
    },
    get outputs() {
      return outputs;
    },
    load(stack, backends = new Map()) {
      const synthesized = readSynthesized(stack, { endpoint: origin("ws"), variables, env, unsetSecret });
      redirectIntegrations(synthesized.store, backends);
      Object.assign(account, synthesized.store.account);
      functions.load(synthesized.functions, stack);
      store.load(synthesized.store);
      outputs = synthesized.outputs;
      for (const message of synthesized.warnings) trace.notice("left-out", message);
      for (const fn of functions.authorizers()) runtime.warm(fn);
    },
    close,
  };
}

function unset(name: string): string {
  const consequence =
    name === VARIABLES.originSecret
      ? "a backend that checks it rejects requests"
      : "tokens signed with yours are rejected";
  return `The secret ${name} is not set, so a random one is used and ${consequence}. Set TF_VAR_${name} in the environment or in .env`;
}

function faultsText(settings: FaultSettings, seed: number): string {
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return given.length === 0 ? "" : `${given.join(", ")}; to repeat them: --seed ${seed}`;
}

/** The host for URLs, of the address that the server listens on. */
function displayed(host: string): string {
  if (["localhost", "127.0.0.1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
