// A real deploy to the local gateway, and what a user does with it: connect, push by boto3, change a mapping, destroy.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import WebSocket from "ws";
import { AWS_TEST_ENVIRONMENT, type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { Store } from "../../local/api/store";
import { createControlPlane } from "../../local/control-plane";
import { createLambdaRuntime } from "../../local/lambda";
import { createFindFunction } from "../../local/lambda/find-function";
import { type DevelopmentAccess, DevelopmentKey } from "../../local/server/development-key";
import { type Gateway, startServer } from "../../local/server/gateway";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

const PUSH = `
import boto3, sys
client = boto3.client("apigatewaymanagementapi", endpoint_url=sys.argv[1])
client.post_to_connection(ConnectionId=sys.argv[2], Data=sys.argv[3].encode())
`;

describeWith(["terraform", "provider", "moto", "boto3"], "an API deployed to the local gateway", () => {
  const runtime = createLambdaRuntime();
  const calls: URL[] = [];
  const clients: WebSocket[] = [];
  let moto: Service;
  let backend: Server;
  let gateway: Gateway;
  let project: Project;
  let access: DevelopmentAccess | undefined;
  let outputs: Readonly<Record<string, string>>;

  beforeAll(async () => {
    moto = await startMoto({ ssm: true });
    backend = createServer((req, res) => {
      calls.push(new URL(req.url ?? "", "http://backend"));
      res.end();
    });
    gateway = await startGatewayFor(moto);
    const url = await listening(backend);
    project = await createProject((dir) => terraformEnvironment({ aws: moto.url, apigatewayv2: gateway.url, dir }));
    project.set(["backend"], url);
  }, 240_000);
  afterAll(async () => {
    for (const client of clients) client.terminate();
    await gateway.close();
    await runtime.close();
    backend.close();
    await project.remove();
    await moto.stop();
  });

  /** The function is what moto has of it, with the zip that Terraform uploaded, and a key that the test has tokens for. */
  function startGatewayFor({ url }: Service): Promise<Gateway> {
    const store = new Store({
      account: { accountId: "123456789012", region: AWS_TEST_ENVIRONMENT.AWS_REGION, partition: "aws" },
      endpoint: (apiId) => `ws://127.0.0.1:${gateway.port}/_aws/execute-api/${apiId}`,
    });
    const key = new DevelopmentKey();
    return startServer({
      store,
      requestHandlers: [createControlPlane(store)],
      invoke: runtime.invoke,
      async findFunction(arn) {
        const deployed = await createFindFunction({ endpoint: url, folders: [project.path] })(arn);
        access = deployed && key.addTo(deployed);
        return access?.fn;
      },
    });
  }

  async function connect(query: Record<string, string>): Promise<{ client?: WebSocket; status: number }> {
    const client = new WebSocket(`${outputs.WS_URL}?${new URLSearchParams(query)}`);
    clients.push(client);
    return new Promise((resolve, reject) => {
      client.once("open", () => resolve({ client, status: 101 }));
      client.once("unexpected-response", (_request, response) => resolve({ status: response.statusCode ?? 0 }));
      client.once("error", reject);
    });
  }
  const admitted = () => ({ token: access?.createToken() ?? "", stocks: "aapl,goog" });
  const lastCall = () => Object.fromEntries(calls.at(-1)?.searchParams ?? []);

  test("refuses who has no valid token, and connects who has one", async () => {
    await project.cdktf("deploy", "--auto-approve", "--skip-provider-lock", "--outputs-file", "out.json");
    const { prod } = JSON.parse(readFileSync(join(project.path, "out.json"), "utf8"));
    outputs = prod;
    expect(await connect({ stocks: "aapl,goog" })).toEqual({ status: 401 });
    expect(await connect({ stocks: "aapl,goog", token: "nonsense" })).toEqual({ status: 403 });
    expect(calls).toEqual([]);
    expect((await connect(admitted())).status).toBe(101);
    expect(calls.map(({ pathname }) => pathname)).toEqual(["/connect"]);
    expect(lastCall()).toEqual({
      connectionId: expect.stringMatching(/=$/),
      orgId: "local-org_id",
      stocks: "aapl,goog",
      userId: "local-developer",
    });
  }, 240_000);

  test("delivers what boto3 posts to WS_API_ENDPOINT", async () => {
    const message = once(clients.at(-1) ?? fail(), "message");
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...AWS_TEST_ENVIRONMENT };
    const args = [String(outputs.WS_API_ENDPOINT), lastCall().connectionId ?? "", '{"aapl":230.1}'];
    await succeed(tool("boto3"), ["-c", PUSH, ...args], { env });
    expect(String((await message)[0])).toBe('{"aapl":230.1}');
  }, 240_000);

  test("uses a changed mapping from the next connection on, and keeps open connections", async () => {
    const before = clients.at(-1);
    project.set(["routes", "$connect", "query", "tenant"], "context.authorizer.orgId");
    project.set(["routes", "$connect", "query", "orgId"], undefined);
    await project.synth();
    expect(await project.terraform("apply", "-auto-approve")).toMatchObject({ code: 0 });
    expect((await connect(admitted())).status).toBe(101);
    expect(lastCall()).toMatchObject({ tenant: "local-org_id" });
    expect(lastCall()).not.toHaveProperty("orgId");
    expect(before?.readyState).toBe(WebSocket.OPEN);
  }, 240_000);

  test("is gone when destroyed", async () => {
    await project.cdktf("destroy", "--auto-approve", "--skip-provider-lock");
    expect(await connect(admitted())).toEqual({ status: 403 });
  }, 240_000);
});

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
