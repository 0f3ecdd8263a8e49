/** Opens a socket to a target: DNS, TCP, proxy and TLS, each as a state with its own timeout. */
import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { ADDRESS_TIMEOUT_MS, PHASE_TIMEOUT_MS } from "./constants";
import { within } from "./deadline";
import { classify, ProbeError } from "./errors";
import type { Lifecycle } from "./lifecycle";
import { type HttpProxy, proxyFor, tunnel } from "./proxy";
import { type Endpoint, hostAndPort, type Target } from "./target";
import type { ProbeOptions } from "./types";

type Address = { address: string; family: number };
export type SocketOptions = Pick<ProbeOptions, "ca" | "insecure" | "phaseTimeoutMs" | "signal" | "env" | "lookup">;

/** Opens a socket. Destroys it if a phase fails. @throws ProbeError */
export async function openSocket(target: Target, options: SocketOptions, life: Lifecycle): Promise<Socket> {
  const ms = options.phaseTimeoutMs ?? PHASE_TIMEOUT_MS;
  const proxy = proxyFor(target.dial, target.secure, options.env ?? process.env);

  let socket = proxy ? await reachProxy(proxy, options, ms, life) : await reach(target.dial, "", options, ms, life);
  try {
    if (proxy) {
      life.enter("tunnelling");
      const what = `the answer of the proxy ${hostAndPort(proxy.endpoint)} to CONNECT`;
      socket = await within(what, ms, options.signal, (signal) =>
        throughProxy(socket, target.dial, proxy, options, signal),
      );
    }
    if (target.secure) {
      life.enter("securing");
      const plain = socket;
      socket = await within(`TLS handshake with ${target.origin.host}`, ms, options.signal, (signal) =>
        secure(plain, target.origin.host, options, signal),
      );
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** Resolves the name and connects by TCP. `role` precedes the name in messages. */
async function reach(to: Endpoint, role: string, options: SocketOptions, ms: number, life: Lifecycle): Promise<Socket> {
  const addresses = isIP(to.host) ? [] : await resolve(to.host, role, options, ms, life);
  life.enter("dialling");
  return await within(`TCP connection to ${role}${hostAndPort(to)}`, ms, options.signal, (signal) =>
    dial(to, addresses, signal),
  );
}

/**
 * Connects to the proxy. If that fails, the error is the proxy's, not the endpoint's.
 * @throws ProbeError `proxy`, `timeout` or `cancelled`
 */
async function reachProxy(
  { endpoint }: HttpProxy,
  options: SocketOptions,
  ms: number,
  life: Lifecycle,
): Promise<Socket> {
  try {
    return await reach(endpoint, "the proxy ", options, ms, life);
  } catch (error) {
    if (error instanceof ProbeError && error.code !== "dns") throw error;
    const { code, message, origin } = classify(error, life.state);
    throw new ProbeError(
      code === "timeout" ? code : "proxy",
      `The proxy ${hostAndPort(endpoint)} cannot be reached: ${message}`,
      origin,
    );
  }
}

async function resolve(
  host: string,
  role: string,
  options: SocketOptions,
  ms: number,
  life: Lifecycle,
): Promise<readonly Address[]> {
  life.enter("resolving");
  const find = options.lookup ?? ((name: string) => lookup(name, { all: true }));
  const addresses = await within(`address of ${role}${host}`, ms, options.signal, () => find(host));
  if (addresses.length === 0) throw new ProbeError("dns", `${host} has no address.`, "ENODATA");
  return addresses;
}

/** Connects by TCP. Node tries the addresses in turn, because `lookup` returns all of them. */
function dial({ host, port }: Endpoint, addresses: readonly Address[], signal: AbortSignal): Promise<Socket> {
  const socket = connect({
    host,
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
    noDelay: true,
    lookup: (_name, _options, done) => done(null, [...addresses]),
  });
  return ready(socket, "connect", signal);
}

async function throughProxy(
  socket: Socket,
  to: Endpoint,
  proxy: HttpProxy,
  { ca }: Pick<SocketOptions, "ca">,
  signal: AbortSignal,
): Promise<Socket> {
  const link = proxy.secure ? await secure(socket, proxy.endpoint.host, { ca }, signal) : socket;
  signal.addEventListener("abort", () => link.destroy(), { once: true });
  try {
    await tunnel(link, to, proxy);
  } catch (error) {
    link.destroy();
    const { code, message, origin } = classify(error, "tunnelling");
    throw code === "reset" || code === "protocol"
      ? new ProbeError("proxy", `The proxy ${hostAndPort(proxy.endpoint)}: ${message}`, origin)
      : error;
  }
  return link;
}

function secure(
  socket: Socket,
  host: string,
  options: Pick<SocketOptions, "ca" | "insecure">,
  signal: AbortSignal,
): Promise<Socket> {
  const tls = connectTls({
    socket,
    host,
    // SNI allows names only (RFC 6066, section 3).
    servername: isIP(host) ? undefined : host,
    ca: options.ca,
    rejectUnauthorized: !options.insecure,
    // Without this a server may choose HTTP/2, which has no upgrade.
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
  });
  return ready(tls, "secureConnect", signal);
}

/** Waits for an event of the socket. An error or the signal ends the wait and destroys the socket. */
function ready(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.destroy();
    const settle = () => {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("error", onError);
    };
    const onError = (error: Error) => {
      settle();
      // The first error is the one to report. A second one without a listener would end the process.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    socket.once("error", onError);
    socket.once(event, () => {
      settle();
      resolve(socket);
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
