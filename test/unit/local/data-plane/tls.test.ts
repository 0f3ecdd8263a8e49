/** wss and https, with a certificate of its own. */
import { request } from "node:https";
import { WebSocket } from "ws";
import { CERTIFICATE } from "../../../support/certificate";
import { SIGNED } from "../../../support/local/client";
import { endWorlds, STAGE, world } from "../../../support/local/world";

afterEach(endWorlds);

test("clients connect by wss, backends push by https, on one port", async () => {
  const integration = {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/connect",
    requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  };
  const w = await world({ routes: { $connect: { integration } }, options: { tls: CERTIFICATE } });
  expect(w.gateway.url).toBe(`https://127.0.0.1:${w.port}`);
  const socket = new WebSocket(`wss://127.0.0.1:${w.port}/${STAGE}`, { ca: CERTIFICATE.cert });
  const message = new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const id = encodeURIComponent(w.received[0]?.query.get("connectionId") ?? "");
  const status = await new Promise((resolve, reject) => {
    const path = `${w.gateway.url}/${STAGE}/@connections/${id}`;
    const post = request(path, { method: "POST", headers: SIGNED, ca: CERTIFICATE.cert }, (r) =>
      resolve(r.resume().statusCode),
    );
    post.on("error", reject).end("safe");
  });
  expect([status, await message]).toEqual([200, "safe"]);
  socket.terminate();
});

test("a client without TLS gets nothing", async () => {
  const w = await world({ routes: { $connect: {} }, options: { tls: CERTIFICATE } });
  await expect(fetch(`http://127.0.0.1:${w.port}/${STAGE}`)).rejects.toThrow();
});
