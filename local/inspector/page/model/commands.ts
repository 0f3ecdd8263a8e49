/** Commands to paste into a shell: what the gateway sent to a backend, and a connection, by curl and wscat. */
import type { EventOf } from "./exchange";

export interface ConnectCommand {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly protocols: readonly string[];
}

/** Headers that curl sets itself. */
const OF_CURL = new Set(["host", "content-length", "connection"]);

/** Values that the trace masks are masked in the command too. */
export function curlOf({ method, target, headers, body }: EventOf<"integration-request">): string {
  const sent = Object.entries(headers).filter(([name]) => !OF_CURL.has(name.toLowerCase()));
  const parts = [
    `curl -i -X ${method} ${quoted(target)}`,
    ...sent.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === "" ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return parts.join(" \\\n  ");
}

export function wscatOf({ url, headers, origin, protocols }: ConnectCommand): string {
  const parts = [
    `npx wscat -c ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(origin === "" ? [] : [`-o ${quoted(origin)}`]),
    ...protocols.map((protocol) => `-s ${quoted(protocol)}`),
  ];
  return parts.join(" ");
}

/** Quotes for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
