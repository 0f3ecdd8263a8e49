/**
 * The tutorial's API, as its AWS CLI commands build it, is adopted under traffic: one command, one apply, no change. In
 * another repository, the action does the import, and then deploys one deliberate change.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { buildAction, runJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { shareProvider } from "../../harness/aws";
import { apiGatewayCli } from "../../harness/control-plane";
import { run } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { type Clients, startClients } from "../support/e2e/clients";
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
  let clients: Clients;
  beforeAll(async () => {
    world = await startWorld();
    await fetch(`${world.moto}/${BUCKET}`, { method: "PUT" });
    api = await followTutorial(apiGatewayCli(world.gateway.url), world.backend.url);
    await createFunction(world, "lambda-authorizer", AUTHORIZER);
    await grant(world, "lambda-authorizer", `${executionArn()}/authorizers/${api.authorizerId}`);
    folder = world.project("quotes", {});
    clients = await startClients(world, { token: TOKEN });
  });
  afterAll(() => world.close());

  const executionArn = () => `arn:aws:execute-api:us-east-1:123456789012:${api.apiId}`;
  const snapshot = () => structuredClone(world.gateway.store.apis.get(api.apiId));
  const terraform = (cwd: string, ...args: string[]) =>
    run(tool("terraform"), [...args, "-no-color"], { cwd: join(cwd, "cdktf.out/stacks/prod"), env: world.env });
  const adopt = (cwd: string, ...args: string[]) =>
    run(process.execPath, [join(ROOT, "scripts/run.mjs"), "adopt/cli.ts", ...args], { cwd, env: world.env });

  test("one command and one apply bring it under management, without a change", async () => {
    const before = snapshot();
    await adopt(folder, "--help"); // Bundles the command.
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
    const repository = world.project("repository", {});
    expect(await adopt(repository, api.apiId, "--no-plan")).toMatchObject({ code: 0 });
    const file = join(repository, "gateway.yaml");
    appendFileSync(file, `state:\n  s3: { bucket: ${BUCKET}, key: quotes.tfstate }\n`);
    const provider = await shareProvider(world.env, join(repository, "cdktf.out/stacks/prod"));
    const dist = await buildAction();
    try {
      const deploy = () =>
        runJob(dist, {
          workspace: repository,
          env: provider.env,
          inputs: { "smoke-token": TOKEN, "smoke-timeout": "10" },
          event: {},
        });
      const imported = await deploy();
      if (imported.code !== 0) throw new Error(imported.log);
      expect(imported.summary).toContain("Plan: 10 to import, 0 to create, 0 to update, 0 to replace, 0 to destroy");
      expect(snapshot()).toEqual(before);

      const header = "headers: { x-version: \"'two'\" }";
      writeFileSync(file, readFileSync(file, "utf8").replace("  $connect:\n", `  $connect:\n    ${header}\n`));
      const deployed = await deploy();
      if (deployed.code !== 0) throw new Error(deployed.log);
      expect(deployed.summary).not.toContain("to import");
      const { definition } = world.gateway.store.deployedStage(api.apiId, "prod") ?? {};
      const headers = [...(definition?.integrations.values() ?? [])].map(({ requestParameters }) => requestParameters);
      expect(headers).toContainEqual(expect.objectContaining({ "integration.request.header.x-version": "'two'" }));
    } finally {
      await provider.stop();
    }
  });

  test("clients have noticed none of this", async () => {
    expect(await clients.stop()).toEqual({ mistakes: [], isEnough: true });
  });
});
