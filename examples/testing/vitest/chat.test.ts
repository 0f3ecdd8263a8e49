import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalGateway, startGateway } from "websocket-gateway/local";
import WebSocket from "ws";
import { startBackend } from "../backend.cjs";

let backend: Awaited<ReturnType<typeof startBackend>>;
let gateway: LocalGateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: fileURLToPath(new URL("../gateway.yaml", import.meta.url)),
    async backend({ env }) {
      Object.assign(process.env, env);
      backend = await startBackend();
      return backend.url;
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await backend.close();
});

async function connect(sub: string) {
  const client = new WebSocket(gateway.url({ sub }));
  await once(client, "open");
  return client;
}

test("a client with an expired token is rejected", async () => {
  const [error] = await once(new WebSocket(gateway.url({ exp: 0 })), "error");
  expect(error.message).toContain("403");
});

test("every client receives what is broadcast", async () => {
  const clients = await Promise.all([connect("alice"), connect("bob")]);
  const received = Promise.all(clients.map((client) => once(client, "message")));
  expect([...backend.connections.values()].sort()).toEqual(["alice", "bob"]);
  await backend.broadcast("hello");
  for (const [message] of await received) expect(String(message)).toBe("hello");
  for (const client of clients) client.close();
  await gateway.events.waitFor("integration-response", ({ routeKey }) => routeKey === "$disconnect");
});

test("a client that is lost without $disconnect is forgotten at the next push", async () => {
  await connect("carol");
  const restore = gateway.inject({ "stale-connection": 1 });
  await backend.broadcast("hello");
  restore();
  expect([...backend.connections.values()]).not.toContain("carol");
});
