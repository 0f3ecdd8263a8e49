/** A small simulated API Gateway. It works correctly except for the faults that a test sets. */

import { createHmac, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { listen } from "../../../harness/servers";

export const SECRET = "a-shared-secret-of-more-than-32-bytes";

/** Faults that a test may set. */
export interface Faults {
  /** Returns an answer before the handshake is checked, or undefined to continue. */
  answer?: (request: IncomingMessage, count: number) => Rejection | undefined;
  /** Returns whether to leave the handshake of this number without an answer. */
  hang?: (count: number) => boolean;
  /** Returns the status of the rejection, or undefined to allow the client. */
  authorize?: (token: string | null) => number | undefined;
  stages?: (path: string) => boolean;
  requireStocks?: boolean;
  /** Returns the answer to a message, or undefined for none. */
  reply?: (connectionId: string, text: string) => string | undefined;
  /** Returns the status of a request to `@connections`, and whether the message is delivered. */
  post?: (request: IncomingMessage, count: number) => { status: number; deliver: boolean; body?: string };
  /** Whether to leave requests to `@connections` without an answer. */
  hangPosts?: boolean;
  onSocket?: (socket: WebSocket) => void;
  autoPong?: boolean;
}

export interface Rejection {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

export interface FakeGateway {
  readonly port: number;
  readonly url: string;
  readonly endpoint: string;
  /** Requests to `@connections`, as received. */
  readonly posts: { path: string; headers: IncomingMessage["headers"]; body: string }[];
  /** Path and query of every handshake. */
  readonly handshakes: string[];
  close(): Promise<void>;
}

const FORBIDDEN: Rejection = {
  status: 403,
  body: '{"message":"Forbidden"}',
  headers: { "x-amzn-errortype": "ForbiddenException", "x-amzn-requestid": "r-1" },
};

export async function fakeGateway(faults: Faults = {}, server: Server = createServer()): Promise<FakeGateway> {
  const sockets = new Map<string, WebSocket>();
  const accept = new WebSocketServer({ noServer: true, autoPong: faults.autoPong ?? true });
  const posts: FakeGateway["posts"] = [];
  const handshakes: string[] = [];

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => {});
    handshakes.push(request.url ?? "");
    if (faults.hang?.(handshakes.length)) return void socket.resume().on("end", () => socket.end());
    const rejection = faults.answer?.(request, handshakes.length) ?? judge(request, faults);
    if (rejection) return reject(socket, rejection);
    accept.handleUpgrade(request, socket, head, (client) => {
      const id = `${randomBytes(11).toString("base64url")}=`;
      sockets.set(id, client);
      client.on("error", () => {});
      client.on("message", (data) => {
        const answer = (faults.reply ?? forbiddenFrame)(id, String(data));
        if (answer !== undefined) client.send(answer);
      });
      client.on("close", () => sockets.delete(id));
      faults.onSocket?.(client);
    });
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      posts.push({ path: request.url ?? "", headers: request.headers, body });
      if (faults.hangPosts) return;
      const id = decodeURIComponent(request.url?.split("/@connections/")[1] ?? "");
      const client = sockets.get(id);
      const verdict = faults.post?.(request, posts.length) ?? { status: client ? 200 : 410, deliver: true };
      if (verdict.deliver) client?.send(body);
      response.writeHead(verdict.status, { "content-type": "application/json" }).end(verdict.body ?? "");
    });
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const secure = "setSecureContext" in server;
  return {
    port,
    url: `${secure ? "wss" : "ws"}://${host}/prod`,
    endpoint: `${secure ? "https" : "http"}://${host}/prod`,
    posts,
    handshakes,
    close: () => {
      for (const client of accept.clients) client.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function judge(request: IncomingMessage, faults: Faults): Rejection | undefined {
  const url = new URL(request.url ?? "/", "http://gateway");
  if (!(faults.stages ?? ((path) => path === "/prod"))(url.pathname)) return FORBIDDEN;
  const status = (faults.authorize ?? authorize)(url.searchParams.get("token"));
  if (status !== undefined) {
    const message = status === 401 ? "Unauthorized" : "Forbidden";
    return { status, body: `{"message":"${message}","connectionId":"c=","requestId":"r="}` };
  }
  const needsStocks = faults.requireStocks ?? true;
  return needsStocks && !url.searchParams.has("stocks")
    ? { status: 400, body: '{"message":"Bad Request"}' }
    : undefined;
}

/** Returns 401 for a missing token, as API Gateway does, and 403 for an invalid one, as for a Deny policy. */
export function authorize(token: string | null): number | undefined {
  if (!token) return 401;
  const [header = "", payload = "", signature = ""] = token.split(".");
  const expected = createHmac("sha256", SECRET).update(`${header}.${payload}`).digest("base64url");
  return signature === expected ? undefined : 403;
}

export function forbiddenFrame(connectionId: string): string {
  return `{"message": "Forbidden", "connectionId":"${connectionId}", "requestId":"r="}`;
}

function reject(socket: Duplex, { status, body = "", headers = {} }: Rejection): void {
  const lines = Object.entries({ "content-type": "application/json", ...headers }).map(([n, v]) => `${n}: ${v}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.join("")}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
