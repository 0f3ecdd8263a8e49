/**
 * Only a page from this server, in a browser on this machine, may use the inspector. A page of another site must not read
 * tokens or send messages, neither with its own requests nor by a host name that it resolves to this machine
 * (https://en.wikipedia.org/wiki/DNS_rebinding).
 */
import type { IncomingHttpHeaders } from "node:http";
import { crossSite, LOOPBACK } from "../server/guard";

export interface InspectorRequest {
  readonly method: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Returns why a request is rejected, or undefined if it is allowed. */
export function forbidden({ method, remoteAddress, headers }: InspectorRequest): string | undefined {
  if (!LOOPBACK.test(remoteAddress ?? "")) return "The inspector is available on this machine only.";
  const host = headers.host ?? "";
  if (!LOCAL_HOST.test(host)) return "The inspector is available at localhost only.";
  const problem = crossSite(headers);
  if (problem !== undefined || method !== "POST") return problem;
  if (headers.origin === undefined) return "A POST must come from the inspector's own page.";
  // A form cannot send this type, and a script of another origin needs a preflight, which is rejected above.
  return headers["content-type"] === "application/json" ? undefined : "A POST must be JSON.";
}
