/**
 * Broken changes of a live API with 200 connected clients: each is stopped before it reaches a client, or rolled back.
 * Good changes afterwards are deployed, and no client notices them. Each row changes what the row before left.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "../support/describe-with";
import { type ActionEnvironment, SECRET, verdict } from "../support/e2e/environment";
import { createFunction } from "../support/e2e/function";
import { writeApp } from "../support/e2e/mutated-app";
import { progress } from "../support/e2e/progress";
import { deployGood, GOOD_CHANGES } from "../support/long/good-changes";
import { LIVE, startLiveApi, UNNOTICED, withClients } from "../support/long/live-api";
import { rowsOfToday } from "../support/long/today";

jest.setTimeout(600_000);

interface Broken {
  /** Replaces text of the good configuration. */
  readonly edit?: readonly [good: string, broken: string];
  /** Replaces the authorizer by a function with this body. */
  readonly authorizer?: string;
  /** Edits what is synthesized. */
  readonly mutation?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

const PROXY = "routes:\n  $connect:\n    integration: http-proxy\n";
const allowing = (resource: string) =>
  `return { principalId: "u", policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: ${resource} }] }, context: { userId: "smoke-test" } }`;
const authorizer = (body: string): Broken => ({ authorizer: body });
const edit = (good: string, broken: string, inputs = {}): Broken => ({ edit: [good, broken], inputs });
const mutation = (text: string): Broken => ({ mutation: text });
const LIVE_TOKEN = { "smoke-token": "live" };

const ROWS: readonly (readonly [what: string, reason: string, broken: Broken])[] = [
  ["a dead backend", "smoke-failed", edit("BACKEND", "http://127.0.0.1:9")],
  ["a backend whose name does not resolve", "smoke-failed", edit("BACKEND", "http://backend.invalid")],
  ["a backend URL with a wrong path", "rolled-back", edit("BACKEND", "BACKEND/elsewhere")],
  [
    "a backend that rejects the client",
    "smoke-failed",
    edit("routes:\n  $connect:\n", `${PROXY}    url: BACKEND/refuse\n`),
  ],
  ["a backend that fails", "smoke-failed", edit("routes:\n  $connect:\n", `${PROXY}    url: BACKEND/broken\n`)],
  ["a mapping of the connection dropped", "rolled-back", edit("      connectionId: context.connectionId\n", "")],
  ["a mapping of the user dropped", "rolled-back", edit("      userId: context.authorizer.userId\n", "")],
  ["a mapping that reads another value", "rolled-back", edit("context.authorizer.userId", "context.requestId")],
  ["a mapping to another name", "rolled-back", edit("      userId: ", "      user: ")],
  ["another issuer", "smoke-failed", edit("login.example.com", "other.example.com", LIVE_TOKEN)],
  ["another audience", "smoke-failed", edit("audience: quotes", "audience: other", LIVE_TOKEN)],
  ["another secret", "smoke-failed", { inputs: { "hs256-secret": `${SECRET}-other`, ...LIVE_TOKEN } }],
  [
    "a claim that clients do not have",
    "smoke-failed",
    edit("  secret: env", "  secret: env\n  requiredClaims: { scope: admin }", LIVE_TOKEN),
  ],
  [
    "a lifetime shorter than clients' tokens",
    "smoke-failed",
    edit("  secret: env", "  secret: env\n  maxLifetimeSeconds: 60", LIVE_TOKEN),
  ],
  [
    "a type that clients' tokens do not have",
    "smoke-failed",
    edit("  secret: env", "  secret: env\n  types: [at+jwt]", LIVE_TOKEN),
  ],
  ["an authorizer that throws", "smoke-failed", authorizer('throw new Error("no database")')],
  ["an authorizer that accepts every client", "smoke-failed", authorizer(allowing("event.methodArn"))],
  ["an authorizer that rejects every client", "smoke-failed", authorizer('throw new Error("Unauthorized")')],
  ["a policy for another API", "smoke-failed", authorizer(allowing('"arn:aws:execute-api:*:*:other/*"'))],
  ["a policy that denies", "smoke-failed", authorizer(allowing("event.methodArn").replace("Allow", "Deny"))],
  ["an authorizer that returns no policy", "smoke-failed", authorizer("return {}")],
  ["an authorizer that returns nothing", "smoke-failed", authorizer("")],
  ["an authorizer that exits", "smoke-failed", authorizer("process.exit(1)")],
  [
    "an authorizer with a context that is not flat",
    "smoke-failed",
    authorizer(allowing("event.methodArn").replace('"smoke-test"', "{}")),
  ],
  [
    "a throttle of 0 for all routes",
    "smoke-failed",
    mutation(
      "for (const { default_route_settings: one } of all('aws_apigatewayv2_stage')) Object.assign(one, { throttling_burst_limit: 0, throttling_rate_limit: 0 });",
    ),
  ],
  [
    "a throttle of 0 for $connect",
    "smoke-failed",
    mutation(
      "for (const stage of all('aws_apigatewayv2_stage')) stage.route_settings = [{ route_key: '$connect', throttling_burst_limit: 0, throttling_rate_limit: 0 }];",
    ),
  ],
  [
    "a $connect route without authorization",
    "smoke-failed",
    {
      mutation: "connect.authorization_type = 'NONE'; delete connect.authorizer_id;",
      inputs: { "smoke-expect": "no-token=401" },
    },
  ],
  [
    "an authorizer without the role that invokes it",
    "smoke-failed",
    mutation("for (const one of all('aws_apigatewayv2_authorizer')) delete one.authorizer_credentials_arn;"),
  ],
  [
    "an authorizer that invokes another function",
    "smoke-failed",
    mutation(
      "for (const one of all('aws_apigatewayv2_authorizer')) one.authorizer_uri = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:none:1/invocations';",
    ),
  ],
  [
    "an identity source that clients do not send",
    "smoke-failed",
    mutation(
      "for (const one of all('aws_apigatewayv2_authorizer')) one.identity_sources.push('route.request.querystring.key');",
    ),
  ],
  [
    "an identity source in a header that clients do not send",
    "smoke-failed",
    mutation(
      "for (const one of all('aws_apigatewayv2_authorizer')) one.identity_sources.push('route.request.header.X-Key');",
    ),
  ],
  [
    "a handler that does not exist",
    "smoke-failed",
    mutation("for (const one of all('aws_lambda_function')) one.handler = 'index.none';"),
  ],
  [
    "no settings for the authorizer",
    "smoke-failed",
    {
      mutation: "for (const one of all('aws_lambda_function')) one.environment.variables.AUTHORIZER_SETTINGS = '{}';",
      inputs: LIVE_TOKEN,
    },
  ],
  [
    "no secret for the authorizer",
    "smoke-failed",
    mutation("for (const one of all('aws_lambda_function')) delete one.environment.variables.HS256_SECRET;"),
  ],
  [
    "a template that cannot be rendered",
    "smoke-failed",
    mutation(
      "integration.request_templates = { $default: '#if(' }; integration.template_selection_expression = '\\\\$default';",
    ),
  ],
  [
    "a $connect route with the integration of another",
    "rolled-back",
    mutation(
      "connect.target = all('aws_apigatewayv2_route').find(({ route_key }) => route_key === '$disconnect').target;",
    ),
  ],
  [
    "an integration without a response",
    "smoke-failed",
    mutation(
      "for (const [name, one] of Object.entries(stack.resource.aws_apigatewayv2_integration_response)) if (one.integration_response_key === '$default') one.integration_response_key = '/5\\\\d\\\\d/';",
    ),
  ],
  [
    "an integration of another type",
    "smoke-failed",
    mutation(
      "integration.integration_type = 'MOCK'; delete integration.integration_uri; delete integration.integration_method; integration.request_templates = { $default: '{\"statusCode\": 500}' }; for (const one of all('aws_apigatewayv2_integration_response')) one.integration_response_key = '/2\\\\d\\\\d/';",
    ),
  ],
  [
    "an API whose own endpoint is disabled",
    "strategy-refused",
    mutation("for (const one of all('aws_apigatewayv2_api')) one.disable_execute_api_endpoint = true;"),
  ],
  [
    "a mapping that API Gateway rejects",
    "apply-failed",
    mutation(
      "integration.request_parameters['integration.request.querystring.x'] = 'route.request.querystring.undeclared';",
    ),
  ],
];

