// A chat behind a WebSocket API: each message of a client goes to every client.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import express from "express";

const { WS_API_ENDPOINT, PORT = "8080" } = process.env;
const gateway = new ApiGatewayManagementApiClient({ endpoint: WS_API_ENDPOINT });
const connections = new Set();

const app = express();
app.use(express.json());

app.post("/connect", ({ query }, response) => {
  connections.add(query.connectionId);
  response.sendStatus(200);
});

app.post("/message", async ({ query, body }, response) => {
  await broadcast({ from: query.userId, text: body.text });
  response.sendStatus(200);
});

app.post("/disconnect", ({ query }, response) => {
  connections.delete(query.connectionId);
  response.sendStatus(200);
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

app.listen(Number(PORT), () => console.log(`listens on port ${PORT}, pushes to ${WS_API_ENDPOINT}`));
