const { once } = require("node:events");
const { startGateway } = require("websocket-gateway/local");
const WebSocket = require("ws");
const { startBackend } = require("../backend.cjs");

let backend;
let gateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: `${__dirname}/../gateway.yaml`,
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

async function connect(sub) {
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
