/**
 * Runs the WebSocket handshake on a connected socket. Returns a connection for 101, or the HTTP answer for any other
 * status.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import WebSocket from "ws";
import { canonicalQuery, sign } from "../aws/sigv4";
import { messageOf } from "../terminal/error";
import { Connection } from "./connection";
import { MESSAGE_LIMIT_BYTES } from "./constants";
import { within } from "./deadline";
import { OptionsError } from "./errors";
import type { Lifecycle } from "./lifecycle";
import type { Target } from "./target";
import type { ProbeOptions } from "./types";

export type HandshakeOptions = Pick<ProbeOptions, "headers" | "subprotocols" | "signature">;

export function upgrade(
  socket: Socket,
  target: Target,
  options: HandshakeOptions,
  life: Lifecycle,
  signal: AbortSignal,
): Promise<Connection | IncomingMessage> {
  life.enter("upgrading");
  const client = open(socket, target, options);
  return new Promise((resolve, reject) => {
    let headers: Record<string, string> = {};
    signal.addEventListener(
      "abort",
      () => {
        if (client.readyState === WebSocket.CONNECTING) socket.destroy();
      },
      { once: true },
    );
    client.once("upgrade", (response) => {
      headers = headersOf(response);
    });
    client.once("error", reject);
    client.once("unexpected-response", (_request, response) => {
      life.enter("refused");
      resolve(response);
    });
    // Listens in the same tick as the 101, so that frames that arrive with it are not lost.
    client.once("open", () => {
      client.removeListener("error", reject);
      life.enter("open");
      resolve(new Connection(client, headers, life));
    });
  });
}

/**
 * Sends the handshake without compression, because API Gateway's answer to it breaks strict clients
 * (python-websockets/websockets#1065).
 */
function open(socket: Socket, target: Target, options: HandshakeOptions): WebSocket {
  try {
    const { url, headers } = signed(target.url, options);
    return new WebSocket(url, [...(options.subprotocols ?? [])], {
      createConnection: () => socket,
      headers,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MESSAGE_LIMIT_BYTES,
    });
  } catch (error) {
    socket.destroy();
    throw new OptionsError(`${messageOf(error)}.`);
  }
}

/** The URL and the headers to send, with a signature if one is wanted. A signed query string is sent as it is signed. */
function signed({ href }: URL, { headers = {}, signature }: HandshakeOptions) {
  const url = new URL(href);
  if (signature === undefined) return { url, headers: { ...headers } };
  const query = canonicalQuery(url.searchParams);
  url.search = query;
  const unsigned = { method: "GET", path: url.pathname, query, headers: { host: url.host }, body: "" };
  const scope = { region: signature.region, service: "execute-api", date: new Date() };
  // The client itself sends Host.
  const { host, ...own } = sign(unsigned, signature.credentials, scope);
  return { url, headers: { ...headers, ...own } };
}

/**
 * Reads at most `limit` bytes of the body as text. If the server does not finish within `ms` milliseconds, returns the
 * part that has arrived.
 */
export async function readSome(
  response: IncomingMessage,
  limit: number,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = new Promise<void>((resolve) => {
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) resolve();
    });
    for (const event of ["end", "error", "close"]) response.on(event, () => resolve());
  });
  await within("the body of the answer", ms, signal, () => end).catch(() => {});
  response.destroy();
  return Buffer.concat(chunks).subarray(0, limit).toString("utf8");
}

export function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]),
  );
}
