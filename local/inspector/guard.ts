/**
 * Who may use the inspector: a page that this server gave to a browser on this machine. A foreign page that the same
 * browser has open must not read tokens or push messages, by its own requests or by a name that it points here
 * (https://en.wikipedia.org/wiki/DNS_rebinding).
 */
import type { IncomingHttpHeaders } from "node:http";

export interface Asked {
  readonly method: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Why not; undefined where nothing is against it. */
export function forbidden({ method, remoteAddress, headers }: Asked): string | undefined {
  if (!LOOPBACK.test(remoteAddress ?? "")) return "The inspector answers on this machine only.";
  const host = headers.host ?? "";
  if (!LOCAL_HOST.test(host)) return "The inspector answers to localhost only.";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return "Another site's page may not ask.";
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return "Another origin's page may not ask.";
  }
  if (method !== "POST") return undefined;
  if (origin === undefined) return "A POST must come from the inspector's own page.";
  // A form cannot send this type, and a script of another origin must ask first, which is refused above.
  return headers["content-type"] === "application/json" ? undefined : "A POST must be JSON.";
}
