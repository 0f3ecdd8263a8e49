/** Deploys onto a live stage: clients get only what has been proven on a candidate stage. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import * as z from "zod";
import type { Finished } from "../../harness/action/job";
import { Connection } from "../../smoke";
import { describeWith } from "../support/describe-with";
import { ActionEnvironment, verdict } from "../support/e2e/environment";

jest.setTimeout(600_000);

/** The configuration that is live in most tests. Its backend can reject clients. */
const TWO = { header: "two", integration: "http-proxy" } as const;

describeWith(["terraform", "provider", "moto"], "a deploy onto a live stage", () => {
  let environment: ActionEnvironment;
  beforeAll(async () => {
    environment = await ActionEnvironment.start();
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
  });
  afterAll(() => environment.stop());

  const stages = () => [...(environment.apis()[0]?.stages.keys() ?? [])];
  const deployments = () => [...(environment.apis()[0]?.deployments.keys() ?? [])];
  const steps = ({ outputs }: Finished) => {
    const report = JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8"));
    return report.steps.map(({ name, outcome }: { name: string; outcome: string }) => `${name}: ${outcome}`);
  };

  /** Clients that stay connected until the returned function closes them, which gives the number that were still open. */
  async function clients(count: number): Promise<() => Promise<number>> {
    const all = await Promise.all(Array.from({ length: count }, () => environment.connect()));
    const open = all.filter((one) => one instanceof Connection);
    expect(open).toHaveLength(count);
    return async () => {
      const alive = open.filter(({ state }) => state === "open").length;
      await Promise.all(open.map((one) => one.close()));
      return alive;
    };
  }

  /** A Lambda function, outside of the configuration, that throws at every call. */
  async function throwingFunction(): Promise<string> {
    const code = zipSync({
      "index.mjs": Buffer.from('export const handler = async () => { throw new Error("no"); };'),
    });
    writeFileSync(join(environment.world.dir, "throwing.zip"), code);
    const response = await fetch(`${environment.world.moto}/2015-03-31/functions`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request" },
      body: JSON.stringify({
        FunctionName: "throwing",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::123456789012:role/quotes-prod-authorizer-us-east-1",
        Code: { ZipFile: Buffer.from(code).toString("base64") },
      }),
    });
    return z.object({ FunctionArn: z.string() }).parse(await response.json()).FunctionArn;
  }

  test("proves a good change on a candidate stage, promotes it, and deletes the old deployment last", async () => {
    const close = await clients(5);
    const [old] = deployments();
    environment.configure(TWO);
    const deployed = await environment.run();
    expect(verdict(deployed)).toEqual({ code: 0, reason: "" });
    expect(steps(deployed)).toEqual([
      "Expand: done",
      "Prove the candidate stage: done",
      "Promote: done",
      "Prove the stage: done",
      "Contract: done",
    ]);
    expect(deployed.summary).toMatch(/\| Prove the candidate stage \| done \| \d+\.\d s \|/);
    expect(stages()).toEqual(["prod"]);
    expect(deployments()).toEqual([environment.deploymentId()]);
    expect(deployments()).not.toEqual([old]);
    expect(await close()).toBe(5);
    expect((await environment.run({ mode: "drift" })).outputs["failure-reason"]).toBe("");
  });

  test("an authorizer that throws reaches no client, although another one takes the place of the bundled one", async () => {
    const close = await clients(12);
    const before = environment.deploymentId();
    environment.configure({ ...TWO, authorizer: await throwingFunction() });
    const failed = await environment.run({ "smoke-token": environment.token(), "smoke-timeout": "3" });
    expect(verdict(failed)).toEqual({ code: 1, reason: "smoke-failed" });
    expect(failed.summary).toContain("Nothing was promoted");
    expect(steps(failed)).toEqual(["Expand: done", "Prove the candidate stage: failed"]);
    expect(environment.deploymentId()).toBe(before);
    expect(stages()).toEqual(["prod"]);
    const more = await Promise.all(Array.from({ length: 19 }, () => environment.connect()));
    expect(more.map(({ kind }) => kind)).toEqual(Array.from({ length: 19 }, () => "connected"));
    expect(await close()).toBe(12);

    environment.configure(TWO);
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(deployments()).toEqual([environment.deploymentId()]);
  });

  /** The new backend, below `/v2`, rejects clients of the stage itself: a candidate stage cannot show that. */
  const unproven = () => ({ ...TWO, backend: `${environment.world.backend.url}/v2` });
  const rejectStage = (...paths: readonly string[]) => {
    environment.world.backend.answer = ({ pathname, searchParams }) =>
      paths.includes(pathname) && searchParams.get("stage") === "prod" ? 400 : 200;
  };
  const EXPECT_PUSH = { "smoke-expect-push": "hello" };

  test("what only the stage itself can show is rolled back, and the rollback is proven", async () => {
    environment.world.backend.greet = ({ pathname }) => (/\/connect$/.test(pathname) ? "hello" : undefined);
    rejectStage("/v2/connect");
    const close = await clients(3);
    const before = environment.deploymentId();
    environment.configure(unproven());
    const rolledBack = await environment.run(EXPECT_PUSH);
    expect(verdict(rolledBack)).toEqual({ code: 1, reason: "rolled-back" });
    expect(steps(rolledBack)).toEqual([
      "Expand: done",
      "Prove the candidate stage: done",
      "Promote: done",
      "Prove the stage: failed",
      "Roll back: done",
      "Prove the rollback: done",
    ]);
    expect(environment.deploymentId()).toBe(before);
    expect(rolledBack.outputs).not.toHaveProperty("WS_API_ENDPOINT");
    expect(await close()).toBe(3);

    environment.configure(TWO);
    expect(verdict(await environment.run(EXPECT_PUSH))).toEqual({ code: 0, reason: "" });
    expect(deployments()).toEqual([environment.deploymentId()]);
  });

  test("a rollback that does not pass its own proof is rollback-failed", async () => {
    rejectStage("/connect", "/v2/connect");
    environment.configure(unproven());
    const failed = await environment.run();
    expect(verdict(failed)).toEqual({ code: 1, reason: "rollback-failed" });
    expect(steps(failed).slice(-2)).toEqual(["Roll back: done", "Prove the rollback: failed"]);
    rejectStage("/v2/connect");
    environment.configure(TWO);
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
  });

  test("cancelled while the stage is proven, the next run rolls back to the deployment that was kept", async () => {
    const before = environment.deploymentId();
    environment.configure(unproven());
    const cancelled = await environment.cancelAt("::group::Prove the stage");
    expect(verdict(cancelled)).toEqual({ code: 1, reason: "cancelled" });
    expect(environment.deploymentId()).not.toBe(before);
    const rolledBack = await environment.run();
    expect(verdict(rolledBack)).toEqual({ code: 1, reason: "rolled-back" });
    expect(environment.deploymentId()).toBe(before);
    environment.configure(TWO);
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(deployments()).toEqual([environment.deploymentId()]);
  });

  test("killed while the candidate stage is proven, clients keep the settings they had, and the next run finishes", async () => {
    const before = environment.deploymentId();
    environment.configure({ ...TWO, audience: "other" });
    await environment.cancelAt("::group::Prove the candidate stage", {}, "SIGKILL");
    expect(environment.deploymentId()).toBe(before);
    expect((await environment.connect("quotes")).kind).toBe("connected");
    expect((await environment.connect("other")).kind).toBe("refused");

    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(stages()).toEqual(["prod"]);
    expect(deployments()).toEqual([environment.deploymentId()]);
    expect((await environment.connect("other")).kind).toBe("connected");
    expect((await environment.connect("quotes")).kind).toBe("refused");
  });
});
