/**
 * WebSocket clients of the inspector. The gateway opens them, not the page: a browser can set neither headers nor Origin,
 * and the clients stay open when the page is loaded again.
 */

import type { ClientRequest, IncomingMessage } from "node:http";
import * as ws from "ws";
import type { TraceEvent } from "../trace/trace";

export interface ClientOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
}

export interface Connected {
  /** Empty where the gateway refused the handshake before it assigned one. */
  readonly connectionId: string;
  /** 101, or the status of the refusal. */
  readonly status: number;
}

interface Client {
  readonly socket: ws.WebSocket;
  connectionId: string;
}

/** Clients at a time. More are a mistake of a script. */
const MOST = 200;
/** AWS's longest handshake: 29 s for the authorizer and for the integration. */
const HANDSHAKE_MS = 60_000;

export class Clients {
  /** By the Sec-WebSocket-Key of their handshake, until they are closed. */
  readonly #clients = new Map<string, Client>();

  /** @param changed called when a client has its connectionId, and when it is closed */
  constructor(private readonly changed: () => void) {}

  /** The connectionIds of the clients. */
  get ids(): string[] {
    return [...this.#clients.values()].flatMap(({ connectionId }) => connectionId || []);
  }

  /** Finds a client's connectionId in the trace, by the key of its handshake. */
  notice(event: TraceEvent): void {
    if (event.type !== "connecting" || this.#clients.size === 0) return;
    const name = Object.keys(event.headers).find((header) => header.toLowerCase() === "sec-websocket-key") ?? "";
    const client = this.#clients.get(event.headers[name] ?? "");
    if (client === undefined) return;
    client.connectionId = event.connectionId;
    this.changed();
  }

  /** Opens a connection. Rejects where an option is invalid, or the gateway does not answer. */
  connect({ url, headers, protocols }: ClientOptions): Promise<Connected> {
    if (this.#clients.size >= MOST) return Promise.reject(new Error(`The inspector has ${MOST} open connections.`));
    let key = "";
    const socket = new ws.WebSocket(url, [...protocols], {
      headers,
      // The gateway's own certificate may be self-signed.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
      finishRequest(request) {
        key = String(request.getHeader("sec-websocket-key"));
        request.end();
      },
    });
    const client: Client = { socket, connectionId: "" };
    this.#clients.set(key, client);
    socket.on("close", () => {
      if (this.#clients.delete(key)) this.changed();
    });
    return new Promise((resolve, reject) => {
      socket.on("open", () => resolve({ connectionId: client.connectionId, status: 101 }));
      socket.on("unexpected-response", (_: ClientRequest, response: IncomingMessage) => {
        resolve({ connectionId: client.connectionId, status: response.statusCode ?? 0 });
        socket.terminate();
      });
      socket.on("error", reject);
    });
  }

  /** Returns false where no client of the inspector has this connection. */
  send(connectionId: string, text: string): boolean {
    const socket = this.#find(connectionId);
    socket?.send(text);
    return socket !== undefined;
  }

  /** Closes the client's side. Throws where the code is not one that a client may send. */
  close(connectionId: string, code: number | undefined, reason: string): boolean {
    const socket = this.#find(connectionId);
    socket?.close(code, reason);
    return socket !== undefined;
  }

  closeAll(): void {
    for (const { socket } of this.#clients.values()) socket.terminate();
    this.#clients.clear();
  }

  #find(connectionId: string): ws.WebSocket | undefined {
    const found = [...this.#clients.values()].find((client) => client.connectionId === connectionId);
    return found?.socket.readyState === ws.WebSocket.OPEN ? found.socket : undefined;
  }
}
