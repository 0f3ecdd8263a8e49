/** Servers that have one fault each, and a proxy. All use loopback, and stop after the test. */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { listen } from "../../../harness/servers";

const tls = (file: string) => readFileSync(join(__dirname, "tls", file), "utf8");
export const CA = tls("ca.pem");
/** For `https.createServer` and `tls.createServer`: valid for `gateway.test`. */
export const GATEWAY_TEST = { key: tls("gateway.key"), cert: tls("gateway.pem") };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Registers a cleanup. Cleanups run after the test, in the order of their registration. */
export function afterTest(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Starts a TCP server and returns its port. */
export async function tcpServer(onSocket: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  afterTest(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return await openPort(server);
}

/** Answers the first received bytes with these, and keeps the socket open. */
export function answering(bytes: string | Buffer): (socket: Socket) => void {
  return (socket) => socket.once("data", () => socket.write(bytes));
}

/** Accepts connections and sends nothing. */
export const silent = (): void => {};

export interface ProxySeen {
  readonly port: number;
  readonly requests: { authority: string; authorization: string | undefined }[];
}

/** Starts a CONNECT proxy that tunnels to one port, regardless of the requested host, or answers with `status`. */
export async function connectProxy(toPort: number, { status = 200, secure = false } = {}): Promise<ProxySeen> {
  const requests: ProxySeen["requests"] = [];
  const server: HttpServer = secure ? createHttpsServer(GATEWAY_TEST) : createHttpServer();
  const open = new Set<Socket>();
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    requests.push({ authority: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    client.on("error", () => {});
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(toPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    open.add(client).add(upstream);
  });
  afterTest(() => {
    for (const socket of open) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { port: await openPort(server), requests };
}

/** Returns a port that never completes a TCP connection: its listener accepts none and its queue is full. */
export async function deafPort(): Promise<number> {
  const code = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      // After the message is sent, this thread blocks forever and accepts no connection.
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(code, { eval: true });
  afterTest(() => worker.terminate());
  const port = await new Promise<number>((resolve, reject) => worker.once("message", resolve).once("error", reject));
  const first = connect(port, "127.0.0.1");
  const queue = [first, ...Array.from({ length: 7 }, () => connect(port, "127.0.0.1"))];
  afterTest(() => {
    for (const socket of queue) socket.destroy();
  });
  for (const socket of queue) socket.on("error", () => {});
  await new Promise((resolve) => first.once("connect", resolve));
  return port;
}

/** Listens on a free port of 127.0.0.1, and returns it. */
async function openPort(server: Server | HttpServer): Promise<number> {
  return Number(new URL(await listen(server)).port);
}
