/** Checks that API Gateway can reach a backend's URL, and sends it the origin secret over TLS. */
import { BlockList, isIPv4 } from "node:net";
import type { Path } from "../document/tree";
import type { BackendInput } from "../schema/routes";
import type { Scope } from "./scope";

/** Addresses that are valid on one machine or in one network only: https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  PRIVATE.addSubnet(network, prefix);

/** Names that only one machine resolves: https://www.iana.org/assignments/special-use-domain-names */
const OWN_NAME = /^(.+\.)?localhost$/;
/** Names that only one network resolves: without a dot, and of the domains that are reserved for that. */
const PRIVATE_NAME = /^[^.]+$|\.(local|internal|home\.arpa)$/;

/** The host in its usual form: `127.1` is 127.0.0.1. */
const nameIn = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : (hostOf(url) ?? "")).toLowerCase();

/** Returns whether an http URL is of one machine or one network only. */
export function isPrivate(url: string): boolean {
  const name = nameIn(url);
  return isIPv4(name) ? PRIVATE.check(name) : PRIVATE_NAME.test(name);
}

/** Reports a URL that API Gateway cannot reach. It calls backends over the internet or through a VPC link. */
export function checkReachable(url: string, vpcLink: boolean, path: Path, { report, local }: Scope): void {
  if (local || !(OWN_NAME.test(nameIn(url)) || (isPrivate(url) && !vpcLink))) return;
  report(
    path,
    `API Gateway cannot reach \`${hostOf(url)}\`.`,
    "Use a public host, or a VPC link. The local gateway accepts this address.",
  );
}

/** Reports a URL of the backend that gets the origin secret without TLS. A VPC link keeps it in the account's network. */
export function checkOriginSecret(url: string, backend: BackendInput, path: Path, { report, local }: Scope): void {
  if (local || !backend.originSecret || backend.vpcLink || !url.startsWith("http:")) return;
  report(path, "sends the origin secret unencrypted.", "Use https, or a VPC link.");
}

/** Returns the host of an http URL, without its port. */
export const hostOf = (url: string): string | undefined => /^https?:\/\/([^/:]*)/.exec(url)?.[1];
