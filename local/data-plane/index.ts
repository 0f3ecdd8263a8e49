/** The data plane: handshakes, messages, `$disconnect` and `@connections` of every deployed stage in the store. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf } from "../../terminal/error";
import { maskUrl } from "../trace/masking";
import { CompiledApis } from "./compiled-api";
import type { ClientSocket, SocketListener } from "./connections/client-socket";
import type { Connection } from "./connections/connection";
import { disconnect } from "./connections/disconnect";
import { newId } from "./connections/ids";
import { type Entry, Registry } from "./connections/registry";
import { Handshakes } from "./handshake";
import { earlyRefusal, errorType, type Refusal } from "./handshake/refusal";
import { ENDINGS, TEXT } from "./limits";
import { ManagementApi } from "./management-api";
import { Messages } from "./messages";
import type { Services } from "./services";
import { Throttle } from "./throttle";
import { traceFault, traceNotice } from "./tracing";

export class DataPlane {
  readonly #compiledApis: CompiledApis;
  readonly #registry: Registry;
  readonly #messages: Messages;
  readonly #handshakes: Handshakes;
  readonly #management: ManagementApi;
  /** `$disconnect` calls in progress. */
  readonly #disconnecting = new Set<Promise<void>>();
  /** Messages that a fault delays until `$disconnect` has been answered. */
  readonly #afterDisconnect = new WeakMap<Connection, () => void>();
  #onIdle: (() => void) | undefined;
  #stopping = false;

  constructor(private readonly services: Services) {
    const throttle = new Throttle(services.clock);
    this.#compiledApis = new CompiledApis(services);
    this.#registry = new Registry(services.clock, services.limits);
    this.#messages = new Messages(services, this.#compiledApis, throttle);
    this.#management = new ManagementApi(services, this.#registry, this.#messages);
    this.#handshakes = new Handshakes(services, this.#compiledApis, throttle, {
      opened: (connection, socket) => this.#opened(connection, socket),
      lost: (connection) => {
        if (services.switches.lostHandshake === "disconnect") this.#disconnect(connection);
      },
    });
  }

  /** Connections whose socket is open or closing. */
  get connections(): Iterable<Entry> {
    return this.#registry.all();
  }

  get size(): number {
    return this.#registry.size;
  }

  /** `rejected`: why the handshake is rejected before anything else is checked. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, rejected?: string): void {
    this.#handshakes.accept(request, socket, head, rejected);
  }

  /** Writes a line in the trace for a request that could not be read, and has been answered. */
  refused(status: number, detail: string): void {
    this.#handshakes.traceEarly(undefined, "", earlyRefusal(status, detail, "request", detail));
  }

  /** A request without an upgrade: `@connections`, or a plain HTTP request, which is rejected. */
  request(request: IncomingMessage, response: ServerResponse): void {
    if (this.#management.handle(request, response)) return;
    const { method, url = "/" } = request;
    const status = method === "GET" ? this.services.switches.plainGetStatus : 403;
    const message = status === 426 ? "Upgrade Required" : TEXT.forbidden;
    const detail = `${method} ${maskUrl(url)} is neither a handshake (Upgrade: websocket) nor a call of @connections`;
    this.#refuse(request, response, earlyRefusal(status, message, "upgrade", detail));
  }

  /** Rejects a request that must not reach anything that is served. */
  refuseRequest(request: IncomingMessage, response: ServerResponse, reason: string): void {
    const status = request.headers.host === undefined ? 400 : 403;
    this.#refuse(request, response, earlyRefusal(status, reason, "request", reason));
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refused: Refusal): void {
    request.resume();
    const { status, message } = refused;
    this.#handshakes.traceEarly(request.headers.host, request.url, refused);
    const body = JSON.stringify({ message });
    response.writeHead(status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "x-amzn-RequestId": newId(),
      "x-amzn-ErrorType": errorType(refused),
      ...(status === 426 && { Upgrade: "websocket", Connection: "Upgrade" }),
    });
    response.end(body);
  }

  /** Closes every connection and waits, within time limits, until `$disconnect` has been called for all of them. */
  async close(): Promise<void> {
    this.#stopping = true;
    this.#registry.stop();
    const deadline = Date.now() + this.services.limits.shutdownTimeoutMs;
    for (const { socket } of this.#registry.all()) socket.end("shutdown", ENDINGS.shutdown);
    await this.#until(() => this.#registry.size === 0, this.services.limits.closeTimeoutMs);
    for (const { socket } of this.#registry.all()) socket.terminate();
    await this.#until(() => this.#registry.size + this.#disconnecting.size === 0, Math.max(deadline - Date.now(), 1));
  }

  #opened(connection: Connection, socket: ClientSocket): void {
    const { limits, switches } = this.services;
    socket.attach(connection, this.#listener, switches.frameLimit === "enforced" ? limits.frameBytes : undefined);
    this.#registry.add({ connection, socket });
    if (this.#stopping) socket.end("shutdown", ENDINGS.shutdown);
  }

  readonly #listener: SocketListener = {
    message: (socket, connection, data, isBinary) => {
      const receive = () => this.#messages.receive(socket, connection, data, isBinary);
      if (!this.services.faults.strikes("early-disconnect")) {
        receive();
        return;
      }
      traceFault(this.services, connection, "early-disconnect");
      this.#afterDisconnect.set(connection, receive);
      socket.lose();
    },
    ping: (socket, connection, data) => {
      if (this.services.switches.pingResetsIdle) connection.lastActiveAt = this.services.clock.now();
      this.#messages.pong(socket, data);
    },
    closed: (connection) => {
      this.#registry.remove(connection);
      connection.enter("disconnecting");
      this.#disconnect(connection);
    },
  };

  #disconnect(connection: Connection): void {
    const called = disconnect(connection, this.services, this.#compiledApis)
      .catch((error: unknown) => traceNotice(this.services, "disconnect-failed", messageOf(error)))
      .then(() => {
        connection.enter("closed");
        this.#disconnecting.delete(called);
        this.#afterDisconnect.get(connection)?.();
        this.#onIdle?.();
      });
    this.#disconnecting.add(called);
  }

  /** Waits for `done`, which is evaluated again whenever a connection has ended. */
  #until(done: () => boolean, milliseconds: number): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#onIdle = undefined;
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      this.#onIdle = () => {
        if (done()) finish();
      };
    });
  }
}
