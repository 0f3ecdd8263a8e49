/** wss and https, with a certificate of its own. */
import { createServer, request as plainRequest } from "node:http";
import { request } from "node:https";
import { WebSocket } from "ws";
import { CERTIFICATE } from "../../../support/certificate";
import { SIGNED } from "../../../support/local/client";
import { atEnd, endWorlds, portOf, STAGE, world } from "../../../support/local/world";

afterEach(endWorlds);

test("clients connect by wss, backends push by https, on one port", async () => {
  const integration = {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/connect",
    requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  };
  const w = await world({ routes: { $connect: { integration } }, options: { tls: CERTIFICATE } });
  expect(w.gateway.url).toBe(`https://localhost:${w.port}`);
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
  expect(await w.happened((event) => event.type === "notice")).toMatchObject({
    message: expect.stringContaining("without TLS"),
  });
});

const certificate = async () => CERTIFICATE;

/** The status of a plain GET of the stage. */
function get(url: string, options: { ca?: string } = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? request : plainRequest;
    send(url, { agent: false, ...options }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

test("with a certificate for TLS clients: http and https on one port", async () => {
  const w = await world({ routes: { $connect: {} }, options: { certificate } });
  expect(await get(`https://127.0.0.1:${w.port}/${STAGE}`, { ca: CERTIFICATE.cert })).toBe(403);
  expect(await get(`http://127.0.0.1:${w.port}/${STAGE}`)).toBe(403);
  const socket = new WebSocket(`wss://127.0.0.1:${w.port}/${STAGE}`, { ca: CERTIFICATE.cert });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.terminate();
});

test("a client that does not trust the certificate: a line in the trace", async () => {
  const w = await world({ routes: { $connect: {} }, options: { certificate } });
  await expect(get(`https://127.0.0.1:${w.port}/${STAGE}`)).rejects.toThrow("self-signed");
  expect(await w.happened((event) => event.type === "notice")).toMatchObject({ code: "rejected" });
});

test("a TLS client of a port without a certificate: a line in the trace", async () => {
  const w = await world({ routes: { $connect: {} } });
  await expect(get(`https://127.0.0.1:${w.port}/${STAGE}`)).rejects.toThrow();
  expect(await w.happened((event) => event.type === "notice")).toMatchObject({
    message: expect.stringContaining("began with TLS"),
  });
});

test("localhost is served over IPv4 and IPv6", async () => {
  const w = await world({ routes: { $connect: {} } });
  expect(await get(`http://127.0.0.1:${w.port}/${STAGE}`)).toBe(403);
  expect(await get(`http://[::1]:${w.port}/${STAGE}`)).toBe(403);
});

test("an address that is named is the only one", async () => {
  const w = await world({ routes: { $connect: {} }, options: { host: "127.0.0.1" } });
  expect(await get(`http://127.0.0.1:${w.port}/${STAGE}`)).toBe(403);
  await expect(get(`http://[::1]:${w.port}/${STAGE}`)).rejects.toThrow("ECONNREFUSED");
});

test("a port that another program has on IPv6 alone is in use", async () => {
  const other = createServer();
  await new Promise<void>((ready) => other.listen(0, "::1", ready));
  atEnd(async () => void other.close());
  const port = portOf(other.address());
  await expect(world({ routes: { $connect: {} }, options: { port } })).rejects.toThrow("EADDRINUSE");
});
