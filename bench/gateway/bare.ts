/**
 * The anchor: `ws` and the one POST that a connect or a message costs at least, by the fastest HTTP client there is for
 * Node 20. No authorizer, no mapping, no checks.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { type WebSocket, WebSocketServer } from "ws";

const pool = new Pool(process.argv[2] ?? "", { connections: 256 });
const sockets = new Map<string, WebSocket>();
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

async function post(path: string, body?: string): Promise<number> {
  const { statusCode, body: answer } = await pool.request({ path, method: "POST", body: body ?? null });
  await answer.dump();
  return statusCode;
}

const server = createServer((request, response) => {
  const id = decodeURIComponent(request.url?.split("/@connections/")[1] ?? "");
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    sockets.get(id)?.send(body);
    response.end();
  });
});
server.keepAliveTimeout = 65_000;
server.on("upgrade", (request, socket, head) => {
  const id = randomBytes(11).toString("base64url");
  void post(`/connect?connectionId=${id}`).then(() =>
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      sockets.set(id, webSocket);
      webSocket.on("close", () => sockets.delete(id));
      webSocket.on("message", (data) => void post(`/message?connectionId=${id}`, String(data)));
    }),
  );
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`ready ws://127.0.0.1:${port}/prod http://127.0.0.1:${port}/prod/@connections`);
});
