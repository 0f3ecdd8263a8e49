// The backend under test: it remembers who is connected, and pushes to all of them.
const { createServer } = require("node:http");
const {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} = require("@aws-sdk/client-apigatewaymanagementapi");

exports.startBackend = async () => {
  const gateway = new ApiGatewayManagementApiClient({ endpoint: process.env.WS_API_ENDPOINT });
  /** User by connection id. */
  const connections = new Map();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://backend");
    const connectionId = searchParams.get("connectionId");
    if (pathname === "/connect") connections.set(connectionId, searchParams.get("userId"));
    if (pathname === "/disconnect") connections.delete(connectionId);
    request.resume();
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  async function push(ConnectionId, Data) {
    try {
      await gateway.send(new PostToConnectionCommand({ ConnectionId, Data }));
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
      connections.delete(ConnectionId);
    }
  }

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    connections,
    broadcast: (text) => Promise.all([...connections.keys()].map((id) => push(id, text))),
    async close() {
      gateway.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
