/** Parses the URL and its query to hosts and ports. */
import { maskUrl } from "../terminal/mask";
import { OptionsError } from "./errors";
import type { ProbeOptions } from "./types";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Target {
  readonly url: URL;
  readonly secure: boolean;
  /** Host of the URL, for the header `Host`, SNI and the name of the certificate. */
  readonly origin: Endpoint;
  /** Destination of the TCP connection, or of the proxy's tunnel. */
  readonly dial: Endpoint;
}

/** Returns the target of a probe. @throws OptionsError */
export function targetOf(options: Pick<ProbeOptions, "url" | "query" | "connectTo">): Target {
  if (!URL.canParse(options.url)) {
    throw new OptionsError(`"${maskUrl(options.url)}" is not a URL.`, "Give one such as wss://example.com/prod.");
  }
  const url = new URL(options.url);
  if (!["ws:", "wss:", "http:", "https:"].includes(url.protocol)) {
    // Of `localhost:3000/prod`, the host is read as the scheme.
    if (!options.url.includes("://")) {
      throw new OptionsError(
        "The URL has no scheme.",
        `Give ${maskUrl(`ws://${options.url}`)}, or with wss:// for TLS.`,
      );
    }
    throw new OptionsError(`${url.protocol}// is not a WebSocket URL.`, "Give a wss:// or ws:// URL.");
  }
  if (url.hash) throw new OptionsError("A WebSocket URL has no #fragment (RFC 6455, section 3).", "Remove it.");
  url.protocol = url.protocol.replace(/^http/, "ws");
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
  const secure = url.protocol === "wss:";
  const origin = { host: bare(url.hostname), port: Number(url.port) || (secure ? 443 : 80) };
  return {
    url,
    secure,
    origin,
    dial: options.connectTo === undefined ? origin : parseEndpoint(options.connectTo, origin.port),
  };
}

/** Parses `host`, `host:port` or `[v6]:port`. @throws OptionsError */
export function parseEndpoint(text: string, defaultPort: number): Endpoint {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (!host || port < 1 || port > 65_535) {
    throw new OptionsError(`"${text}" is not host:port.`, "Write it as localhost:8443 or [::1]:8443.");
  }
  return { host, port };
}

/** Formats `host:port` or `[v6]:port`. */
export function hostAndPort({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function bare(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
