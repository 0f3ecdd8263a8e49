/** The API Gateway requests of a deploy, on a real socket: broken connections, rollbacks that fail, candidate stages. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkAccount } from "../../../../action/src/account";
import { ApiGateway } from "../../../../action/src/api-gateway";
import { candidateName, deleteLeftOver, settingsOf, withCandidate } from "../../../../action/src/deploy/candidate";
import { deleteKeptDeployments, keepDeployment, keptByEarlierJob } from "../../../../action/src/deploy/kept";
import { pointBack } from "../../../../action/src/deploy/rollback";
import { asFailure } from "../../../../action/src/failure";
import { listen } from "../../../../harness/servers";

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url}${body && ` ${body}`}`);
    answer(request, response, body);
  });
  await listen(server);
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
const gateway = () => new ApiGateway(access(), "api");
const json = (response: ServerResponse, body: unknown) => response.end(JSON.stringify(body));
const stage = { stageName: "prod", deploymentId: "d1" };

test("a request is retried once after a broken connection", async () => {
  answer = ({ socket }, response) => (asked.length === 1 ? socket.destroy() : json(response, stage));
  expect(await gateway().stage("prod")).toMatchObject(stage);
  expect(asked).toHaveLength(2);
});

test("the error for an unreachable service names the service and the reason", async () => {
  answer = ({ socket }) => socket.destroy();
  await expect(gateway().stage("prod")).rejects.toThrow(/^apigateway at 127\.0\.0\.1:\d+ could not be reached: /);
});

test("a request is repeated while API Gateway limits the rate or fails", async () => {
  answer = (_, response) => {
    response.statusCode = asked.length === 1 ? 429 : asked.length === 2 ? 503 : 200;
    json(response, stage);
  };
  expect(await gateway().stage("prod")).toMatchObject(stage);
  expect(asked).toHaveLength(3);
});

describe("credentials that AWS no longer accepts", () => {
  beforeEach(() => {
    answer = (_, response) => {
      response.writeHead(403, { "x-amzn-errortype": "ExpiredTokenException:http://internal.amazon.com/" });
      json(response, { message: "The security token included in the request is expired" });
    };
  });
  const live = { address: "stage", apiId: "api", name: "prod", from: "old", to: undefined, fate: "changes" } as const;
  const deployment = { fromAddress: "deployment", fromDeleted: true, deployments: [], before: {}, after: {} };

  test.each<[string, () => Promise<unknown>]>([
    ["before the expansion", () => deleteLeftOver(gateway(), "prod")],
    [
      "while the previous deployment is kept",
      () => keepDeployment({ ...live, ...deployment }, gateway(), { removeFromState: async () => {} }),
    ],
    [
      "before the candidate stage",
      () => withCandidate(gateway(), "prod", "new", { before: {}, after: {} }, async () => {}),
    ],
    ["before the account is known", () => checkAccount(["123456789012"], access())],
  ])("%s are credentials-rejected", async (_, act) => {
    const failure = await act().then(() => undefined, asFailure);
    expect(failure).toMatchObject({
      code: "credentials-rejected",
      hint: expect.stringContaining("role-duration-seconds"),
    });
  });
});

test("a missing permission is named with the statement to add", async () => {
  const resource = "arn:aws:apigateway:eu-west-1::/apis/api/stages";
  const message = `User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: apigateway:GET on resource: ${resource}`;
  answer = (_, response) => {
    response.statusCode = 403;
    json(response, { Message: message });
  };
  const failure = await gateway()
    .stages()
    .then(() => undefined, asFailure);
  const statement = `{"Effect":"Allow","Action":["apigateway:GET"],"Resource":"${resource}"}`;
  expect(failure).toMatchObject({ code: "permission-missing", hint: expect.stringContaining(statement) });
});

describe("a rollback", () => {
  test.each([
    ["is rejected", 403],
    ["has no effect", 200],
  ])("that %s is rollback-failed, and the error says that the new deployment is live", async (_, status) => {
    answer = (request, response) => {
      if (request.method === "PATCH") response.statusCode = status;
      json(response, { ...stage, deploymentId: "new" });
    };
    const failure = await pointBack(gateway(), "prod", { deploymentId: "old" }).then(() => undefined, asFailure);
    expect(failure).toMatchObject({ code: "rollback-failed", hint: expect.stringContaining("still live") });
  });

  test("restores the stage's variables and throttles, and removes those that were added", async () => {
    const routeSettings = { $connect: { throttlingRateLimit: 0 } };
    answer = (_, response) =>
      json(response, { ...stage, deploymentId: "old", stageVariables: { added: "1", kept: "2" }, routeSettings });
    const before = { ...stage, stageVariables: { kept: "1" }, routeSettings: {} };
    await pointBack(gateway(), "prod", { deploymentId: "old", stage: before });
    expect(asked[1]).toBe(
      'PATCH /v2/apis/api/stages/prod {"deploymentId":"old","stageVariables":{"added":"","kept":"1"},"routeSettings":{}}',
    );
    expect(asked[2]).toBe("DELETE /v2/apis/api/stages/prod/routesettings/%24connect");
  });
});

describe("the previous deployment", () => {
  const live = {
    address: "stage",
    apiId: "api",
    name: "prod",
    from: "old",
    to: undefined,
    fate: "changes",
    fromAddress: "deployment",
    fromDeleted: true,
    deployments: ["deployment"],
    before: {},
    after: {},
  } as const;
  const removeFromState = async (address: string) => void asked.push(`remove ${address} from the state`);
  const KEPT = "Previous deployment, kept by the WebSocket gateway action for rollback";

  test("is marked before it is removed from the state", async () => {
    answer = (_, response) => json(response, { deploymentId: "old" });
    await keepDeployment(live, gateway(), { removeFromState });
    expect(asked).toEqual([
      expect.stringContaining(`PATCH /v2/apis/api/deployments/old {"description":"${KEPT}"}`),
      "remove deployment from the state",
    ]);
  });

  test("stays where it is if the plan does not delete it", async () => {
    await keepDeployment({ ...live, fromDeleted: false }, gateway(), { removeFromState });
    expect(asked).toEqual([]);
  });

  test("of an earlier job is the newest that is kept and not live", async () => {
    const items = [
      { deploymentId: "live", description: KEPT, createdDate: "2026-01-04T00:00:00Z" },
      { deploymentId: "older", description: KEPT, createdDate: "2026-01-02T00:00:00Z" },
      { deploymentId: "newer", description: KEPT, createdDate: "2026-01-03T00:00:00Z" },
      { deploymentId: "other", description: "by hand", createdDate: "2026-01-05T00:00:00Z" },
    ];
    answer = (_, response) => json(response, { items });
    expect(await keptByEarlierJob(gateway(), "live")).toBe("newer");
  });

  test("is deleted unless it is live, and no deployment of others is", async () => {
    const items = ["d1", "d2"].map((deploymentId) => ({ deploymentId, description: KEPT }));
    answer = ({ url }, response) =>
      json(response, url?.endsWith("/deployments") ? { items: [...items, { deploymentId: "d3" }] } : stage);
    await deleteKeptDeployments(gateway(), "prod");
    expect(asked.filter((one) => one.startsWith("DELETE"))).toEqual(["DELETE /v2/apis/api/deployments/d2"]);
  });
});

describe("the candidate stage", () => {
  const NOTHING = { before: {}, after: {} };
  const ZERO = { throttling_burst_limit: 0, throttling_rate_limit: 0 };
  const UNLIMITED = { defaultRouteSettings: {}, routeSettings: {} };

  test("has the stage's variables and throttles, and is deleted although the proof fails", async () => {
    const live = { stageName: "prod", defaultRouteSettings: { throttlingBurstLimit: 5, throttlingRateLimit: 5 } };
    answer = ({ method, url }, response) =>
      json(response, url?.endsWith("/apis/api") ? { apiEndpoint: "wss://api" } : method === "GET" ? live : {});
    const planned = {
      stage_variables: { table: "quotes" },
      default_route_settings: [{ throttling_burst_limit: 0, throttling_rate_limit: 10, logging_level: "INFO" }],
      route_settings: [{ route_key: "$connect", throttling_burst_limit: 1, throttling_rate_limit: 1 }],
    };
    const proof = withCandidate(gateway(), "prod", "d2", { before: {}, after: planned }, async ({ url }) => {
      throw new Error(`no client connects to ${url}`);
    });
    await expect(proof).rejects.toThrow("no client connects to wss://api/prod-candidate");
    expect(asked[1]).toContain('"deploymentId":"d2"');
    expect(asked[1]).toContain('"stageVariables":{"table":"quotes"}');
    expect(asked[1]).toContain('"defaultRouteSettings":{"throttlingBurstLimit":0,"throttlingRateLimit":10}');
    expect(asked[1]).not.toContain("INFO");
    expect(asked.at(-1)).toBe("DELETE /v2/apis/api/stages/prod-candidate");
  });

  test("that cannot be created is candidate-failed, and nothing is deleted", async () => {
    answer = (_, response) => {
      response.statusCode = 409;
      json(response, { message: "Stage already exists" });
    };
    const failure = await withCandidate(gateway(), "prod", "d2", NOTHING, async () => "").then(
      () => undefined,
      asFailure,
    );
    expect(failure).toMatchObject({ code: "candidate-failed", hint: expect.stringContaining("apigateway:POST") });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["of a killed job is deleted", "Candidate stage of the WebSocket gateway action: temporary, safe to delete", 2],
    ["with that name that another program made is not", "a stage of our own", 1],
  ])("%s", async (_, description, requests) => {
    answer = (_, response) => json(response, { items: [{ stageName: "prod-candidate", description }] });
    await deleteLeftOver(gateway(), "prod");
    expect(asked).toHaveLength(requests);
  });

  test("has a name that API Gateway accepts, however long the stage's is", () => {
    expect(candidateName("prod")).toBe("prod-candidate");
    expect(candidateName("x".repeat(128))).toHaveLength(128);
  });

  test("has no limit where the stage has none, which Terraform reads as 0", () => {
    const same = { default_route_settings: [ZERO] };
    const { defaultRouteSettings } = settingsOf({ before: same, after: same }, UNLIMITED);
    expect(JSON.stringify(defaultRouteSettings)).toBe("{}");
  });

  test.each([
    ["all routes", { default_route_settings: [ZERO] }, '"defaultRouteSettings":{"throttlingBurstLimit":0'],
    ["one route", { route_settings: [{ ...ZERO, route_key: "$connect" }] }, '"$connect":{"throttlingBurstLimit":0'],
  ])("has a limit of 0 for %s that the plan sets where the stage has none", (_, after, settings) => {
    expect(JSON.stringify(settingsOf({ before: {}, after }, UNLIMITED))).toContain(settings);
  });

  test("has no settings where the stage has none", () => {
    expect(settingsOf({ ...NOTHING, after: { default_route_settings: [], stage_variables: null } })).toEqual({
      stageVariables: {},
      defaultRouteSettings: undefined,
      routeSettings: {},
    });
  });
});
