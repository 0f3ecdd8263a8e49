// The backend: API Gateway calls /connect and /disconnect; the backend pushes to the connected clients through WS_API_ENDPOINT.
import { createServer } from "node:http";
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";

const client = new ApiGatewayManagementApiClient({ endpoint: process.env.WS_API_ENDPOINT });
const stocksOf = new Map();

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://backend");
  const connectionId = searchParams.get("connectionId");
  if (pathname === "/connect") stocksOf.set(connectionId, searchParams.get("stocks")?.split(",") ?? []);
  if (pathname === "/disconnect") stocksOf.delete(connectionId);
  response.end();
}).listen(process.env.PORT ?? 8080);

setInterval(async () => {
  for (const [ConnectionId, stocks] of stocksOf) {
    const Data = JSON.stringify(
      Object.fromEntries(stocks.map((stock) => [stock, Math.round(10_000 * Math.random()) / 100])),
    );
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
    } catch (error) {
      if (error instanceof GoneException) stocksOf.delete(ConnectionId);
      else console.error(error.message);
    }
  }
}, 2_000);
