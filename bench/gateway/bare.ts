/**
 * The baseline: a `ws` server that makes the one POST which a connect or a message needs, with the fastest HTTP client for
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

/** The headers that API Gateway adds, so that the POST has the same bytes. */
const HEADERS = {
  "User-Agent": "AmazonAPIGateway_a1b2c3d4e5",
  "x-amzn-apigateway-api-id": "a1b2c3d4e5",
  Accept: "application/json",
  "Content-Type": "application/json",
};
const CONNECT_HEADERS = { ...HEADERS, "X-Amzn-Trace-Id": "Root=1-6553f100-0123456789abcdef01234567" };

async function post(path: string, headers: Record<string, string>, body?: string): Promise<void> {
  const { body: answer } = await pool.request({ path, method: "POST", headers, body: body ?? null });
  await answer.dump();
}

async function ask(id: string, body: string): Promise<void> {
  const path = `/ask?connectionId=${id}`;
  const { body: answer } = await pool.request({ path, method: "POST", headers: HEADERS, body });
  sockets.get(id)?.send(await answer.text());
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
  const query = `stocks=AAPL%2CMSFT&connectionId=${id}&userId=local-sub&orgId=local-org_id`;
  void post(`/connect?${query}`, CONNECT_HEADERS).then(() =>
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      sockets.set(id, webSocket);
      webSocket.on("close", () => sockets.delete(id));
      webSocket.on("message", (data) => {
        const body = String(data);
        if (JSON.parse(body).action === "ask") void ask(id, body);
        else void post(`/message?connectionId=${id}`, HEADERS, body);
      });
    }),
  );
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`ready ws://127.0.0.1:${port}/prod http://127.0.0.1:${port}/prod/@connections`);
});
