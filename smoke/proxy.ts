/**
 * Selects the proxy of a connection by the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, and opens a
 * tunnel through it.
 */
import { request } from "node:http";
import { isIP, type Socket } from "node:net";
import { getProxyForUrl } from "proxy-from-env";
import type { Variables } from "../terminal/shell";
import { ProbeError } from "./errors";
import { type Endpoint, hostAndPort } from "./target";

export interface HttpProxy {
  readonly endpoint: Endpoint;
  readonly secure: boolean;
  /** `user:password`, decoded. */
  readonly auth: string | undefined;
}

/**
 * Returns the proxy for a connection, or undefined for none.
 * @throws ProbeError `proxy` if it is not an http or https URL
 */
export function proxyFor(origin: Endpoint, secure: boolean, env: Variables): HttpProxy | undefined {
  if (isLoopback(origin.host)) return undefined;
  const scheme = secure ? "https" : "http";
  const text = proxyForUrl(`${scheme}://${hostAndPort(origin)}`, likeCurl(env, origin.host));
  if (text === "") return undefined;
  const name = variableOf(env, `${scheme}_proxy`) ?? variableOf(env, "all_proxy") ?? "";
  if (!URL.canParse(text)) throw new ProbeError("proxy", `${name} is not a URL.`);
  const url = new URL(text);
  const isSecure = url.protocol === "https:";
  if (!isSecure && url.protocol !== "http:") {
    throw new ProbeError("proxy", `${name} has a ${url.protocol}// proxy. Only http:// and https:// are supported.`);
  }
  return {
    endpoint: { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || (isSecure ? 443 : 80) },
    secure: isSecure,
    auth: authOf(name, url),
  };
}

/** Returns whether a host is this machine. Such connections never use a proxy, regardless of NO_PROXY. */
function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/**
 * Rewrites the variables so that proxy-from-env interprets them like curl. For curl, a name in NO_PROXY includes its
 * subdomains, an IPv6 address needs no brackets, and a proxy without a scheme is an http proxy.
 */
function likeCurl(env: Variables, host: string): Record<string, string | undefined> {
  const entries = (env.no_proxy || env.NO_PROXY || "").split(/[\s,]+/).flatMap((entry) => {
    const name = isIP(entry) === 6 ? `[${entry}]` : entry.replace(/^\*?\./, "");
    return name === "" || isIP(host) ? name : [name, `.${name}`];
  });
  const proxies = ["http_proxy", "https_proxy", "all_proxy"].map((name) => {
    const value = env[variableOf(env, name) ?? name];
    return [name, value && !value.includes("://") ? `http://${value}` : value] as const;
  });
  return { ...Object.fromEntries(proxies), no_proxy: entries.join(",") };
}

/** Returns the name of a variable as it is set, in lower or upper case. Lower case has precedence, as in curl. */
function variableOf(env: Variables, name: string): string | undefined {
  return [name, name.toUpperCase()].find((spelling) => env[spelling]);
}

/**
 * Calls proxy-from-env. It reads only `process.env`, which therefore contains the caller's variables during this
 * synchronous call.
 */
function proxyForUrl(url: string, env: Record<string, string | undefined>): string {
  const own = process.env;
  process.env = env;
  try {
    return getProxyForUrl(url);
  } finally {
    process.env = own;
  }
}

function authOf(name: string, { username, password }: URL): string | undefined {
  if (!username) return undefined;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw new ProbeError("proxy", `The credentials in ${name} are not percent-encoded: write % as %25.`);
  }
}

/** Opens a tunnel through the proxy at the other end of `socket`. Afterwards the socket is connected to `to`. */
export async function tunnel(socket: Socket, to: Endpoint, proxy: HttpProxy): Promise<void> {
  const authority = hostAndPort(to);
  const headers: Record<string, string> = { Host: authority };
  if (proxy.auth) headers["Proxy-Authorization"] = `Basic ${Buffer.from(proxy.auth).toString("base64")}`;
  await new Promise<void>((resolve, reject) => {
    const connect = request({ method: "CONNECT", path: authority, headers, createConnection: () => socket });
    connect.on("error", reject);
    connect.on("connect", (response, _, head) => {
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve();
        return;
      }
      reject(
        new ProbeError(
          "proxy",
          `The proxy ${hostAndPort(proxy.endpoint)} answered ${status} ${response.statusMessage ?? ""} to CONNECT ${authority}.`,
        ),
      );
    });
    connect.end();
  });
}
