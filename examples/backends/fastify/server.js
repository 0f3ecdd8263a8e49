// A chat behind a WebSocket API: each message of a client goes to every client.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import Fastify from "fastify";

const { WS_API_ENDPOINT, PORT = "8080" } = process.env;
const gateway = new ApiGatewayManagementApiClient({ endpoint: WS_API_ENDPOINT });
const connections = new Set();

const app = Fastify();

app.post("/connect", async ({ query }) => {
  connections.add(query.connectionId);
  return {};
});

app.post("/message", async ({ query, body }) => {
  await broadcast({ from: query.userId, text: body.text });
  return {};
});

app.post("/disconnect", async ({ query }) => {
  connections.delete(query.connectionId);
  return {};
});

async function broadcast(message) {
  await Promise.all([...connections].map((id) => push(id, JSON.stringify(message))));
}

async function push(ConnectionId, Data) {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId, Data }));
  } catch (error) {
    // 410: the client has left. API Gateway does not guarantee that it calls /disconnect.
    if (!(error instanceof GoneException)) throw error;
    connections.delete(ConnectionId);
  }
}

await app.listen({ port: Number(PORT) });
console.log(`listens on port ${PORT}, pushes to ${WS_API_ENDPOINT}`);
