/** Connects as the client does, and once more in another way where the answer alone does not show the cause. */
import { type Connection, probe } from "../smoke/index";
import type { ProbeOptions } from "../smoke/types";
import type { Address, Answer } from "./evidence";

export interface Outside {
  readonly answer: Answer;
  readonly otherScheme: Answer | undefined;
  readonly badToken: Answer | undefined;
  readonly reply: string | undefined;
}

/** Longest wait for the answer to a message: API Gateway's integrations have 29 s, but most answer at once. */
const REPLY_MS = 5_000;

/**
 * Connects as the client does. After a failure that a wrong scheme could explain, it also tries the other scheme; after an
 * error of the server, also a token that cannot be valid.
 */
export async function lookFromOutside(
  address: Address,
  options: Omit<ProbeOptions, "url">,
  { tokenParameter, message }: { readonly tokenParameter: string; readonly message: string | undefined },
): Promise<Outside> {
  const connect = async (url: URL, more: Partial<ProbeOptions> = {}): Promise<Answer> => {
    const answer = await probe({ ...options, headers: address.headers, ...more, url: String(url) });
    if (answer.kind === "connected") await answer.close().catch(() => {});
    return answer.kind === "connected" ? { kind: "connected" } : answer;
  };
  const first = await probe({ ...options, headers: address.headers, url: String(address.url) });
  if (first.kind === "connected") {
    const reply = message === undefined ? undefined : await ask(first, message);
    await first.close().catch(() => {});
    return { answer: { kind: "connected" }, otherScheme: undefined, badToken: undefined, reply };
  }
  const isCrossed = first.kind === "failed" && ["tls", "protocol", "reset"].includes(first.failure);
  const isServerError = first.kind === "refused" && first.status >= 500;
  return {
    answer: first,
    otherScheme: isCrossed ? await connect(crossed(address.url), { insecure: true }) : undefined,
    badToken: isServerError ? await connect(withToken(address.url, tokenParameter, "doctor")) : undefined,
    reply: undefined,
  };
}

/** Sends a message and returns the answer, or undefined if none arrives in time. */
async function ask(connection: Connection, message: string): Promise<string | undefined> {
  try {
    await connection.send(message);
    return (await connection.receive(() => true, { timeoutMs: REPLY_MS })).text;
  } catch {
    return undefined;
  }
}

function crossed(given: URL): URL {
  const url = new URL(given);
  const { port } = given;
  url.protocol = given.protocol === "wss:" ? "ws:" : "wss:";
  // The same port, also where it is the scheme's own.
  url.port = port || (given.protocol === "wss:" ? "443" : "80");
  return url;
}

function withToken(given: URL, parameter: string, token: string): URL {
  const url = new URL(given);
  url.searchParams.set(parameter, token);
  return url;
}
