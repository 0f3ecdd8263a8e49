/** Starts a control plane behind an HTTP server, with the AWS SDK as its client. */
import { createServer, type Server } from "node:http";
import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { listen } from "../../../harness/servers";
import { Store } from "../../../local/api/store";
import { createControlPlane } from "../../../local/control-plane";

export interface Subject {
  readonly store: Store;
  readonly url: string;
  readonly client: ApiGatewayV2Client;
  close(): Promise<void>;
}

export async function startControlPlane(): Promise<Subject> {
  const store = new Store({
    account: { accountId: "123456789012", region: "eu-west-1", partition: "aws" },
    endpoint: (apiId) => `ws://localhost:3000/_aws/execute-api/${apiId}`,
  });
  const handle = createControlPlane(store);
  const server: Server = createServer((req, res) => {
    if (!handle(req, res)) res.writeHead(418).end();
  });
  const url = await listen(server);
  const client = new ApiGatewayV2Client({
    endpoint: url,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  return {
    store,
    url,
    client,
    close() {
      client.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The properties of a REQUEST authorizer, except its name. */
export const AUTHORIZER = {
  authorizerType: "REQUEST",
  authorizerUri:
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:a/invocations",
  identitySource: [],
};
