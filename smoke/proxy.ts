/** Which proxy a connection goes through, by the environment variables that curl made a convention, and the tunnel through it. */
import { request } from "node:http";
import { isIP, type Socket } from "node:net";
import { ProbeError } from "./errors";
import { type Endpoint, hostAndPort } from "./target";

export interface HttpProxy {
  readonly endpoint: Endpoint;
  readonly secure: boolean;
  /** `user:password`, decoded. */
  readonly auth: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws ProbeError `proxy` for one that is not an http or https URL */
export function proxyFor(origin: Endpoint, secure: boolean, env: Env): HttpProxy | undefined {
  const [name, value] = read(env, secure ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read(env, "ALL_PROXY") ?? [];
  if (!name || !value || bypasses(origin, read(env, "NO_PROXY")?.[1] ?? "")) return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
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

function authOf(name: string, { username, password }: URL): string | undefined {
  if (!username) return undefined;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw new ProbeError("proxy", `The credentials in ${name} are not percent-encoded: write % as %25.`);
  }
}

/** The variable that is set, and its value. The lower-case form goes first, as in curl. */
function read(env: Env, name: string): [name: string, value: string] | undefined {
  for (const spelling of [name.toLowerCase(), name]) {
    const value = env[spelling];
    if (value) return [spelling, value];
  }
  return undefined;
}

/** `*`, `host`, `.domain`, `host:port`; a name also covers its subdomains. Loopback is never proxied. */
export function bypasses({ host, port }: Endpoint, noProxy: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name))
    return true;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, pattern = entry, onlyPort] = isIP(entry) ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
      if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
      const domain = pattern.replace(/^\*?\./, "").replace(/^\[|\]$/g, "");
      return name === domain || (!isIP(name) && name.endsWith(`.${domain}`));
    });
}

/** Asks the proxy, at the other end of `socket`, for a tunnel. The socket is the tunnel then. */
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
