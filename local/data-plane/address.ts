/**
 * Which API and stage a request addresses: by custom domain name, by an API's own host name (`<apiId>.execute-api…`), by
 * `/_aws/execute-api/<apiId>`, or, where there is only one API, by its stage alone.
 */
import type { Store } from "../api/store";

export interface Address {
  readonly apiId: string;
  readonly stageName: string;
  /** The path after the stage: empty, or with its first `/`. */
  readonly rest: string;
  /** Query string without `?`. */
  readonly query: string;
  /** True for a custom domain name, false for the execute-api endpoint. */
  readonly custom: boolean;
}

const BY_PATH = /^\/_aws\/execute-api\/([^/]+)(\/.*)?$/;
const EXECUTE_API = ".execute-api.";

/**
 * Returns the API and stage of a URL, or undefined if there is no such API. The path is neither decoded nor normalized.
 */
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

/** Without the port, in lower case. */
export function hostnameOf(host = ""): string {
  const colon = host.lastIndexOf(":");
  // An IPv6 address ends in `]`, or in `]` and a port.
  return (colon > host.indexOf("]") ? host.slice(0, colon) : host).toLowerCase();
}

/** Whether the name stands for an API: a custom domain name, or the host name of an execute-api endpoint. */
export function isApiName(store: Store, hostname: string): boolean {
  const dot = hostname.indexOf(".");
  return (
    store.domainNames.has(hostname) || (store.apis.has(hostname.slice(0, dot)) && hostname.startsWith(EXECUTE_API, dot))
  );
}

function apiOfHost(store: Store, hostname: string): string | undefined {
  const dot = hostname.indexOf(".");
  const label = hostname.slice(0, Math.max(dot, 0));
  if (store.apis.has(label)) return label;
  // A host name of execute-api names its API; any other is a name of this machine.
  return hostname.startsWith(EXECUTE_API, dot) ? undefined : store.defaultApiId;
}

/**
 * Returns the address for a custom domain name. A base path (API mapping key) replaces the stage. The longest match is
 * used.
 */
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
