/** wss and https, with a certificate that was made for this test and is good for nothing else. */
import { request } from "node:https";
import { WebSocket } from "ws";
import { SIGNED } from "./client";
import { endWorlds, STAGE, world } from "./world";

afterEach(endWorlds);

const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUcIdSompRLMx2eLLAGS4HjLYng4YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE0MTUwMVoYDzIxMjYxMDMw
MTQxNTAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARNZxD6BDmn8ZRW+SKf/+jOf3QWaPqkC1wPanVOjKfnzN2+wMxZQV7W
CpJSL6VIguRoe8RxFEbuQduxeFerC7KMo28wbTAdBgNVHQ4EFgQU0RnewERJHDSu
XINtbIOtIYyJQvkwHwYDVR0jBBgwFoAU0RnewERJHDSuXINtbIOtIYyJQvkwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAN++GvNDy2+biZqawhcMUc6qFFNe7/sjfBEgDaKoSdrDAiEA
uVRb+PwdqrJVFSw4hWjKdOyZFZNWNzrOW11s4XN+yhI=
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghY6mahvgl5WPIsdN
7Y7IN78vSX7xRqimzQ5JQKqtgr6hRANCAARNZxD6BDmn8ZRW+SKf/+jOf3QWaPqk
C1wPanVOjKfnzN2+wMxZQV7WCpJSL6VIguRoe8RxFEbuQduxeFerC7KM
-----END PRIVATE KEY-----`;

test("clients connect by wss, backends push by https, on one port", async () => {
  const integration = {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/connect",
    requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  };
  const w = await world({ routes: { $connect: { integration } }, options: { tls: { cert, key } } });
  expect(w.gateway.url).toBe(`https://127.0.0.1:${w.port}`);
  const socket = new WebSocket(`wss://127.0.0.1:${w.port}/${STAGE}`, { ca: cert });
  const message = new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const id = encodeURIComponent(w.received[0]?.query.get("connectionId") ?? "");
  const status = await new Promise((resolve, reject) => {
    const path = `${w.gateway.url}/${STAGE}/@connections/${id}`;
    const post = request(path, { method: "POST", headers: SIGNED, ca: cert }, (r) => resolve(r.resume().statusCode));
    post.on("error", reject).end("safe");
  });
  expect([status, await message]).toEqual([200, "safe"]);
  socket.terminate();
});

test("a client without TLS gets nothing", async () => {
  const w = await world({ routes: { $connect: {} }, options: { tls: { cert, key } } });
  await expect(fetch(`http://127.0.0.1:${w.port}/${STAGE}`)).rejects.toThrow();
});
