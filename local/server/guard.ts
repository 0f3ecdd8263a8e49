/**
 * What a page in a browser on this machine must not do: use the gateway by a name that it resolves to this machine
 * (https://en.wikipedia.org/wiki/DNS_rebinding), or send requests across sites. Programs that are not browsers send neither
 * Origin nor Sec-Fetch-Site, and are not affected.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { hostnameOf } from "../data-plane/address";

export const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/**
 * Names that no page of another site can have: IP addresses, names without a dot, and the reserved domains `localhost`
 * (RFC 6761) and `internal` (as in `host.docker.internal`).
 */
const OWN_NAME = /^[^.]+$|\.localhost$|\.internal$/;

export interface Guarded {
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** A handshake may come from a page of any origin, as on AWS: its authorizer receives the Origin. */
  readonly handshake: boolean;
  /** Whether the name is one of the APIs, such as a custom domain name. */
  isApiName(name: string): boolean;
}

/** Why the request is rejected; undefined where it is allowed. */
export function rejection({ remoteAddress = "", headers, handshake, isApiName }: Guarded): string | undefined {
  const { host = "" } = headers;
  const name = hostnameOf(host);
  const isOwn = OWN_NAME.test(name) || isIP(name.replace(/^\[|\]$/g, "")) > 0 || name === `${hostname()}.local`;
  if (host === "") return "the request has no Host header";
  // With --host, other machines use names of this one that it cannot know.
  if (LOOPBACK.test(remoteAddress) && !isOwn && !isApiName(name)) {
    return `the host name ${host} is not one of this gateway`;
  }
  return handshake ? undefined : crossSite(headers);
}

/** Why a request of a page is rejected: the page is not one of this server. */
export function crossSite({ host, origin, "sec-fetch-site": site }: IncomingHttpHeaders): string | undefined {
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "a page of another site may not send requests to this gateway";
  }
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return `a page of ${origin} may not send requests to this gateway`;
  }
  return undefined;
}
