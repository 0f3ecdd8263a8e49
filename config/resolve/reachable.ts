/** Checks that API Gateway can reach a backend's URL. */
import { BlockList, isIPv4 } from "node:net";
import type { Path } from "../document/tree";
import type { Scope } from "./scope";

/** Addresses that are valid on one machine or in one network only: https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  PRIVATE.addSubnet(network, prefix);

/** Reports a URL that API Gateway cannot reach. It calls backends over the internet or through a VPC link. */
export function checkReachable(url: string, vpcLink: boolean, path: Path, { report, local }: Scope): void {
  const host = hostOf(url) ?? "";
  const isPrivate = /^(.+\.)?localhost$/i.test(host) || (isIPv4(host) && !vpcLink && PRIVATE.check(host));
  if (!isPrivate || local) return;
  report(
    path,
    `API Gateway cannot reach \`${host}\`.`,
    "Use a public host, or a VPC link. The local gateway accepts this address.",
  );
}

/** Returns the host of an http URL, without its port. */
export const hostOf = (url: string): string | undefined => /^https?:\/\/([^/:]*)/.exec(url)?.[1];
