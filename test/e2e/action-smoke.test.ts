/**
 * A deployed gateway that is broken on purpose, one thing at a time: the job must be red, with the case that shows it.
 * The break is made behind Terraform's back, so that only the smoke test can find it.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { buildAction, type Finished, runJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { type SharedProvider, shareProvider } from "../../harness/aws";
import { describeWith } from "../support/describe-with";

const SECRET = "a-secret-of-the-test-that-is-long-enough";

jest.setTimeout(180_000);

describeWith(["terraform", "provider", "moto"], "the smoke test after a deploy", () => {
  let world: World;
  let dist: string;
  let workspace: string;
  let provider: SharedProvider;
  beforeAll(async () => {
    [world, dist] = await Promise.all([startWorld(), buildAction()]);
    workspace = world.project("quotes", {
      "gateway.yaml": `name: quotes
backend: ${world.backend.url}
ssm: false
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
routes:
  $connect:
    query:
      userId: context.authorizer.userId
      connectionId: context.connectionId
`,
    });
    provider = await shareProvider(world.env, join(workspace, "cdktf.out/stacks/prod"));
    // It welcomes users, and takes no others.
    world.backend.answer = ({ pathname, searchParams }) =>
      pathname !== "/connect" || searchParams.has("userId") ? 200 : 400;
    world.backend.greet = (url) =>
      url.pathname === "/connect" && world.backend.answer(url) === 200
        ? JSON.stringify({ welcome: url.searchParams.get("userId"), at: 1 })
        : undefined;
    expect((await run({ mode: "deploy", "smoke-timeout": "30" })).outputs["failure-reason"]).toBe("");
  });
  afterAll(async () => {
    rmSync(dist, { recursive: true, force: true });
    await provider.stop();
    await world.close();
  });

  const run = (inputs: Record<string, string> = {}): Promise<Finished> =>
    runJob(dist, {
      workspace,
      env: provider.env,
      inputs: {
        mode: "smoke-test",
        "allow-local-state": "true",
        "hs256-secret": SECRET,
        "smoke-timeout": "3",
        ...inputs,
      },
    });
  /** Case to verdict and what came. */
  const cases = ({ outputs }: Finished): Record<string, { verdict: string; actual: string }> => {
    const report = JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8"));
    return Object.fromEntries(report.smoke.cases.map((found: { id: string }) => [found.id, found]));
  };
  const failures = (job: Finished) =>
    Object.entries(cases(job)).flatMap(([id, { verdict }]) => (verdict === "failed" ? [id] : []));

  test("is green when nothing is broken", async () => {
    const job = await run({ ...WELCOME, "smoke-timeout": "30" });
    expect(failures(job)).toEqual([]);
    expect(job.outputs).toMatchObject({ "smoke-result": "passed", "failure-reason": "" });
    expect(Number(job.outputs["connect-p50-ms"])).toBeGreaterThan(0);
    expect(readFileSync(job.outputs["report-junit"] ?? "", "utf8")).toContain("<testsuite");
  });

  test.each<[what: string, id: string, actual: RegExp, broken: () => Promise<() => unknown>]>([
    [
      "a route without an authorizer",
      "no-token",
      /^101$/,
      () => deployed("routes", "$connect", { authorizationType: "NONE" }),
    ],
    ["an authorizer that accepts every client", "bad-token", /101/, () => authorizer(allowing("event.methodArn"))],
    ["a policy for another API", "connect", /^403$/, () => authorizer(allowing('"arn:aws:execute-api:*:*:other/*"'))],
    ["an authorizer that crashes", "connect", /^500$/, () => authorizer('throw new Error("no database")')],
    ["a missing permission to call the authorizer", "connect", /^500$/, withoutPermission],
    ["a dropped mapping", "push", /^not received$/, () => deployed("integrations", "/connect", WITHOUT_USER)],
    [
      "a dead backend",
      "connect",
      /^5\d\d$/,
      () => deployed("integrations", "/connect", { integrationUri: "http://127.0.0.1:1" }),
    ],
    ["a backend that fails", "push", /^not received$/, failingBackend],
    [
      "a dropped mapping, where the backend may refuse",
      "connect",
      /^400$/,
      () => deployed("integrations", "/connect", { ...WITHOUT_USER, ...PROXY }),
    ],
    ["a missing permission to push", "message", /^403$/, forbiddenPush],
  ])("is red for %s", async (_, id, actual, broken) => {
    const restore = await broken();
    const job = await run(id === "push" ? WELCOME : {});
    await restore();
    expect({ code: job.code, reason: job.outputs["failure-reason"] }).toEqual({ code: 1, reason: "smoke-failed" });
    expect(failures(job)).toContain(id);
    expect(cases(job)[id]?.actual).toMatch(actual);
    expect(job.outputs).not.toHaveProperty("WS_API_ENDPOINT");
  });

  const apiId = () => [...world.gateway.store.apis.keys()][0] ?? "";
  const signed = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    "content-type": "application/json",
  });
  const control = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${world.gateway.url}/v2/apis/${apiId()}${path}`, {
      method,
      headers: signed("apigateway"),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return JSON.parse((await response.text()) || "{}");
  };

  /** Changes a route (by key) or an integration (by the end of its URI), deploys that, and returns a function that restores both. */
  async function deployed(
    kind: "routes" | "integrations",
    which: string,
    edit: object,
  ): Promise<() => Promise<unknown>> {
    const { deploymentId: before } = await control("GET", "/stages/prod");
    const { current } = world.gateway.store.apis.get(apiId()) ?? {};
    const route = [...(current?.routes.values() ?? [])].find(({ routeKey }) => routeKey === which);
    const integration = [...(current?.integrations.values() ?? [])].find(({ integrationUri }) =>
      integrationUri?.endsWith(which),
    );
    const path = kind === "routes" ? `/routes/${route?.routeId}` : `/integrations/${integration?.integrationId}`;
    const original = await control("GET", path);
    await control("PATCH", path, edit);
    const { deploymentId } = await control("POST", "/deployments", {});
    await control("PATCH", "/stages/prod", { deploymentId });
    return async () => {
      await control("PATCH", path, original);
      await control("PATCH", "/stages/prod", { deploymentId: before });
    };
  }

  const lambda = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${world.moto}/2015-03-31/functions/quotes-prod-authorizer${path}`, {
      method,
      headers: signed("lambda"),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return JSON.parse((await response.text()) || "{}");
  };

  /** Publishes a version with other code, and deploys an authorizer that invokes it. */
  async function authorizer(body: string): Promise<() => Promise<unknown>> {
    const code = zipSync({ "index.mjs": Buffer.from(`export const handler = async (event) => { ${body} };`) });
    writeFileSync(join(world.dir, `${randomUUID()}.zip`), code);
    await lambda("PUT", "/code", { ZipFile: Buffer.from(code).toString("base64") });
    const { Version } = await lambda("POST", "/versions", {});
    return otherAuthorizer(({ authorizerUri, ...same }) => ({
      ...same,
      authorizerUri: String(authorizerUri).replace(/:\d+\/invocations$/, `:${Version}/invocations`),
    }));
  }

  /** Without the role, API Gateway needs a permission in the function's resource policy. */
  function withoutPermission(): Promise<() => Promise<unknown>> {
    return otherAuthorizer(({ authorizerCredentialsArn, ...same }) => same);
  }

  async function otherAuthorizer(
    edit: (authorizer: Record<string, unknown>) => object,
  ): Promise<() => Promise<unknown>> {
    const [current] = world.gateway.store.apis.get(apiId())?.current.authorizers.values() ?? [];
    const { authorizerId } = await control("POST", "/authorizers", {
      ...edit({ ...current, authorizerId: undefined }),
      name: randomUUID(),
    });
    return deployed("routes", "$connect", { authorizerId });
  }

  async function failingBackend(): Promise<() => void> {
    const { answer } = world.backend;
    world.backend.answer = () => 503;
    return () => Object.assign(world.backend, { answer });
  }

  async function forbiddenPush(): Promise<() => void> {
    world.forbidden = /^POST .*\/(@|%40)connections\//;
    return () => Object.assign(world, { forbidden: undefined });
  }
});

const WELCOME = { "smoke-expect-push": '{"welcome":"smoke-test"}' };

/** With an HTTP integration AWS accepts the client whatever the backend answers; with a proxy the backend's 4xx refuses it. */
const PROXY = { integrationType: "HTTP_PROXY" };
/** An empty value takes a mapping away. */
const WITHOUT_USER = { requestParameters: { "integration.request.querystring.userId": "" } };

const allowing = (resource: string) =>
  `return { principalId: "anybody", policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: ${resource} }] }, context: { userId: "anybody" } }`;
