/** Which objects of AWS that the state does not contain are imported, against answers of AWS on a real socket. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { asFailure } from "../../../action/src/failure";
import { readPlan } from "../../../action/src/plan";
import { repair } from "../../../action/src/repair";
import { readStack } from "../../../action/src/stack";
import { listen } from "../../../harness/servers";

const stack = readStack("prod", "cdktf.out/stacks/prod", {
  terraform: { backend: { s3: { bucket: "states", key: "quotes" } } },
});
const ROLE = "arn:aws:iam::123456789012:role/quotes-prod-authorizer";

let server: Server;
/** Request to answer; 404 for any other. */
let answers: Record<string, unknown>;
let changed: string[];
beforeEach(async () => {
  changed = [];
  answers = {};
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const action = request.headers["x-amz-target"] ?? new URLSearchParams(body).get("Action");
    const answer = answers[typeof action === "string" ? action : (request.url ?? "")];
    response.statusCode = answer === undefined ? 404 : answer === "denied" ? 403 : 200;
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await listen(server);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const created = (type: string, after: object) => ({
  address: `${type}.one`,
  type,
  change: { actions: ["create"], before: null, after },
});
const inState = (type: string, before: object) => ({
  address: `${type}.two`,
  type,
  change: { actions: ["no-op"], before, after: before },
});
const API = inState("aws_apigatewayv2_api", { id: "api1", name: "quotes-prod" });

function repairing(resource_changes: object[], resource_drift: object[] = []): Promise<boolean> {
  const { port } = server.address() as AddressInfo;
  const access = {
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    region: "eu-west-1",
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
  };
  const terraform = {
    untaint: async (address: string) => void changed.push(`untaint ${address}`),
    importObject: async (address: string, id: string) => void changed.push(`import ${address} ${id}`),
  };
  return repair({ stack, access, terraform }, readPlan({ resource_changes, resource_drift }, stack));
}

const tagged = { team: "quotes & co" };
const role = created("aws_iam_role", { name: "quotes-prod-authorizer", tags_all: tagged });
const roleXml = (value = "quotes &amp; co") =>
  `<Role><RoleName>quotes-prod-authorizer</RoleName><Tags><member><Key>team</Key><Value>${value}</Value></member></Tags></Role>`;
const lambda = created("aws_lambda_function", { function_name: "quotes-prod-authorizer", role: ROLE, tags_all: {} });
const lambdaPath = "/2015-03-31/functions/quotes-prod-authorizer";
const policy = created("aws_iam_policy", { name: "quotes-prod-connections", path: "/teams/", tags_all: {} });
const policyArn = "arn:aws:iam::123456789012:policy/teams/quotes-prod-connections";
const logs = created("aws_cloudwatch_log_group", { name: "/aws/lambda/quotes-prod", tags_all: {} });
const group = (logGroupName: string) => ({
  logGroupName,
  arn: `arn:aws:logs:eu-west-1:123456789012:log-group:${logGroupName}:*`,
});
const parameter = created("aws_ssm_parameter", { name: "/quotes/prod/v1/STAGE", value: "prod" });
const route = created("aws_apigatewayv2_route", { api_id: "api1", route_key: "$connect" });
const routes = (...pages: string[][]) =>
  Object.fromEntries(
    pages.map((keys, page) => [
      `/v2/apis/api1/routes${page === 0 ? "" : `?nextToken=${page}%2F`}`,
      {
        items: keys.map((routeKey) => ({ routeKey, routeId: `id of ${routeKey}` })),
        ...(page + 1 < pages.length ? { nextToken: `${page + 1}/` } : {}),
      },
    ]),
  );

const NO_OTHER = {
  "/v2/apis": { items: [{ apiId: "api1", name: "quotes-prod" }] },
  "/v2/apis/api1/stages": { items: [] },
};

test.each<[what: string, planned: object, answers: object, imported: string]>([
  ["a role", role, { GetRole: roleXml() }, "aws_iam_role.one quotes-prod-authorizer"],
  [
    "a policy",
    policy,
    { GetPolicy: "<Policy/>", GetCallerIdentity: "<Account>123456789012</Account>" },
    `aws_iam_policy.one ${policyArn}`,
  ],
  [
    "a function",
    lambda,
    { [lambdaPath]: { Configuration: { Role: ROLE } } },
    "aws_lambda_function.one quotes-prod-authorizer",
  ],
  [
    "a log group",
    logs,
    {
      "Logs_20140328.DescribeLogGroups": {
        logGroups: [group("/aws/lambda/quotes-prod-2"), group("/aws/lambda/quotes-prod")],
      },
      "Logs_20140328.ListTagsForResource": { tags: {} },
    },
    "aws_cloudwatch_log_group.one /aws/lambda/quotes-prod",
  ],
  [
    "a parameter with the planned value",
    parameter,
    { "AmazonSSM.GetParameter": { Parameter: { Value: "prod" } } },
    "aws_ssm_parameter.one /quotes/prod/v1/STAGE",
  ],
  [
    "a route on a later page",
    route,
    routes(["$disconnect"], ["$connect"]),
    "aws_apigatewayv2_route.one api1/id of $connect",
  ],
  [
    "the response of an integration",
    created("aws_apigatewayv2_integration_response", {
      api_id: "api1",
      integration_id: "i1",
      integration_response_key: "$default",
    }),
    {
      "/v2/apis/api1/integrations/i1/integrationresponses": {
        items: [{ integrationResponseKey: "$default", integrationResponseId: "r1" }],
      },
    },
    "aws_apigatewayv2_integration_response.one api1/i1/r1",
  ],
])("%s is imported", async (_, planned, given, imported) => {
  answers = { ...NO_OTHER, ...given };
  expect(await repairing([API, planned])).toBe(true);
  expect(changed).toEqual([`import ${imported}`]);
});

test.each<[what: string, planned: object, answers: object]>([
  ["does not exist", role, {}],
  ["cannot be read", role, { GetRole: "denied" }],
  [
    "belongs to what does not exist yet",
    created("aws_apigatewayv2_route", { route_key: "$connect" }),
    routes(["$connect"]),
  ],
  [
    "has a value that is not known yet",
    created("aws_ssm_parameter", { name: "/quotes/prod/v1/STAGE" }),
    {
      "AmazonSSM.GetParameter": { Parameter: { Value: "prod" } },
    },
  ],
  ["is in the state at another address", route, routes(["$connect"])],
  [
    "is a parameter that the plan overwrites",
    created("aws_ssm_parameter", { name: "/a", value: "b", overwrite: true }),
    {
      "AmazonSSM.GetParameter": { Parameter: { Value: "c" } },
    },
  ],
])("what %s is left to Terraform", async (_, planned, given) => {
  answers = { ...NO_OTHER, ...given };
  expect(await repairing([API, planned, inState("aws_apigatewayv2_route", { id: "id of $connect" })])).toBe(false);
  expect(changed).toEqual([]);
});

test.each<[what: string, planned: object, answers: object, reason: RegExp]>([
  ["with other tags", role, { GetRole: roleXml("others") }, /it has other tags/],
  [
    "without the API's name in its own",
    created("aws_iam_role", { name: "backend", tags_all: {} }),
    { GetRole: "<Role/>" },
    /its name does not say/,
  ],
  [
    "with another role",
    lambda,
    { [lambdaPath]: { Configuration: { Role: "arn:aws:iam::123456789012:role/other" } } },
    /it has another role/,
  ],
  [
    "with another value",
    parameter,
    { "AmazonSSM.GetParameter": { Parameter: { Value: "live" } } },
    /it has another value/,
  ],
  [
    "beside an API of the same name with a stage",
    role,
    {
      GetRole: roleXml(),
      "/v2/apis": { items: [{ apiId: "api2", name: "quotes-prod" }] },
      "/v2/apis/api2/stages": { items: [{ stageName: "prod" }] },
    },
    /API api2 has the name quotes-prod and the stage prod, and the state at s3:\/\/states\/quotes does not contain it/,
  ],
])("an object %s is name-taken, and nothing is imported", async (_, planned, given, reason) => {
  answers = { ...NO_OTHER, ...given, ...routes(["$connect"]) };
  const failure = await repairing([API, route, planned]).then(() => undefined, asFailure);
  expect(failure).toMatchObject({ code: "name-taken", message: expect.stringMatching(reason) });
  expect(failure?.message).toContain("terraform import '");
  expect(changed).toEqual([]);
});

describe("an API of the planned name", () => {
  const api = created("aws_apigatewayv2_api", { name: "quotes-prod", tags_all: {} });
  const withStages = (...stages: string[]) => ({
    "/v2/apis": {
      items: [
        { apiId: "api2", name: "quotes-prod" },
        { apiId: "other", name: "other" },
      ],
    },
    "/v2/apis/api2/stages": { items: stages.map((stageName) => ({ stageName })) },
  });

  test("is imported if it has no stage", async () => {
    answers = withStages();
    expect(await repairing([api])).toBe(true);
    expect(changed).toEqual(["import aws_apigatewayv2_api.one api2"]);
  });

  test("is not the one that clients use", async () => {
    answers = withStages("prod");
    expect(await repairing([api])).toBe(false);
  });

  test("is in the advice with what belongs to it, because another one would be created without it", async () => {
    answers = { ...withStages("prod"), GetRole: roleXml() };
    const failure = await repairing([api, role]).then(() => undefined, asFailure);
    expect(failure?.problems.map(({ message }) => /terraform import .*/.exec(message)?.[0])).toEqual([
      "terraform import 'aws_apigatewayv2_api.one' 'api2'",
      "terraform import 'aws_iam_role.one' 'quotes-prod-authorizer'",
    ]);
    expect(failure?.hint).toContain("after `npx websocket-gateway synth` and `terraform init`");
  });

  test("does not take the place of one that was deleted", async () => {
    answers = withStages();
    const deleted = { ...API, change: { actions: ["delete"] } };
    expect(await repairing([api], [deleted])).toBe(false);
  });
});
