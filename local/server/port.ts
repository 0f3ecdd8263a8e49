/**
 * One port for plain and TLS clients, on every address of a host: the first byte of a connection tells which it is
 * (a TLS record of a handshake begins with 0x16, https://www.rfc-editor.org/rfc/rfc8446#section-5.1).
 */
import type { Server } from "node:http";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { messageOf } from "../../terminal/error";

/** In PEM. */
export interface Certificate {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

export interface PortOptions {
  readonly http: Server;
  /** `localhost` is 127.0.0.1 and ::1, as clients may try either. */
  readonly host: string;
  readonly port: number;
  /** Called with the first TLS client; undefined: TLS clients are rejected. */
  readonly certificate: (() => Certificate | Promise<Certificate>) | undefined;
  /** Reject clients without TLS. */
  readonly tlsOnly: boolean;
  /** A client was rejected before it could ask for anything. */
  rejected(detail: string): void;
}

export interface Port {
  readonly port: number;
  /** Takes no more connections, and resolves when the last one is closed. */
  close(): Promise<void>;
  /** Closes all connections. */
  destroy(): void;
}

const TLS_HANDSHAKE = 0x16;
/** As Node.js's own limit for the headers of a request. */
const SILENT_MS = 60_000;
const ATTEMPTS = 10;
const DISTRUST = "a TLS client left without a request: it may not trust the certificate";

/** Rejects where the port is not available. */
export async function openPort({ http, host, port, certificate, tlsOnly, rejected }: PortOptions): Promise<Port> {
  const sockets = new Set<Socket>();
  const servePlain = http.listeners("connection");
  let tls: Promise<TlsServer> | undefined;

  /** Gives the socket to the HTTP server, as if it had not been read from. */
  function serve(socket: Socket, first: Buffer): void {
    for (const listener of servePlain) Reflect.apply(listener, http, [socket]);
    socket.emit("data", first);
  }

  async function serveTls(socket: Socket, first: Buffer): Promise<void> {
    socket.pause();
    socket.unshift(first);
    if (certificate === undefined) throw new Error("this port serves http:// and ws:// only");
    tls ??= Promise.resolve(certificate()).then((pair) =>
      createTlsServer({ ...pair, ALPNProtocols: ["http/1.1"] }, acceptTls).on("tlsClientError", (error) =>
        rejected(`${DISTRUST}: ${messageOf(error)}`),
      ),
    );
    const server = await tls;
    // As with Node.js's own HTTPS server; otherwise a client that leaves during its handshake stays connected.
    socket.allowHalfOpen = false;
    server.emit("connection", socket);
  }

  /** In TLS 1.3, a client that does not trust the certificate completes the handshake, then closes the connection. */
  function acceptTls(socket: Socket): void {
    const left = () => rejected(`${DISTRUST}.`);
    socket.once("close", left);
    onFirstData(socket, (first) => {
      socket.off("close", left);
      serve(socket, first);
    });
  }

  /** One function for all sockets, so that an idle connection uses little memory. */
  function forget(this: Socket): void {
    sockets.delete(this);
  }

  function accept(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", forget);
    onFirstData(socket, (first) => {
      const isTls = first[0] === TLS_HANDSHAKE;
      if (!isTls && !tlsOnly) {
        serve(socket, first);
      } else if (isTls) {
        serveTls(socket, first).catch((error: unknown) => {
          rejected(`a client began with TLS, as for https:// and wss://: ${messageOf(error)}`);
          socket.destroy();
        });
      } else {
        rejected("a client began without TLS: this port serves https:// and wss:// only");
        socket.destroy();
      }
    });
  }

  http.removeAllListeners("connection");
  // The HTTP server itself listens, because its time limits start with that.
  http.on("connection", accept);
  const servers = await listen([http, createServer({ allowHalfOpen: true, noDelay: true }, accept)], host, port);
  return {
    port: portOf(servers),
    close: async () => void (await Promise.all(servers.map(closed))),
    destroy: () => sockets.forEach(destroySocket),
  };
}

/** The servers that listen: two for `localhost`, where the machine has IPv6. */
async function listen([first, second]: readonly [Server, NetServer], host: string, port: number): Promise<NetServer[]> {
  if (host !== "localhost") {
    await listenOn(first, host, port);
    return [first];
  }
  for (let attempt = 1; ; attempt++) {
    await listenOn(first, "127.0.0.1", port);
    try {
      await listenOn(second, "::1", portOf([first]));
      return [first, second];
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return [first];
      await closed(first);
      // A free port of IPv4 need not be free on IPv6.
      if (code !== "EADDRINUSE" || port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

function listenOn(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function portOf([server]: readonly NetServer[]): number {
  const address = server?.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function closed(server: NetServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Calls `use` with what the client sends first. */
function onFirstData(socket: Socket, use: (first: Buffer) => void): void {
  socket.on("error", ignore);
  socket.setTimeout(SILENT_MS);
  socket.on("timeout", destroy);
  socket.once("data", (chunk: Buffer) => {
    socket.setTimeout(0);
    socket.off("timeout", destroy);
    use(chunk);
    socket.off("error", ignore);
  });
}

function ignore(): void {}

function destroy(this: Socket): void {
  this.destroy();
}

function destroySocket(socket: Socket): void {
  socket.destroy();
}
