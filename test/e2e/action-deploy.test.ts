/**
 * One environment's life, by the built action: deployed, deployed again, planned, drifted, rolled back, cancelled,
 * destroyed. Real Terraform with the real AWS provider, state in S3 with its lock file, against moto and the local gateway.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { buildAction, type Finished, runJob, startJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { mintToken, probe } from "../../smoke";
import { describeWith } from "../support/describe-with";
import { findNode24 } from "../support/e2e/node24";

const SECRET = "a-secret-of-the-test-that-is-long-enough";
const BUCKET = "terraform-state";

jest.setTimeout(240_000);

describeWith(["terraform", "provider", "moto"], "an environment's life with the action", () => {
  let world: World;
  let dist: string;
  let workspace: string;
  beforeAll(async () => {
    [world, dist] = await Promise.all([startWorld(), buildAction()]);
    await fetch(`${world.moto}/${BUCKET}`, { method: "PUT" });
    workspace = world.project("quotes", { "gateway.yaml": configuration({ action: "say" }) });
  });
  afterAll(async () => {
    rmSync(dist, { recursive: true, force: true });
    await world.close();
  });

  interface Variant {
    readonly backend?: string;
    readonly stage?: string;
    readonly header?: string;
    /** A route besides those that are always there. */
    readonly action?: string;
  }
  const configuration = ({
    backend = world.backend.url,
    stage = "prod",
    header = "one",
    action,
  }: Variant = {}) => `name: quotes
backend: ${backend}
authorizer:
  issuers:
    - issuer: https://login.example.com/
      audience: quotes
      secret: env
    - github: { repository: octo-org/quotes }
      audience: quotes
      jwks: github.json
stage: ${stage}
ssm: false
state:
  s3: { bucket: ${BUCKET}, key: quotes.tfstate }
routes:
  $connect:
    requestParameters:
      route.request.querystring.stocks: required
    query:
      stocks: route.request.querystring.stocks
      connectionId: context.connectionId
      userId: context.authorizer.userId
    headers:
      x-version: "'${header}'"
${action ? `  ${action}: {}\n` : ""}`;
  const configure = (variant: Variant) => writeFileSync(join(workspace, "gateway.yaml"), configuration(variant));
  const options = (inputs: Record<string, string> = {}) => ({
    workspace,
    env: world.env,
    inputs: { "hs256-secret": SECRET, "smoke-timeout": "10", ...inputs },
    event: { pull_request: { number: 7 } },
  });
  const run = (inputs: Record<string, string> = {}, more: { node?: string; env?: NodeJS.ProcessEnv } = {}) =>
    runJob(dist, { ...options(inputs), ...more });
  const verdict = ({ code, outputs }: Finished) => ({ code, reason: outputs["failure-reason"] });
  const api = () => [...world.gateway.store.apis.values()];
  const connectRoute = () => {
    const routes = [...(api()[0]?.current.routes.values() ?? [])];
    return routes.find(({ routeKey }) => routeKey === "$connect");
  };
  const servedRoutes = () => {
    const [apiId = ""] = world.gateway.store.apis.keys();
    const routes = world.gateway.store.deployedStage(apiId, "prod")?.definition.routes.values() ?? [];
    return [...routes].map(({ routeKey }) => routeKey).sort();
  };
  const stateFiles = async () => {
    const listing = await (await fetch(`${world.moto}/${BUCKET}?list-type=2`)).text();
    return [...listing.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  };

  test("cancelled in the first apply, it leaves no lock, and the next run finishes the work", async () => {
    writeFileSync(join(workspace, "github.json"), world.github.jwks);
    const job = startJob(dist, options());
    await job.until("prod/api (aws_apigatewayv2_api): created");
    job.child.kill("SIGINT");
    const cancelled = await job.done;
    expect(verdict(cancelled)).toEqual({ code: 1, reason: "cancelled" });
    expect(cancelled.summary).toContain("**not done**");
    expect(await stateFiles()).toEqual(["quotes.tfstate"]);

    const finished = await run({}, { node: findNode24() ?? process.execPath });
    expect(finished.log.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain(SECRET);
    expect(verdict(finished)).toEqual({ code: 0, reason: "" });
    expect(finished.outputs).toMatchObject({
      stage: "prod",
      "smoke-result": "passed",
      "api-id": api()[0]?.current.api.apiId,
    });
    expect(finished.environment.WS_API_ENDPOINT).toBe(finished.outputs.WS_API_ENDPOINT);
    expect(finished.summary).toContain("✅ WebSocket gateway `prod`: deployed, smoke test passed");
    expect(finished.summary).toContain("xychart-beta");
    expect(world.backend.requests[0]).toMatch(/^POST \/connect\?.*userId=smoke-test/);
    await pushThrough(finished.outputs);
  });

  test("deploys again without a change, and writes over its own comment", async () => {
    const again = await run();
    expect(verdict(again)).toEqual({ code: 0, reason: "" });
    expect(again.summary).toContain("deployed, smoke test passed, nothing to change");
    expect(again.outputs).toMatchObject({ "plan-has-changes": "false", "smoke-result": "passed" });
    expect(world.github.comments).toHaveLength(1);
    expect(world.github.comments[0]?.body).toContain("deployed, smoke test passed, nothing to change");
  });

  test("uses GitHub's own token where the authorizer accepts it, and no secret", async () => {
    const { log, ...finished } = await run(
      { mode: "smoke-test", "hs256-secret": "" },
      { env: { ...world.env, ...world.github.oidc } },
    );
    expect(verdict({ log, ...finished })).toEqual({ code: 0, reason: "" });
    expect(log).toContain("✓ A client with a good token connects");
    expect(world.github.requests).toContainEqual(expect.stringMatching(/^GET \/oidc\?v=1&audience=quotes 200/));
  });

  test("finds a change made by hand, plans, and deploys the plan; a removed route is no longer served", async () => {
    await control("PATCH", `/routes/${connectRoute()?.routeId}`, { authorizationType: "NONE" });
    const drift = await run({ mode: "drift" });
    expect(verdict(drift)).toEqual({ code: 1, reason: "drift-found" });
    expect(drift.summary).toContain("`prod/routes/$connect`");

    expect(servedRoutes()).toEqual(["$connect", "$disconnect", "say"]);
    configure({ header: "two" });
    const planned = await run({ mode: "plan" });
    expect(verdict(planned)).toEqual({ code: 0, reason: "" });
    expect(planned.summary).toContain("`prod/deployment`");
    expect(planned.summary).toContain("Removed routes are destroyed first");
    expect(world.github.comments[0]?.body).toContain("planned");
    const before = api()[0]?.stages.get("prod")?.deploymentId;
    const deployed = await run({ "plan-file": planned.outputs["plan-file"] ?? "" });
    expect(verdict(deployed)).toEqual({ code: 0, reason: "" });
    expect(api()[0]?.stages.get("prod")?.deploymentId).not.toBe(before);
    expect(connectRoute()?.authorizationType).toBe("CUSTOM");
    expect(servedRoutes()).toEqual(["$connect", "$disconnect"]);
    expect(deployed.summary).not.toContain("not done");
  });

  test("cancelled after a route was destroyed, the old deployment is served, and the next run finishes the work", async () => {
    configure({ header: "two", action: "ask" });
    expect(verdict(await run())).toEqual({ code: 0, reason: "" });
    expect(servedRoutes()).toEqual(["$connect", "$disconnect", "ask"]);

    configure({ header: "two" });
    const job = startJob(dist, options());
    await job.until("(aws_apigatewayv2_route): destroyed");
    job.child.kill("SIGINT");
    expect(verdict(await job.done)).toEqual({ code: 1, reason: "cancelled" });
    expect(servedRoutes()).toEqual(["$connect", "$disconnect", "ask"]);
    expect(await stateFiles()).toEqual(["quotes.tfstate"]);

    expect(verdict(await run())).toEqual({ code: 0, reason: "" });
    expect(servedRoutes()).toEqual(["$connect", "$disconnect"]);
  });

  test("refuses what would change the address, before anything is done", async () => {
    configure({ header: "two", stage: "v2" });
    const refused = await run();
    expect(verdict(refused)).toEqual({ code: 1, reason: "replace-refused" });
    expect(refused.summary).toContain(
      "`prod/stage`: would be replaced, because of `name`".replaceAll("`name`", "name"),
    );
    expect([...(api()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
    configure({ header: "two" });
  });

  test("refuses the wrong account", async () => {
    expect(verdict(await run({ "allowed-account-ids": "999999999999" }))).toEqual({
      code: 1,
      reason: "account-refused",
    });
  });

  test("rolls back a deploy that fails its smoke test, and the job fails", async () => {
    const settled = api()[0]?.deployments.size;
    const before = api()[0]?.stages.get("prod")?.deploymentId;
    // An edit that is not deployed: the rollback restores what was served, not the API's current definition.
    const integration = connectRoute()?.target?.replace("integrations/", "");
    await control("PATCH", `/integrations/${integration}`, { integrationUri: "http://127.0.0.1:1/edited" });
    configure({ header: "three", backend: "http://127.0.0.1:1" });
    const rolledBack = await run({ "on-smoke-failure": "rollback", "smoke-timeout": "2" });
    expect(verdict(rolledBack)).toEqual({ code: 1, reason: "rolled-back" });
    expect(rolledBack.outputs).not.toHaveProperty("WS_API_ENDPOINT");
    expect(rolledBack.summary).toContain("The stage was rolled back to deployment");
    expect(api()[0]?.stages.get("prod")?.deploymentId).toBe(before);
    expect((await connect()).kind).toBe("connected");

    configure({ header: "four" });
    const fixed = await run({ "on-smoke-failure": "rollback" });
    expect(verdict(fixed)).toEqual({ code: 0, reason: "" });
    expect(api()[0]?.deployments.size).toBe(settled);
  });

  test("fails before it changes anything when a rollback would not be possible", async () => {
    configure({ header: "five" });
    world.forbidden = /^PATCH .*\/deployments\//;
    const failed = await run({ "on-smoke-failure": "rollback" });
    world.forbidden = undefined;
    expect(verdict(failed)).toEqual({ code: 1, reason: "rollback-failed" });
    expect(failed.summary).toContain("Nothing was changed");
    configure({ header: "four" });
  });

  test("destroys, and nothing is left", async () => {
    const destroyed = await run({ mode: "destroy" });
    expect(verdict(destroyed)).toEqual({ code: 0, reason: "" });
    expect(api()).toEqual([]);
  });

  const token = () => mintToken(SECRET, { issuer: "https://login.example.com/", audience: "quotes", subject: "u-1" });
  const connect = () => {
    return probe({ url: `${api()[0]?.current.api.apiEndpoint}/prod`, query: { token: token(), stocks: "aapl" } });
  };
  const control = (method: string, path: string, body: unknown) =>
    fetch(`${world.gateway.url}/v2/apis/${api()[0]?.current.api.apiId}${path}`, {
      method,
      headers: { authorization: "AWS4-HMAC-SHA256 by-hand", "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  /** The published endpoint works as a backend would use it, with AWS's own SDK. */
  async function pushThrough(outputs: Readonly<Record<string, string>>): Promise<void> {
    const { ApiGatewayManagementApiClient, PostToConnectionCommand } = await import(
      "@aws-sdk/client-apigatewaymanagementapi"
    );
    const socket = new WebSocket(`${outputs["ws-url"]}?token=${token()}&stocks=aapl`);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const url = new URL(world.backend.requests.at(-1)?.slice("POST ".length) ?? "", world.backend.url);
    const message = new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
    const client = new ApiGatewayManagementApiClient({
      endpoint: outputs.WS_API_ENDPOINT ?? "",
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const id = url.searchParams.get("connectionId") ?? "";
    await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: "hello" }));
    expect(await message).toBe("hello");
    socket.terminate();
    client.destroy();
  }
});
