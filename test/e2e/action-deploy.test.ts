/** An environment that the action deploys for the first time, again without a change, and destroys. */
import { WebSocket } from "ws";
import { describeWith } from "../support/describe-with";
import { adviceOf } from "../support/e2e/advice";
import { ActionEnvironment, SECRET, verdict } from "../support/e2e/environment";
import { findNode } from "../support/e2e/node";

jest.setTimeout(240_000);

describeWith(["terraform", "provider", "moto"], "the action deploys an environment", () => {
  let environment: ActionEnvironment;
  let policyArn = "";
  beforeAll(async () => {
    environment = await ActionEnvironment.start({ action: "say" });
  });
  afterAll(() => environment.stop());

  test("refuses a first deploy that the workflow does not allow, and says where it looked for the state", async () => {
    const refused = await environment.run({ mode: "plan", "allow-create": "false" });
    expect(verdict(refused)).toEqual({ code: 1, reason: "create-refused" });
    expect(refused.summary).toContain(
      "First deploy: there was no API in the state at `s3://terraform-state/quotes.tfstate`.",
    );
  });

  test("leaves no lock when it is cancelled in the first apply, and the next run finishes the work", async () => {
    const cancelled = await environment.cancelAt("prod/api (aws_apigatewayv2_api): created");
    expect(verdict(cancelled)).toEqual({ code: 1, reason: "cancelled" });
    expect(cancelled.summary).toContain("**not done**");
    expect(await environment.stateFiles()).toEqual(["quotes.tfstate"]);

    const finished = await environment.run({}, { node: findNode(24) ?? process.execPath });
    expect(finished.log.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain(SECRET);
    expect(verdict(finished)).toEqual({ code: 0, reason: "" });
    expect(finished.outputs).toMatchObject({
      stage: "prod",
      "smoke-result": "passed",
      "api-id": environment.apis()[0]?.current.api.apiId,
    });
    expect(finished.environment.WS_API_ENDPOINT).toBe(finished.outputs.WS_API_ENDPOINT);
    expect(finished.summary).toContain("✅ WebSocket gateway `prod`: deployed, smoke test passed");
    expect(finished.summary).toContain("xychart-beta");
    expect(environment.world.backend.requests[0]).toMatch(/^POST \/connect\?.*userId=smoke-test/);
    await pushThrough(finished.outputs);
  });

  test("deploys again without a change, and updates its own comment", async () => {
    const again = await environment.run();
    expect(verdict(again)).toEqual({ code: 0, reason: "" });
    expect(again.summary).toContain("deployed, smoke test passed, nothing to change");
    expect(again.outputs).toMatchObject({ "plan-has-changes": "false", "smoke-result": "passed" });
    expect(environment.world.github.comments).toHaveLength(1);
    expect(environment.world.github.comments[0]?.body).toContain("deployed, smoke test passed, nothing to change");
  });

  test("releases the lock of a killed job, in a repository that has only gateway.yaml", async () => {
    await environment.killWithLock();
    environment.checkOut();
    const shown = await environment.run({ mode: "unlock" });
    expect(verdict(shown)).toEqual({ code: 1, reason: "state-locked" });
    expect(shown.summary).toMatch(/The state is locked by .* for plan, for \d+ s\./);
    environment.checkOut();
    expect(verdict(await environment.run(adviceOf(shown)))).toEqual({ code: 0, reason: "" });
    const next = await environment.run({ "lock-timeout": "0s" });
    expect(verdict(next)).toEqual({ code: 0, reason: "" });
    expect(next.outputs["plan-has-changes"]).toBe("false");
  });

  test("updates what an interrupted run has left incomplete, instead of replacing it", async () => {
    const { stdout } = await environment.terraform("state", "list");
    const named = stdout.split("\n").filter((address) => /^aws_(lambda_function|apigatewayv2_api)\./.test(address));
    expect(named).toHaveLength(2);
    for (const address of named) await environment.terraform("taint", address);
    const [api] = environment.apis();
    const repaired = await environment.run();
    expect(verdict(repaired)).toEqual({ code: 0, reason: "" });
    expect(repaired.log).toContain("An earlier run did not complete prod/api: it is updated instead of replaced.");
    expect(repaired.outputs["plan-has-changes"]).toBe("false");
    expect(environment.apis()[0]?.current.api.apiId).toBe(api?.current.api.apiId);
  });

  test("deploys a change while a backend's role has the connections policy", async () => {
    await attach();
    environment.configure({ action: "say", header: "two" });
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(JSON.parse((await environment.terraform("output", "-json")).stdout).CONNECTIONS_POLICY_ARN.value).toBe(
      policyArn,
    );
  });

  test("takes no connections policy away from a backend's role, before it changes anything", async () => {
    environment.configure({ action: "say", header: "three", connectionsPolicy: false });
    const refused = await environment.run();
    expect(verdict(refused)).toEqual({ code: 1, reason: "policy-attached" });
    expect(refused.log).toContain(`aws iam detach-role-policy --role-name backend --policy-arn ${policyArn}`);
    expect(refused.log).not.toContain("terraform apply");
    environment.configure({ action: "say", header: "two" });
  });

  test("uses GitHub's own token where the authorizer accepts it, and no secret", async () => {
    const { log, ...finished } = await environment.run(
      { mode: "smoke-test", "hs256-secret": "" },
      { env: { ...environment.provider.env, ...environment.world.github.oidc } },
    );
    expect(verdict({ log, ...finished })).toEqual({ code: 0, reason: "" });
    expect(log).toContain("✓ A client with a good token connects");
    expect(environment.world.github.requests).toContainEqual(
      expect.stringMatching(/^GET \/oidc\?v=1&audience=quotes 200/),
    );
  });

  test("rejects a change that would replace the stage, before it changes anything", async () => {
    environment.configure({ action: "say", stage: "v2" });
    const refused = await environment.run();
    expect(verdict(refused)).toEqual({ code: 1, reason: "replace-refused" });
    expect(refused.summary).toContain("The configuration is for quotes, environment prod, region us-east-1, stage v2.");
    expect([...(environment.apis()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
    environment.configure({ action: "say" });
  });

  test("replaces the stage on purpose, and then needs no permission for it any more", async () => {
    const stages = () => [...(environment.apis()[0]?.stages.keys() ?? [])];
    const apiId = environment.apis()[0]?.current.api.apiId;
    const deliberate = { "allow-replace": "true", strategy: "direct" };
    environment.configure({ action: "say", stage: "v2" });
    const refused = await environment.run({ "allow-replace": "true" });
    expect(verdict(refused)).toEqual({ code: 1, reason: "strategy-refused" });
    expect(refused.summary).toContain("strategy: direct");
    expect(stages()).toEqual(["prod"]);

    const replaced = await environment.run(deliberate);
    expect(verdict(replaced)).toEqual({ code: 0, reason: "" });
    expect(replaced.log).toContain("allow-replace: the state is now for the address in the configuration.");
    expect(replaced.outputs).toMatchObject({ stage: "v2", "smoke-result": "passed", "api-id": apiId });
    expect(stages()).toEqual(["v2"]);
    expect(verdict(await environment.run({ mode: "drift" }))).toEqual({ code: 0, reason: "" });

    environment.configure({ action: "say" });
    expect((await environment.run()).outputs["failure-reason"]).toBe("replace-refused");
    expect(verdict(await environment.run(deliberate))).toEqual({ code: 0, reason: "" });
    expect(stages()).toEqual(["prod"]);
  });

  test.each(["plan", "deploy", "destroy"])(
    "rejects another region in mode %s, before it changes anything",
    async (mode) => {
      environment.configure({ action: "say", region: "eu-west-1" });
      const refused = await environment.run({ mode });
      expect(verdict(refused)).toEqual({ code: 1, reason: "replace-refused" });
      expect(refused.summary).toMatch(
        /This state belongs to .*region us-east-1.*configuration is for .*region eu-west-1/,
      );
      expect(environment.apis()).toHaveLength(1);
      expect((await environment.connect()).kind).toBe("connected");
      environment.configure({ action: "say" });
    },
  );

  test("rejects an account that is not allowed", async () => {
    expect(verdict(await environment.run({ "allowed-account-ids": "999999999999" }))).toEqual({
      code: 1,
      reason: "account-refused",
    });
  });

  test("rejects a deploy that would create another API, because this one was deleted by hand", async () => {
    await environment.changeByHand("DELETE", "", undefined);
    const refused = await environment.run();
    expect(verdict(refused)).toEqual({ code: 1, reason: "replace-refused" });
    expect(refused.summary).toContain("`prod/api`: was deleted outside Terraform");
    expect(environment.apis()).toEqual([]);
    expect(verdict(await environment.run({ "allow-replace": "true" }))).toEqual({ code: 0, reason: "" });
  });

  test("destroys nothing while a backend's role has the connections policy, and says what to detach", async () => {
    const refused = await environment.run({ mode: "destroy" });
    expect(verdict(refused)).toEqual({ code: 1, reason: "policy-attached" });
    expect(refused.log).toContain(`aws iam detach-role-policy --role-name backend --policy-arn ${policyArn}`);
    expect(environment.apis()).toHaveLength(1);
  });

  test("says that the policy is attached when only IAM could see it, and the next destroy finishes the work", async () => {
    environment.world.iam.denied.add("ListEntitiesForPolicy");
    const refused = await environment.run({ mode: "destroy" });
    expect(verdict(refused)).toEqual({ code: 1, reason: "policy-attached" });
    expect(refused.summary).toContain("Detach the policy from every role, user and group that has it");
    await iam({ Action: "DetachRolePolicy", RoleName: "backend", PolicyArn: policyArn });
    expect(verdict(await environment.run({ mode: "destroy" }))).toEqual({ code: 0, reason: "" });
    expect(environment.apis()).toEqual([]);
  });

  /** A backend attaches the connections policy to its role, as the manual says. */
  async function attach(): Promise<void> {
    policyArn = JSON.parse((await environment.terraform("output", "-json")).stdout).CONNECTIONS_POLICY_ARN.value;
    await iam({ Action: "CreateRole", RoleName: "backend", AssumeRolePolicyDocument: "{}" });
    await iam({ Action: "AttachRolePolicy", RoleName: "backend", PolicyArn: policyArn });
  }

  /** Calls moto's IAM, which chooses the service by the signature's scope. */
  async function iam(query: Record<string, string>): Promise<void> {
    const response = await fetch(environment.world.moto, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request" },
      body: new URLSearchParams({ ...query, Version: "2010-05-08" }),
    });
    expect([response.status, query.Action]).toEqual([200, query.Action]);
  }

  /** The published endpoint works as a backend would use it, with AWS's own SDK. */
  async function pushThrough(outputs: Readonly<Record<string, string>>): Promise<void> {
    const { ApiGatewayManagementApiClient, PostToConnectionCommand } = await import(
      "@aws-sdk/client-apigatewaymanagementapi"
    );
    const socket = new WebSocket(`${outputs["ws-url"]}?token=${environment.token()}&stocks=aapl`);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const url = new URL(
      environment.world.backend.requests.at(-1)?.slice("POST ".length) ?? "",
      environment.world.backend.url,
    );
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
