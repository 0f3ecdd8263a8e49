/**
 * The tutorial's API, as its AWS CLI commands build it, is adopted under traffic: one command, one apply, no change. In
 * another repository, the action does the import, and then deploys deliberate changes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { buildAction, runJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { type SharedProvider, shareProvider } from "../../harness/aws";
import { apiGatewayCli } from "../../harness/control-plane";
import { run } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { mintToken } from "../../smoke";
import { describeWith } from "../support/describe-with";
import { type Clients, startClients } from "../support/e2e/clients";
import { createFunction, grant, signed } from "../support/e2e/function";
import { followTutorial, type TutorialApi } from "../support/e2e/tutorial-commands";

jest.setTimeout(300_000);

/** How many times longer everything takes on a machine that other programs use too. */
const busy = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

const BUCKET = "terraform-state";
const TOKEN = "the-one-good-token";
const ISSUER = "https://login.example.com/";
const SECRET = "a-secret-of-the-test-that-is-long-enough";
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
  let repository: string;
  let provider: SharedProvider;
  let dist: string;
  let clients: Clients;
  beforeAll(async () => {
    world = await startWorld();
    folder = world.project("quotes", {});
    repository = world.project("repository", {});
    [api, provider, dist] = await Promise.all([
      followTutorial(apiGatewayCli(world.gateway.url), world.backend.url),
      shareProvider(world.env, join(repository, "cdktf.out/stacks/prod")),
      buildAction(),
      createFunction(world, "lambda-authorizer", AUTHORIZER),
      fetch(`${world.moto}/${BUCKET}`, { method: "PUT" }),
      adopt(folder, "--help"), // Bundles the command.
    ]);
    await grant(world, "lambda-authorizer", `${executionArn()}/authorizers/${api.authorizerId}`);
    clients = await startClients(world, { token: TOKEN });
  });
  afterAll(async () => {
    await clients.stop(); // If a test has failed.
    await provider.stop();
    await world.close();
  });

  const executionArn = () => `arn:aws:execute-api:us-east-1:123456789012:${api.apiId}`;
  const snapshot = () => structuredClone(world.gateway.store.apis.get(api.apiId));
  const terraform = (cwd: string, ...args: string[]) =>
    run(tool("terraform"), [...args, "-no-color"], { cwd: join(cwd, "cdktf.out/stacks/prod"), env: world.env });
  const adopt = (cwd: string, ...args: string[]) =>
    run(process.execPath, [join(ROOT, "scripts/run.mjs"), "adopt/cli.ts", ...args], { cwd, env: world.env });
  /** Writes the repository's gateway.yaml from a file that adopt has written there. The state of a team is not on a laptop. */
  const configure = (file: string, change: (text: string) => string) => {
    const state = `state:\n  s3: { bucket: ${BUCKET}, key: quotes.tfstate }\n`;
    const text = readFileSync(join(repository, file), "utf8").replace(state, "");
    writeFileSync(join(repository, "gateway.yaml"), `${change(text)}${state}`);
  };
  const deploy = async (token: string) => {
    const job = await runJob(dist, {
      workspace: repository,
      env: { ...provider.env, TF_VAR_hs256_secret: SECRET },
      inputs: { "smoke-token": token, "smoke-timeout": "10" },
      event: {},
    });
    if (job.code !== 0) throw new Error(job.log);
    return job;
  };

  test("one command and one apply bring it under management, without a change", async () => {
    const before = snapshot();
    const start = performance.now();
    const adopted = await adopt(folder, api.apiId);
    if (adopted.code !== 0) throw new Error(`${adopted.stdout}\n${adopted.stderr}`);
    expect(adopted.stdout).toContain("Plan: 10 to import, 0 to add, 0 to change, 0 to destroy.");
    const [, command = ""] = /^To import: terraform (.*)$/m.exec(adopted.stdout) ?? [];
    const applied = await run(tool("terraform"), command.split(" "), { cwd: folder, env: world.env });
    const seconds = (performance.now() - start) / 1000;
    expect(applied.stdout).toContain("Resources: 10 imported, 0 added, 0 changed, 0 destroyed.");
    expect(await terraform(folder, "plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
    expect(snapshot()).toEqual(before);
    expect(seconds).toBeLessThan(30 * busy());
  });

  test("the action imports it into a state in S3, and deploys a change; the imports that are left do nothing", async () => {
    const before = snapshot();
    const bundled = ["--authorizer", "bundled", "--issuer", ISSUER, "--audience", "quotes"];
    expect(await adopt(repository, api.apiId, "--no-plan", ...bundled)).toMatchObject({ code: 0 });
    configure("gateway.yaml", (text) => text);
    const imported = await deploy(TOKEN);
    expect(imported.summary).toContain("Plan: 10 to import, 0 to create, 0 to update, 0 to replace, 0 to destroy");
    expect(snapshot()).toEqual(before);

    const header = "headers: { x-version: \"'two'\" }";
    configure("gateway.yaml", (text) => text.replace("  $connect:\n", `  $connect:\n    ${header}\n`));
    const deployed = await deploy(TOKEN);
    expect(deployed.summary).not.toContain("to import");
    const { definition } = world.gateway.store.deployedStage(api.apiId, "prod") ?? {};
    const headers = [...(definition?.integrations.values() ?? [])].map(({ requestParameters }) => requestParameters);
    expect(headers).toContainEqual(expect.objectContaining({ "integration.request.header.x-version": "'two'" }));
  });

  test("clients have noticed none of this", async () => {
    expect(await clients.stop()).toEqual({ mistakes: [], isEnough: true });
  });

  test("gateway.next.yaml puts the bundled authorizer in place of the function, which stays", async () => {
    configure("gateway.next.yaml", (text) => text.replace("audience: quotes\n", "audience: quotes\n  secret: env\n"));
    const deployed = await deploy(mintToken(SECRET, { issuer: ISSUER, audience: "quotes", subject: "u-1" }));
    expect(deployed.summary).toMatch(/Prove the candidate stage \| done[\s\S]*Promote \| done/);
    const [authorizer, ...others] = snapshot()?.current.authorizers.values() ?? [];
    expect([authorizer?.name, others]).toEqual(["quotes-prod-authorizer", []]);
    const path = `${world.moto}/2015-03-31/functions/lambda-authorizer`;
    expect((await fetch(path, { headers: signed("lambda") })).status).toBe(200);
  });
});
