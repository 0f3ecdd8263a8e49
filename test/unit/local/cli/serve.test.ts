/** What is served: redirected backends, where to connect, and that a stack can be loaded again while clients are there. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { listen } from "../../../../harness/servers";
import { connectable } from "../../../../local/server/entry-points";
import { type LocalServer, serve } from "../../../../local/server/serve";
import { stackIn } from "../../../../local/session/synthesize";
import { watchSources } from "../../../../local/session/watch";
import { Trace } from "../../../../local/trace/trace";

let folder: string;
let server: LocalServer;
let backend: Server;
let requests: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "serve-"));
  requests = [];
  backend = createServer((request, response) => {
    requests.push(request.url ?? "");
    request.resume();
    response.end();
  });
  await listen(backend);
  server = await serve();
});
afterEach(async () => {
  await server.close();
  backend.closeAllConnections();
  backend.close();
  rmSync(folder, { recursive: true });
});

const backendUrl = () => `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;

/** Terraform JSON of any project: an API without an authorizer. */
function stack(parameters: Record<string, string>, region = "us-east-1"): string {
  const file = join(folder, "cdk.tf.json");
  const api_id = "${aws_apigatewayv2_api.a.id}";
  const resource = {
    aws_apigatewayv2_api: {
      a: { name: "any", protocol_type: "WEBSOCKET", route_selection_expression: "$request.body.action" },
    },
    aws_apigatewayv2_integration: {
      connect: {
        api_id,
        integration_type: "HTTP",
        integration_method: "POST",
        integration_uri: "https://backend.example/v1/connect",
        request_parameters: parameters,
      },
    },
    aws_apigatewayv2_integration_response: {
      connect: {
        api_id,
        integration_id: "${aws_apigatewayv2_integration.connect.id}",
        integration_response_key: "$default",
      },
    },
    aws_apigatewayv2_route: {
      connect: {
        api_id,
        route_key: "$connect",
        target: "integrations/${aws_apigatewayv2_integration.connect.id}",
        request_parameter: [{ request_parameter_key: "route.request.querystring.stocks", required: true }],
      },
    },
    aws_apigatewayv2_deployment: { d: { api_id, depends_on: ["aws_apigatewayv2_route.connect"] } },
    aws_apigatewayv2_stage: { s: { api_id, name: "live", deployment_id: "${aws_apigatewayv2_deployment.d.id}" } },
  };
  writeFileSync(file, JSON.stringify({ provider: { aws: [{ region }] }, resource }));
  return file;
}

const all = () => new Map([["*", backendUrl()]]);

async function connected(): Promise<WebSocket> {
  const [entry] = server.entryPoints;
  const socket = new WebSocket(entry ? connectable(entry).url : "");
  await once(socket, "open");
  return socket;
}

test("suggests the environment that was probably meant", () => {
  mkdirSync(join(folder, "stacks", "staging"), { recursive: true });
  mkdirSync(join(folder, "stacks", "prod"));
  expect(stackIn(folder, "prod")).toBe(join(folder, "stacks", "prod"));
  expect(() => stackIn(folder, "stagin")).toThrow(
    expect.objectContaining({ hint: "Did you mean `staging`? Choose one with --environment: prod, staging." }),
  );
});

test("has a URL to connect to, with an example of each required parameter", () => {
  server.load(stack({}), all());
  expect(server.entryPoints.map((entry) => connectable(entry).url)).toEqual([
    `ws://localhost:${server.port}/live?stocks=aapl,goog`,
  ]);
  expect(server.entryPoints).toMatchObject([{ apiName: "any", endpoint: `http://localhost:${server.port}/live` }]);
});

test("calls the given backend for integrations, with their own path", async () => {
  server.load(
    stack({ "integration.request.querystring.id": "'1'" }),
    new Map([["https://backend.example", backendUrl()]]),
  );
  (await connected()).terminate();
  expect(requests[0]).toBe("/v1/connect?id=1");
});

test("does not change integrations with another origin", () => {
  server.load(stack({}), new Map([["https://other.example", backendUrl()]]));
  const [api] = server.store.apis.values();
  const uris = [...(api?.current.integrations.values() ?? [])].map(({ integrationUri }) => integrationUri);
  expect(uris).toEqual(["https://backend.example/v1/connect"]);
});

