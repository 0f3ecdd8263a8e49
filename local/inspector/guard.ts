/**
 * Only a page from this server, in a browser on this machine, may use the inspector. A page of another site must not read
 * tokens or send messages, neither with its own requests nor by a host name that it resolves to this machine
 * (https://en.wikipedia.org/wiki/DNS_rebinding).
 */
import type { IncomingHttpHeaders } from "node:http";

export interface InspectorRequest {
  readonly method: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Returns why a request is rejected, or undefined if it is allowed. */
export function forbidden({ method, remoteAddress, headers }: InspectorRequest): string | undefined {
  if (!LOOPBACK.test(remoteAddress ?? "")) return "The inspector is available on this machine only.";
  const host = headers.host ?? "";
  if (!LOCAL_HOST.test(host)) return "The inspector is available at localhost only.";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return "A page of another site may not use the inspector.";
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return "A page of another origin may not use the inspector.";
  }
  if (method !== "POST") return undefined;
  if (origin === undefined) return "A POST must come from the inspector's own page.";
  // A form cannot send this type, and a script of another origin needs a preflight, which is rejected above.
  return headers["content-type"] === "application/json" ? undefined : "A POST must be JSON.";
}
