/**
 * Which API a request is for, and what of its path is left: by custom domain name, by an API's own host name
 * (`<apiId>.execute-api…`), by `/_aws/execute-api/<apiId>`, or the only API there is.
 */
import type { Store } from "../store";

export interface Address {
  readonly apiId: string;
  readonly stageName: string;
  /** What follows the stage: empty, or from its `/` on. */
  readonly rest: string;
  /** Without the `?`. */
  readonly query: string;
  /** Through a custom domain name, not through the execute-api endpoint. */
  readonly custom: boolean;
}

const BY_PATH = /^\/_aws\/execute-api\/([^/]+)(\/.*)?$/;
const BY_HOST = /^([a-z0-9-]+)\.execute-api\./;

/** Undefined: no API answers there. Paths are taken literally: nothing is decoded, folded or resolved. */
export function addressOf(store: Store, host: string | undefined, url: string): Address | undefined {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? "" : url.slice(mark + 1);
  const hostname = hostnameOf(host);
  if (!path.startsWith("/")) return undefined;

  if (store.domainNames.size > 0) {
    const custom = customAddress(store, hostname, path);
    if (custom !== undefined) return { ...custom, query, custom: true };
  }
  const [, named, after = ""] = BY_PATH.exec(path) ?? [];
  const apiId = named ?? apiOfHost(store, hostname);
  if (apiId === undefined || !store.apis.has(apiId)) return undefined;
  const relative = named === undefined ? path : after;
  const slash = relative.indexOf("/", 1);
  const stageName = slash < 0 ? relative.slice(1) : relative.slice(1, slash);
  return { apiId, stageName, rest: slash < 0 ? "" : relative.slice(slash), query, custom: false };
}

function hostnameOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d+$/, "").toLowerCase();
}

function apiOfHost(store: Store, hostname: string): string | undefined {
  const label = hostname.split(".", 1)[0] ?? "";
  if (hostname.includes(".") && store.apis.has(label)) return label;
  // A host name of execute-api names its API; any other is just how this machine was reached.
  return BY_HOST.test(hostname) ? undefined : store.defaultApiId;
}

/** A base path stands in the place of the stage; the longest one that matches counts. */
function customAddress(
  store: Store,
  hostname: string,
  path: string,
): Pick<Address, "apiId" | "stageName" | "rest"> | undefined {
  const mappings = [...(store.domainNames.get(hostname)?.mappings.values() ?? [])];
  const byLength = mappings.sort((a, b) => b.apiMappingKey.length - a.apiMappingKey.length);
  for (const { apiId, apiMappingKey, stage: stageName } of byLength) {
    const base = apiMappingKey === "" ? "" : `/${apiMappingKey}`;
    if (path !== base && !path.startsWith(`${base}/`)) continue;
    const rest = path.slice(base.length);
    return { apiId, stageName, rest: rest === "/" ? "" : rest };
  }
  return undefined;
}
