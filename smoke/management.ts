/**
 * Posts a signed message to a connection through `@connections`, as a backend does. Connects in the same phases as the
 * probe.
 */
import { request } from "node:http";
import type { Socket } from "node:net";
import { type Credentials, encodeRfc3986, sign } from "../aws/sigv4";
import { BODY_LIMIT_BYTES, UPGRADE_TIMEOUT_MS } from "./constants";
import { within } from "./deadline";
import { classify } from "./errors";
import { Lifecycle } from "./lifecycle";
import { openSocket, type SocketOptions } from "./socket";
import { targetOf } from "./target";
import type { Failure, Refusal } from "./types";
import { headersOf, readSome } from "./upgrade";

export interface PostOptions extends SocketOptions {
  /** `https://host/stage`, without `/@connections`. */
  readonly endpoint: string;
  readonly connectTo?: string | undefined;
  readonly connectionId: string;
  readonly data: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly date?: Date | undefined;
}

export type PostAnswer = { readonly kind: "posted" } | Refusal | Failure;

/** Posts a message to a connection. @throws OptionsError if the endpoint is not a URL */
export async function postToConnection(options: PostOptions): Promise<PostAnswer> {
  const target = targetOf({ url: options.endpoint, connectTo: options.connectTo });
  const life = new Lifecycle();
  try {
    const socket = await openSocket(target, options, life);
    life.enter("upgrading");
    const path = `${target.url.pathname.replace(/\/$/, "")}/@connections/${encodeRfc3986(options.connectionId)}`;
    const unsigned = { method: "POST", path, headers: { host: target.url.host }, body: options.data };
    const scope = { region: options.region, service: "execute-api", date: options.date ?? new Date() };
    const headers = sign(unsigned, options.credentials, scope);
    const ms = options.phaseTimeoutMs ?? UPGRADE_TIMEOUT_MS;
    return await within("the answer of @connections", ms, options.signal, (signal) =>
      exchange(socket, path, headers, options.data, life, signal),
    );
  } catch (error) {
    const { state, timings } = life;
    const { code, message, origin } = classify(error, state);
    return { kind: "failed", failure: code, state, code: origin, message, timings };
  }
}

function exchange(
  socket: Socket,
  path: string,
  headers: Record<string, string>,
  body: string,
  life: Lifecycle,
  signal: AbortSignal,
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    const length = String(Buffer.byteLength(body));
    const post = request({
      method: "POST",
      path,
      headers: { ...headers, "content-length": length },
      createConnection: () => socket,
    });
    post.on("error", reject);
    post.on("response", async (response) => {
      const text = await readSome(response, BODY_LIMIT_BYTES, UPGRADE_TIMEOUT_MS, signal);
      socket.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return resolve({ kind: "posted" });
      resolve({ kind: "refused", status, headers: headersOf(response), body: text, timings: life.timings });
    });
    post.end(body);
  });
}