test("serves a stack that is loaded again to new clients, and keeps open connections", async () => {
  server.load(stack({ "integration.request.querystring.v": "'1'" }), all());
  const first = await connected();
  server.load(stack({ "integration.request.querystring.v": "'2'" }), all());
  const second = await connected();
  expect(requests).toEqual(["/v1/connect?v=1", "/v1/connect?v=2"]);
  expect(first.readyState).toBe(WebSocket.OPEN);
  for (const socket of [first, second]) socket.terminate();
});

test("uses the stack's region", () => {
  server.load(stack({}, "eu-central-1"), all());
  expect(server.store.account.region).toBe("eu-central-1");
});

test("reloads after a change, reports an error, and continues to watch", async () => {
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, "1");
  const reported: string[] = [];
  const stop = await new Promise<() => void>((done) => {
    const unwatch = watchSources({
      sources: () => [file],
      async reload() {
        if (reported.length === 0) throw new Error("broken");
      },
      onReloaded: () => {
        reported.push("reloaded");
        done(unwatch);
      },
      onFailed: (error) => {
        reported.push(String(error));
        writeFileSync(file, "3");
      },
    });
    writeFileSync(file, "2");
  });
  stop();
  expect(reported).toEqual(["Error: broken", "reloaded"]);
});

describe("a deployed API whose authorizer is at a Lambda endpoint", () => {
  const ARN = "arn:aws:lambda:us-east-1:123456789012:function:authorizer";
  let deployed: LocalServer;
  let notices: string[];
  let lambda: Server | undefined;
  afterEach(async () => {
    lambda?.closeAllConnections();
    lambda?.close();
    await deployed.close();
  });

  /** Creates the API as Terraform's provider would, by the control plane. */
  async function deploy(environment: Record<string, string>): Promise<void> {
    notices = [];
    const trace = new Trace();
    trace.listen((event) => event.type === "notice" && notices.push(`${event.code}: ${event.message}`));
    deployed = await serve({ env: environment, zipFolders: [folder], trace, inspector: true });
    const post = async (path: string, body: object): Promise<Record<string, string>> => {
      const response = await fetch(`${deployed.origin}/v2/apis${path}`, {
        method: "POST",
        headers: { authorization: "AWS4-HMAC-SHA256 any" },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(201);
      return (await response.json()) as Record<string, string>;
    };
    const { apiId } = await post("", {
      name: "any",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const { authorizerId } = await post(`/${apiId}/authorizers`, {
      name: "any",
      authorizerType: "REQUEST",
      authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${ARN}/invocations`,
      identitySource: ["route.request.querystring.token"],
    });
    const { integrationId } = await post(`/${apiId}/integrations`, { integrationType: "MOCK" });
    await post(`/${apiId}/routes`, {
      routeKey: "$connect",
      authorizationType: "CUSTOM",
      authorizerId,
      target: `integrations/${integrationId}`,
    });
    const { deploymentId } = await post(`/${apiId}/deployments`, {});
    await post(`/${apiId}/stages`, { stageName: "live", deploymentId });
  }

  const connectUrl = async (): Promise<string> => {
    const [entry] = (await (await fetch(`${deployed.origin}/_inspector/entry-points`)).json()) as {
      connectUrl: string;
    }[];
    return entry?.connectUrl ?? "";
  };

  test("has a token before the first connection, and notices once why", async () => {
    const zip = "the code";
    writeFileSync(join(folder, "authorizer.zip"), zip);
    const Configuration = {
      FunctionName: "authorizer",
      Handler: "index.handler",
      CodeSha256: createHash("sha256").update(zip).digest("base64"),
      Environment: { Variables: { AUTHORIZER_SETTINGS: JSON.stringify({ issuers: [{}], tokenParameter: "token" }) } },
    };
    const endpoint = createServer((request, response) => {
      const isFunction = decodeURIComponent(request.url ?? "").endsWith(ARN);
      response.writeHead(isFunction ? 200 : 404).end(JSON.stringify({ Configuration }));
    });
    lambda = endpoint;
    await listen(endpoint);
    await deploy({ AWS_ENDPOINT_URL: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}` });
    expect(await connectUrl()).toMatch(/\/live\?token=ey/);
    expect(await connectUrl()).toMatch(/\/live\?token=ey/);
    expect(notices).toEqual([
      "development-key: authorizer also accepts tokens signed with this process's development key",
    ]);
  });

  test("notices once how to find its function", async () => {
    await deploy({});
    for (let time = 0; time < 2; time += 1) expect(await connectUrl()).toMatch(/\/live$/);
    expect(notices).toEqual([
      expect.stringMatching(
        /^function-not-found: There is no function .*start the gateway with AWS_ENDPOINT_URL set to/,
      ),
    ]);
  });
});
