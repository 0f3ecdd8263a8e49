/**
 * The HTTP server below the gateway: tells WebSocket handshakes from requests, and reports what is not HTTP.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { asksForWebSocket } from "../data-plane/handshake/upgrade";

export interface HttpHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  /** A request with `Upgrade: websocket`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A request that cannot be read got `status`. */
  unreadable(status: number, detail: string): void;
}

/** Longer than AWS SDKs keep connections: if the server closed first, some requests would fail. */
const KEEP_ALIVE_MS = 65_000;

export function createHttpServer({ request, upgrade, unreadable }: HttpHandlers): Server {
  // A request without Host is rejected with a line in the trace, which Node.js would not write.
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, response) =>
    request(inOriginForm(incoming), response),
  );
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (asksForWebSocket(incoming)) upgrade(inOriginForm(incoming), socket, head);
    else readAgain(server, incoming, socket, head);
  });
  server.on("connect", ({ url }: IncomingMessage, socket: Duplex) => {
    refuse(socket, 405, `this is no proxy: CONNECT ${url}`);
  });
  server.on("clientError", (error: Error & { readonly code?: string }, socket: Duplex) => {
    const { code = "" } = error;
    if (code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, problem] = PROBLEMS[code] ?? [400, "the request is not HTTP"];
    refuse(socket, status, `${problem}: ${error.message}`);
  });
  return server;

  function refuse(socket: Duplex, status: number, detail: string): void {
    unreadable(status, detail);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

/** `GET http://host/path` is `GET /path` with that Host (RFC 9112, section 3.2.2). */
function inOriginForm(request: IncomingMessage): IncomingMessage {
  const [, host, rest = ""] = /^https?:\/\/([^/?]+)(.*)$/i.exec(request.url ?? "") ?? [];
  if (host !== undefined) {
    request.headers.host = host;
    request.url = rest.startsWith("/") ? rest : `/${rest}`;
  }
  return request;
}

/** Those of Node.js: https://nodejs.org/api/http.html#event-clienterror */
const PROBLEMS: Readonly<Record<string, readonly [status: number, problem: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the headers are larger than 16 KB"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the chunk extensions are too large"],
  HPE_PAUSED_H2_UPGRADE: [505, "HTTP/2 is not served"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
};

/**
 * An `Upgrade` other than websocket is ignored. Node.js has detached the socket by then, so the request is put back in
 * front of it without the field, and the socket is given to the server again.
 */
function readAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    const value = rawHeaders[i + 1] ?? "";
    if (/^upgrade$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(",").map((option) => option.trim());
  return options.filter((option) => option.toLowerCase() !== "upgrade").join(", ");
}
