/** The requests around an apply, on a real socket: a connection that breaks, a way back that cannot be taken. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGateway } from "../../../action/src/aws";
import { goBack, prepareWayBack } from "../../../action/src/deployment";
import { asFailure } from "../../../action/src/failure";

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const access = () => ({
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  region: "eu-west-1",
  env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
});
const gateway = () => new ApiGateway(access(), "api", "prod");
const json = (response: ServerResponse, body: unknown) => response.end(JSON.stringify(body));

test("a connection that breaks once is tried again", async () => {
  answer = ({ socket }, response) => (asked.length === 1 ? socket.destroy() : json(response, { deploymentId: "d1" }));
  expect(await gateway().deploymentOfStage()).toBe("d1");
  expect(asked).toHaveLength(2);
});

test("a service that cannot be reached is named, with the reason", async () => {
  answer = ({ socket }) => socket.destroy();
  await expect(gateway().deploymentOfStage()).rejects.toThrow(/^apigateway at 127\.0\.0\.1:\d+ could not be reached: /);
});

test.each([
  ["is refused", 403],
  ["has no effect", 200],
])("a stage's way back that %s is rollback-failed, and says that the new deployment is live", async (_, status) => {
  answer = (request, response) => {
    if (request.method === "PATCH") response.statusCode = status;
    json(response, { deploymentId: "new" });
  };
  const failure = await goBack({ gateway: gateway(), deploymentId: "old" }).then(() => undefined, asFailure);
  expect(failure).toMatchObject({ code: "rollback-failed", next: expect.stringContaining("still live") });
});

test("the deployment that is live is marked before Terraform forgets it", async () => {
  const change = (type: string, address: string, actions: string[], before: object, after: object | null) => ({
    address,
    type,
    change: { actions, before, after },
  });
  const document = {
    resource_changes: [
      change("aws_apigatewayv2_stage", "stage", ["update"], { api_id: "api", name: "prod", deployment_id: "old" }, {}),
      change("aws_apigatewayv2_deployment", "deployment", ["create", "delete"], { id: "old" }, null),
    ],
  };
  answer = (_, response) => json(response, { deploymentId: "old" });
  const forget = async (address: string) => void asked.push(`forget ${address}`);
  const plan = { document } as unknown as Parameters<typeof prepareWayBack>[0];
  expect(await prepareWayBack(plan, access(), { forget })).toMatchObject({
    deploymentId: "old",
    forgotten: "deployment",
  });
  expect(asked).toEqual(["PATCH /v2/apis/api/deployments/old", "forget deployment"]);
});
