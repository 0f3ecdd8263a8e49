/**
 * The local gateway as a library, for tests of a backend or a client: Amazon API Gateway on a free port of this machine,
 * from `gateway.yaml` or a synthesized stack.
 */
import { resolve } from "node:path";
import { CodedError } from "../terminal/error";
import type { ConnectionState } from "./data-plane/connections/connection";
import type { RunningFaults } from "./data-plane/faults";
import { GatewayEvents } from "./events";
import type { Backends } from "./server/backends";
import { cacheFolder, localCertificate } from "./server/certificate";
import type { Claims } from "./server/development-key";
import { backendEnvironment, connectable, type EntryPoint } from "./server/entry-points";
import { type LocalServer, serve } from "./server/serve";
import { configSource, synthesizedSource } from "./session/source";
import {
  backendsOf,
  checkOptions,
  checkRunningFaults,
  type GatewayForBackend,
  type StartGatewayOptions,
} from "./start-options";
import { Trace } from "./trace/trace";

export type { FaultName, FaultSettings, RunningFaults } from "./data-plane/faults";
export type { Limits } from "./data-plane/limits";
export type { Switches } from "./data-plane/switches";
export type { EventOf, EventType, GatewayEvents } from "./events";
export type { Claims } from "./server/development-key";
export type { GatewayForBackend, StartGatewayOptions } from "./start-options";
export type { TraceEvent } from "./trace/trace";

/** A connection, as it is now. */
export interface ConnectionInfo {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly state: ConnectionState;
  readonly principalId: string | undefined;
  /** What the authorizer returned, such as `{ userId: "alice" }`. */
  readonly context: Readonly<Record<string, string>>;
  readonly connectedAt: Date;
  /** When the last message was sent or received. */
  readonly lastActiveAt: Date;
}

export interface LocalGateway extends GatewayForBackend {
  /** The URL of the stage, without token and parameters: `ws://localhost:49152/prod`. */
  readonly stageUrl: string;
  /** `http://localhost:49152`, for the control plane (`AWS_ENDPOINT_URL_APIGATEWAYV2`) and the inspector. */
  readonly origin: string;
  /**
   * A URL to connect to, with a valid token of these claims, with the parameters that `$connect` requires (their example
   * values), and with `parameters`.
   *
   * @example
   * new WebSocket(gateway.url({ sub: "alice", org_id: "acme" }, { stocks: "aapl" }));
   */
  url(claims?: Claims, parameters?: Readonly<Record<string, string>>): string;
  /**
   * Headers of the handshake, for an authorizer that reads the token from a header or a cookie, or accepts only some
   * origins. Otherwise there are none.
   *
   * @example
   * new WebSocket(gateway.url(), { headers: gateway.headers({ sub: "alice" }) });
   */
  headers(claims?: Claims): Readonly<Record<string, string>>;
  /**
   * A token that this project's authorizer accepts for an hour. `claims` replace those that it has otherwise: one with
   * `{ exp: 0 }` is rejected as expired.
   *
   * @throws CodedError `no-token` where the authorizer is not this project's, or there is none
   */
  token(claims?: Claims): string;
  /** Connections that are open or closing, oldest first. */
  readonly connections: readonly ConnectionInfo[];
  readonly events: GatewayEvents;
  /** Begins faults, or changes their values. Returns a function that restores what was before. */
  inject(faults: RunningFaults): () => void;
  /** Closes every connection, calls `$disconnect` for them, ends the functions and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts Amazon API Gateway on this machine.
 *
 * @returns when it serves. One process may run several.
 * @throws CodedError for a configuration that cannot be synthesized or served
 * @example
 * const gateway = await startGateway({ config: "gateway.yaml", backend: "http://localhost:8080" });
 * const client = new WebSocket(gateway.url({ sub: "alice" }));
 * await gateway.events.waitFor("opened");
 * await gateway.close();
 */
export async function startGateway(options: StartGatewayOptions = {}): Promise<LocalGateway> {
  checkOptions(options);
  const { config, environment, env = process.env, inspector = false } = options;
  if (options.stack !== undefined && (options.config !== undefined || environment !== undefined)) {
    throw new CodedError("stack-and-config", "`stack` excludes `config` and `environment`.", "Leave one of them out.");
  }
  const trace = new Trace();
  const events = new GatewayEvents(trace);
  const over = new AbortController();
  const cwd = process.cwd();
  const source =
    options.stack === undefined
      ? configSource({ config, environment, cwd, signal: over.signal })
      : synthesizedSource(resolve(options.stack));
  const synthesized = source.synthesize();
  // If serving fails first, its error is reported. A rejection without a handler would end the process.
  synthesized.catch(() => {});
  let server: LocalServer | undefined;
  const close = async (): Promise<void> => {
    over.abort();
    await server?.close();
    events.close();
    await source.close();
  };
  try {
    const { port, limits, switches, faults, seed, apiKeys, variables } = options;
    const imitated = { limits, switches, faults, seed, apiKeys };
    const certificate = () => localCertificate(cacheFolder(env));
    server = await serve({ port, variables, env, inspector, trace, certificate, ...imitated });
    await synthesized;
    return await loaded(server, source.stack(), options, events, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function loaded(
  server: LocalServer,
  stack: string,
  { backend, stage }: StartGatewayOptions,
  events: GatewayEvents,
  close: () => Promise<void>,
): Promise<LocalGateway> {
  const load = (backends: Backends) => server.load(stack, backends);
  load(typeof backend === "function" ? new Map() : backendsOf(backend));
  const forBackend = (): GatewayForBackend => {
    const entry = entryOf(server, stage);
    const { endpoint } = entry;
    const { originSecret } = server;
    return { endpoint, env: backendEnvironment(entry, server.store.account.region), originSecret };
  };
  if (typeof backend === "function") load(backendsOf(await backend(forBackend())));
  const { url: stageUrl } = entryOf(server, stage);
  const { origin } = server;
  return {
    ...forBackend(),
    stageUrl,
    origin,
    events,
    url: (claims, parameters) => connectable(entryOf(server, stage), claims, parameters).url,
    headers: (claims) => connectable(entryOf(server, stage), claims).headers,
    token(claims) {
      const { token } = entryOf(server, stage);
      if (token !== undefined) return token.createToken(claims);
      throw new CodedError("no-token", "There is no token: the API has no authorizer, or not the one of this project.");
    },
    get connections() {
      return [...server.connections].map(({ facts, state, authorizer, lastActiveAt }) => ({
        connectionId: facts.connectionId,
        apiId: facts.apiId,
        stage: facts.stageName,
        state,
        principalId: authorizer?.principalId,
        context: authorizer?.context ?? {},
        connectedAt: new Date(facts.connectedAt),
        lastActiveAt: new Date(lastActiveAt),
      }));
    },
    inject(faults) {
      checkRunningFaults(faults);
      return server.inject(faults);
    },
    close,
  };
}

function entryOf({ entryPoints }: LocalServer, stage: string | undefined): EntryPoint {
  const entry = entryPoints.find((one) => stage === undefined || one.stage === stage);
  if (entry !== undefined) return entry;
  const stages = entryPoints.map((one) => one.stage).join(", ");
  const which = stage === undefined ? "no stage" : `no stage ${stage}`;
  throw new CodedError("no-stage", `The stack has ${which} that is deployed.`, stages && `Choose one of ${stages}.`);
}
