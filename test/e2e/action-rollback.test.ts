/** A direct deploy that does not pass its smoke test: the action rolls it back, or says before it starts that it could not. */
import { describeWith } from "../support/describe-with";
import { ActionEnvironment, verdict } from "../support/e2e/environment";

jest.setTimeout(600_000);

const DIRECT = { strategy: "direct", "on-smoke-failure": "rollback" };

describeWith(["terraform", "provider", "moto"], "the action rolls back", () => {
  let environment: ActionEnvironment;
  beforeAll(async () => {
    environment = await ActionEnvironment.start({ integration: "http-proxy" });
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
  });
  afterAll(() => environment.stop());

  test("rolls back a deploy that fails its smoke test, and the job fails", async () => {
    const settled = environment.apis()[0]?.deployments.size;
    const before = environment.deploymentId();
    // An edit that is not deployed: the rollback restores what was served, not the API's current definition.
    const integration = environment.connectRoute()?.target?.replace("integrations/", "");
    await environment.changeByHand("PATCH", `/integrations/${integration}`, {
      integrationUri: "http://127.0.0.1:1/edited",
    });
    environment.world.backend.answer = ({ pathname }) => (pathname.startsWith("/v2/") ? 400 : 200);
    environment.configure({
      header: "three",
      integration: "http-proxy",
      backend: `${environment.world.backend.url}/v2`,
    });
    const rolledBack = await environment.run(DIRECT);
    expect(verdict(rolledBack)).toEqual({ code: 1, reason: "rolled-back" });
    expect(rolledBack.outputs).not.toHaveProperty("WS_API_ENDPOINT");
    expect(rolledBack.summary).toContain("The stage was rolled back to deployment");
    expect(environment.deploymentId()).toBe(before);
    expect((await environment.connect()).kind).toBe("connected");

    environment.configure({ header: "four", integration: "http-proxy" });
    const fixed = await environment.run(DIRECT);
    expect(verdict(fixed)).toEqual({ code: 0, reason: "" });
    expect(environment.apis()[0]?.deployments.size).toBe(settled);
  });

  test("fails before it changes anything when a rollback would not be possible", async () => {
    environment.configure({ header: "five", integration: "http-proxy" });
    environment.world.forbidden = /^PATCH .*\/deployments\//;
    const failed = await environment.run(DIRECT);
    environment.world.forbidden = undefined;
    expect(verdict(failed)).toEqual({ code: 1, reason: "rollback-failed" });
    expect(failed.summary).toContain("Nothing was changed");
  });
});
