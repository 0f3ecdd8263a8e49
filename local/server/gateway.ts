/**
 * The local gateway's HTTP server: one port for WebSocket clients, `@connections`, and further request handlers, such as
 * those of the control plane and the inspector.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Credentials } from "../../aws/sigv4";
import type { Store } from "../api/store";
import { isApiName } from "../data-plane/address";
import { type Clock, systemClock } from "../data-plane/clock";
import { Faults } from "../data-plane/faults";
import { DataPlane } from "../data-plane/index";
import { HttpClient } from "../data-plane/integration/http-client";
import { LIMITS, type Limits } from "../data-plane/limits";
import type { RenderTemplate } from "../data-plane/services";
import { SWITCHES, type Switches } from "../data-plane/switches";
import type { FindFunction, InvokeFunction } from "../lambda/types";
import { renderTemplate as velocity } from "../templates/index";
import { Trace } from "../trace/trace";
import { rejection } from "./guard";
import { createHttpServer } from "./http-server";
import { type Certificate, openPort } from "./port";

/** Handles a request and returns true, or returns false. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface GatewayOptions {
  readonly store: Store;
  readonly invoke: InvokeFunction;
  readonly findFunction: FindFunction;
  /** Default: the Velocity Template Language. */
  readonly renderTemplate?: RenderTemplate;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `localhost`: 127.0.0.1 and ::1. */
  readonly host?: string;
  /** With it, the gateway serves https and wss only. */
  readonly tls?: Certificate | undefined;
  /** Called with the first TLS client: https and wss are served too, on the same port. */
  readonly certificate?: (() => Promise<Certificate>) | undefined;
  /** Called in turn, before the data plane. */
  readonly requestHandlers?: readonly RequestHandler[];
  readonly trace?: Trace;
  readonly switches?: Partial<Switches> | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly clock?: Clock;
  readonly apiKeys?: ReadonlySet<string> | undefined;
  /** AWS credentials whose signatures are verified in handshakes. */
  readonly credentials?: Credentials | undefined;
  /** Default: none. */
  readonly faults?: Faults;
}

export interface Gateway {
  readonly port: number;
  /** `http://host:port` or `https://host:port`. */
  readonly url: string;
  readonly store: Store;
  readonly trace: Trace;
  readonly dataPlane: DataPlane;
  /** Closes connections with 1001, calls `$disconnect` for them and frees the port, within 5 seconds. */
  close(): Promise<void>;
}

/**
 * Serves the APIs of a store. For a gateway with a control plane and functions, use `serve` instead.
 *
 * @returns when the server listens; rejects where the port is not available.
 * @example
 * const gateway = await startServer({ store, invoke: runtime.invoke, findFunction: async (arn) => functions.get(arn) });
 * console.log(gateway.url); // http://localhost:49152
 * await gateway.close();
 */
export async function startServer(options: GatewayOptions): Promise<Gateway> {
  const { store, invoke, findFunction, renderTemplate = velocity, trace = new Trace(), apiKeys, credentials } = options;
  const { host = "localhost", port = 0, tls, clock = systemClock } = options;
  const { faults = new Faults() } = options;
  const limits = { ...LIMITS, ...options.limits };
  const switches = { ...SWITCHES, ...options.switches };
  const httpClient = new HttpClient(limits);
  const imitated = { switches, limits, clock, apiKeys, credentials, faults };
  const services = { store, invoke, findFunction, renderTemplate, httpClient, trace, ...imitated };
  const dataPlane = new DataPlane(services);

  const { requestHandlers = [] } = options;
  const guard = ({ headers, socket }: IncomingMessage, handshake: boolean) =>
    rejection({ remoteAddress: socket.remoteAddress, headers, handshake, isApiName: (name) => isApiName(store, name) });
  const http = createHttpServer({
    request(request, response) {
      const rejected = guard(request, false);
      if (rejected !== undefined) {
        dataPlane.refuseRequest(request, response, rejected);
        return;
      }
      try {
        if (!requestHandlers.some((handle) => handle(request, response))) dataPlane.request(request, response);
      } catch (error) {
        trace.emit({ type: "notice", at: clock.now(), code: "request-failed", message: String(error) });
        response.destroy();
      }
    },
    upgrade: (request, socket, head) => dataPlane.upgrade(request, socket, head, guard(request, true)),
    unreadable: (status, detail) => dataPlane.refused(status, detail),
  });
  const { certificate = tls && (() => tls) } = options;
  const opened = await openPort({
    http,
    host,
    port,
    certificate,
    tlsOnly: tls !== undefined,
    rejected: (detail) => trace.emit({ type: "notice", at: clock.now(), code: "rejected", message: detail }),
  });

  return {
    port: opened.port,
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${opened.port}`,
    store,
    trace,
    dataPlane,
    async close() {
      const closed = opened.close();
      await dataPlane.close();
      opened.destroy();
      await Promise.all([closed, httpClient.close()]);
    },
  };
}