describeWith(["terraform", "provider", "moto"], "a change of a live API", () => {
  let environment: ActionEnvironment;
  let count = 0;

  beforeAll(async () => {
    environment = await startLiveApi();
    environment.world.backend.answer = ({ pathname }) =>
      pathname.startsWith("/refuse") ? 403 : pathname.startsWith("/broken") ? 500 : 200;
    await configure({});
    expect(verdict(await deploy({}))).toEqual({ code: 0, reason: "" });
  });
  afterAll(() => environment.stop());

  async function configure({
    edit: [good, broken] = ["", ""],
    authorizer: body,
    mutation: text,
  }: Broken): Promise<void> {
    const yaml = LIVE.replace(good, () => broken).replaceAll("BACKEND", environment.world.backend.url);
    const module = `export const handler = async (event) => { ${body} };`;
    const lambda =
      body === undefined ? undefined : await createFunction(environment.world, `broken-${count++}`, module);
    const block = /authorizer:\n( {2}.*\n)+/;
    writeFileSync(
      join(environment.workspace, "gateway.yaml"),
      lambda
        ? yaml.replace(
            block,
            `authorizer: { lambda: "${lambda}", identitySources: [route.request.querystring.token] }\n`,
          )
        : yaml,
    );
    writeApp(environment.workspace, join(environment.dist, "main.js"), text);
  }

  const deploy = ({ inputs = {}, authorizer: body }: Broken) => {
    const token = inputs["smoke-token"] === "live" || body !== undefined ? { "smoke-token": environment.token() } : {};
    return environment.run({ "smoke-timeout": "4", "smoke-expect-push": "hello", ...inputs, ...token });
  };

  test.each(rowsOfToday("broken-changes", ROWS))("%s: %s", async (what, reason, broken) => {
    const live = environment.deploymentId();
    const { job, noticed } = await withClients(environment, async () => {
      await configure(broken);
      return await deploy(broken);
    });
    progress(`${what}: ${job.outputs["failure-reason"]}`);
    expect({ ...verdict(job), noticed }).toEqual({ code: 1, reason, noticed: UNNOTICED });
    expect(environment.deploymentId()).toBe(live);
    expect([...(environment.apis()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
  });

  test.each(rowsOfToday("broken-changes", GOOD_CHANGES))("no false alarm: %s", async (what, good) => {
    writeApp(environment.workspace, join(environment.dist, "main.js"), undefined);
    const { job, noticed } = await withClients(environment, () => deployGood(environment, good));
    progress(`${what}: ${job.outputs["failure-reason"] || "deployed"}`);
    const summary = verdict(job).code === 0 ? "" : job.summary;
    expect({ ...verdict(job), noticed, summary }).toEqual({ code: 0, reason: "", noticed: UNNOTICED, summary: "" });
    expect([...(environment.apis()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
    expect([...(environment.apis()[0]?.deployments.keys() ?? [])]).toEqual([environment.deploymentId()]);
  });
});
