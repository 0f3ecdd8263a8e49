/** Changes of a deployed environment: by hand, planned, and cancelled halfway. */
import { Connection } from "../../smoke";
import { describeWith } from "../support/describe-with";
import { ActionEnvironment, verdict } from "../support/e2e/environment";

jest.setTimeout(600_000);

describeWith(["terraform", "provider", "moto"], "the action changes an environment", () => {
  let environment: ActionEnvironment;
  beforeAll(async () => {
    environment = await ActionEnvironment.start({ action: "say" });
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
  });
  afterAll(() => environment.stop());

  test("finds a change made by hand, plans, and deploys the plan; a removed route is no longer served", async () => {
    await environment.changeByHand("PATCH", `/routes/${environment.connectRoute()?.routeId}`, {
      authorizationType: "NONE",
    });
    const drift = await environment.run({ mode: "drift" });
    expect(verdict(drift)).toEqual({ code: 1, reason: "drift-found" });
    expect(drift.summary).toContain("`prod/routes/$connect`");

    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect", "say"]);
    environment.configure({ header: "two" });
    const planned = await environment.run({ mode: "plan" });
    expect(verdict(planned)).toEqual({ code: 0, reason: "" });
    expect(planned.summary).toContain("`prod/deployment`");
    expect(planned.summary).toContain("Removed routes are destroyed first");
    expect(environment.world.github.comments[0]?.body).toContain("planned");
    const before = environment.deploymentId();
    const deployed = await environment.run({ "plan-file": planned.outputs["plan-file"] ?? "" });
    expect(verdict(deployed)).toEqual({ code: 0, reason: "" });
    expect(environment.deploymentId()).not.toBe(before);
    expect(environment.connectRoute()?.authorizationType).toBe("CUSTOM");
    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect"]);
    expect(deployed.summary).not.toContain("not done");
  });

  test("cancelled after a route was destroyed, the old deployment is served, and the next run finishes the work", async () => {
    environment.configure({ header: "two", action: "ask" });
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect", "ask"]);

    environment.configure({ header: "two" });
    expect(verdict(await environment.cancelAt("(aws_apigatewayv2_route): destroyed"))).toEqual({
      code: 1,
      reason: "cancelled",
    });
    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect", "ask"]);
    expect(await environment.stateFiles()).toEqual(["quotes.tfstate"]);

    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect"]);
  });

  // The provider deletes a parameter while the route still points at the integration that reads it.
  test.each([
    ["optional", "verified"],
    ["absent", "direct"],
    ["required", "verified"],
  ] as const)("a mapped parameter becomes %s in one %s deploy", async (stocks, strategy) => {
    environment.configure({ header: "two", stocks });
    const client = await environment.connect();
    expect(verdict(await environment.run({ strategy }))).toEqual({ code: 0, reason: "" });
    expect(environment.connectRoute()?.requestParameters?.["route.request.querystring.stocks"]).toEqual(
      stocks === "absent" ? undefined : { required: stocks === "required" },
    );
    expect(client).toMatchObject({ kind: "connected", state: "open" });
    if (client instanceof Connection) await client.close();
    expect(verdict(await environment.run({ mode: "drift" }))).toEqual({ code: 0, reason: "" });
  });

  test("cancelled after the route was moved in the state, the next run with the former configuration succeeds", async () => {
    environment.configure({ header: "two", stocks: "optional" });
    await environment.cancelAt("it is destroyed first, and created again", { strategy: "direct" });
    environment.configure({ header: "two" });
    expect(verdict(await environment.run())).toEqual({ code: 0, reason: "" });
    expect(environment.servedRoutes()).toEqual(["$connect", "$disconnect"]);
  });
});
