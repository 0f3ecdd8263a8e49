/**
 * The tutorial's API, as its AWS CLI commands build it, is adopted under traffic: one command, one apply, no change. Then
 * the action deploys one deliberate change.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { buildAction, runJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { apiGatewayCli } from "../../harness/control-plane";
import { run, succeed } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { Connection, probe } from "../../smoke";
import { describeWith } from "../support/describe-with";
import { createFunction, grant } from "../support/e2e/function";
import { followTutorial, type TutorialApi } from "../support/e2e/tutorial-commands";

jest.setTimeout(300_000);

/** How many times longer everything takes on a machine that other programs use too. */
const busy = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

const BUCKET = "terraform-state";
const TOKEN = "the-one-good-token";
/** The owner's own authorizer. */
const AUTHORIZER = `export const handler = async ({ queryStringParameters, methodArn }) => ({
  principalId: "u-1",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{
      Action: "execute-api:Invoke",
      Effect: queryStringParameters.token === "${TOKEN}" ? "Allow" : "Deny",
      Resource: methodArn,
    }],
  },
  context: { userId: "u-1", orgId: "o-1" },
});`;

describeWith(["terraform", "provider", "moto", "aws"], "adopt", () => {
  let world: World;
  let api: TutorialApi;
  let folder: string;
  beforeAll(async () => {
    world = await startWorld();
    await fetch(`${world.moto}/${BUCKET}`, { method: "PUT" });
    api = await followTutorial(apiGatewayCli(world.gateway.url), world.backend.url);
    await createFunction(world, "lambda-authorizer", AUTHORIZER);
    await grant(world, "lambda-authorizer", `${executionArn()}/authorizers/${api.authorizerId}`);
    folder = world.project("quotes", {});
  });
  afterAll(() => world.close());

  const executionArn = () => `arn:aws:execute-api:us-east-1:123456789012:${api.apiId}`;
  const snapshot = () => structuredClone(world.gateway.store.apis.get(api.apiId));
  const stack = () => join(folder, "cdktf.out/stacks/prod");
  const terraform = (...args: string[]) =>
    run(tool("terraform"), [...args, "-no-color"], { cwd: stack(), env: world.env });
  const adopt = (...args: string[]) =>
    run(process.execPath, [join(ROOT, "scripts/run.mjs"), "adopt/cli.ts", ...args], { cwd: folder, env: world.env });
  const synth = () =>
    succeed(process.execPath, [join(ROOT, "scripts/run.mjs"), "main.ts"], { cwd: folder, env: world.env });
  const connect = () =>
    probe({
      url: `${world.gateway.store.apis.get(api.apiId)?.current.api.apiEndpoint}/prod`,
      query: { token: TOKEN, stocks: "aapl" },
    });

  async function connected(): Promise<Connection> {
    const connection = await connect();
    if (!(connection instanceof Connection)) throw new Error(`rejected: ${JSON.stringify(connection)}`);
    return connection;
  }

  test("brings the API under management without a change, and then deploys one through the action", async () => {
    const before = snapshot();
    const client = await connected();
    await adopt("--help"); // Bundles the command.
    const start = performance.now();
    const adopted = await adopt(api.apiId);
    if (adopted.code !== 0) throw new Error(`${adopted.stdout}\n${adopted.stderr}`);
    expect(adopted.stdout).toContain("Plan: 10 to import, 0 to add, 0 to change, 0 to destroy.");
    // The state of a team is not on a laptop.
    appendFileSync(join(folder, "gateway.yaml"), `state:\n  s3: { bucket: ${BUCKET}, key: quotes.tfstate }\n`);
    await synth();
    expect(await terraform("init", "-reconfigure")).toMatchObject({ code: 0 });
    expect(await terraform("apply", "-auto-approve")).toMatchObject({ code: 0 });
    const seconds = (performance.now() - start) / 1000;
    expect(await terraform("plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
    expect(snapshot()).toEqual(before);
    expect(client.state).toBe("open");
    expect(seconds).toBeLessThan(30 * busy());

    const dist = await buildAction();
    const file = join(folder, "gateway.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(
        "routes:\n  $connect:\n",
        "routes:\n  $connect:\n    headers: { x-version: \"'two'\" }\n",
      ),
    );
    const job = await runJob(dist, {
      workspace: folder,
      env: world.env,
      inputs: { "smoke-token": TOKEN, "smoke-timeout": "10" },
      event: {},
    });
    if (job.code !== 0) throw new Error(job.log);
    const [connectRoute] = world.gateway.store.deployedStage(api.apiId, "prod")?.definition.integrations.values() ?? [];
    expect(connectRoute?.requestParameters).toHaveProperty(["integration.request.header.x-version"], "'two'");
    expect(client.state).toBe("open");
    await client.close();
  });
});
