/** The API Gateway requests around an apply, on a real socket: broken connections, and rollbacks that fail. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGateway } from "../../../action/src/aws";
import { keepDeployment, rollBack } from "../../../action/src/deployment";
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

test("a request is retried once after a broken connection", async () => {
  answer = ({ socket }, response) => (asked.length === 1 ? socket.destroy() : json(response, { deploymentId: "d1" }));
  expect(await gateway().deploymentOfStage()).toBe("d1");
  expect(asked).toHaveLength(2);
});

test("the error for an unreachable service names the service and the reason", async () => {
  answer = ({ socket }) => socket.destroy();
  await expect(gateway().deploymentOfStage()).rejects.toThrow(/^apigateway at 127\.0\.0\.1:\d+ could not be reached: /);
});

test.each([
  ["is rejected", 403],
  ["has no effect", 200],
])("a rollback that %s is rollback-failed, and the error says that the new deployment is live", async (_, status) => {
  answer = (request, response) => {
    if (request.method === "PATCH") response.statusCode = status;
    json(response, { deploymentId: "new" });
  };
  const failure = await rollBack({ gateway: gateway(), deploymentId: "old" }).then(() => undefined, asFailure);
  expect(failure).toMatchObject({ code: "rollback-failed", hint: expect.stringContaining("still live") });
});

test("the live deployment is marked before it is removed from the state", async () => {
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
  const removeFromState = async (address: string) => void asked.push(`remove ${address} from the state`);
  const plan = { document } as unknown as Parameters<typeof keepDeployment>[0];
  expect(await keepDeployment(plan, access(), { removeFromState })).toMatchObject({
    deploymentId: "old",
    removedFromState: "deployment",
  });
  expect(asked).toEqual(["PATCH /v2/apis/api/deployments/old", "remove deployment from the state"]);
});
