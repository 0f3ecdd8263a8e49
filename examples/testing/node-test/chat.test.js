import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startGateway } from "websocket-gateway/local";
import WebSocket from "ws";
import backendModule from "../backend.cjs";

let backend;
let gateway;

before(async () => {
  gateway = await startGateway({
    config: fileURLToPath(new URL("../gateway.yaml", import.meta.url)),
    async backend({ env }) {
      Object.assign(process.env, env);
      backend = await backendModule.startBackend();
      return backend.url;
    },
  });
});
after(async () => {
  await gateway.close();
  await backend.close();
});

async function connect(sub) {
  const client = new WebSocket(gateway.url({ sub }));
  await once(client, "open");
  return client;
}

test("a client with an expired token is rejected", async () => {
  const [error] = await once(new WebSocket(gateway.url({ exp: 0 })), "error");
  assert.match(error.message, /403/);
});

test("every client receives what is broadcast", async () => {
  const clients = await Promise.all([connect("alice"), connect("bob")]);
  const received = Promise.all(clients.map((client) => once(client, "message")));
  assert.deepEqual([...backend.connections.values()].sort(), ["alice", "bob"]);
  await backend.broadcast("hello");
  for (const [message] of await received) assert.equal(String(message), "hello");
  for (const client of clients) client.close();
  await gateway.events.waitFor("integration-response", ({ routeKey }) => routeKey === "$disconnect");
});

test("a client that is lost without $disconnect is forgotten at the next push", async () => {
  await connect("carol");
  const restore = gateway.inject({ "stale-connection": 1 });
  await backend.broadcast("hello");
  restore();
  assert.ok(![...backend.connections.values()].includes("carol"));
});
