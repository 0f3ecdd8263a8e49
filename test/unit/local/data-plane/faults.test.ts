/** Failures on purpose: each fault has the effect that its table says, and the same seed repeats it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  FAULT_NAMES,
  FAULTS,
  type FaultName,
  type FaultSettings,
  Faults,
  limitsOf,
} from "../../../../local/data-plane/faults";
import { localOptions } from "../../../../local/session/options";
import { faultRows } from "../../../../local/session/values";
import { Client, management } from "../../../support/local/client";
import { echo } from "../../../support/local/echo";
import { allow, endWorlds, type Spec, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

async function worldWith(settings: FaultSettings, spec: Spec = echo, seed = 1): Promise<World> {
  const options = { ...spec.options, limits: limitsOf(settings), faults: new Faults(seed, settings) };
  return await world({ ...spec, options });
}

async function connected(created: World): Promise<{ client: Client; id: string }> {
  const client = await Client.connect(created);
  const opened = await created.happened(({ type }) => type === "opened");
  return { client, id: "connectionId" in opened ? opened.connectionId : "" };
}

const paths = ({ received }: World) => received.map(({ path }) => path);
const struck = ({ traced }: World) => traced.flatMap((event) => (event.type === "fault" ? event.fault : []));
const hasClosed = (created: World) => created.happened(({ type }) => type === "closed");

test("lost-disconnect: the connection ends, and the backend is not called", async () => {
  const created = await worldWith({ "lost-disconnect": 1 });
  const { client } = await connected(created);
  client.socket.close(1000);
  await created.happened(({ type }) => type === "fault");
  await created.gateway.close();
  expect(paths(created)).toEqual(["/connect"]);
  expect(struck(created)).toEqual(["lost-disconnect"]);
});

test("early-disconnect: $disconnect arrives before the message, whose answer reaches no client", async () => {
  const created = await worldWith({ "early-disconnect": 1 });
  const { client } = await connected(created);
  client.send("last words");
  expect(await client.closed()).toEqual({ code: 1006, reason: "" });
  await created.backendCalls(3);
  expect(paths(created)).toEqual(["/connect", "/disconnect", "/echo"]);
  expect(created.received[2]?.body).toBe("last words");
});

test("stale-connection: a push gets 410, the client is lost, and $disconnect never comes", async () => {
  const created = await worldWith({ "stale-connection": 1 });
  const { client, id } = await connected(created);
  expect(await management(created, "POST", id, { body: "hello" })).toMatchObject({ status: 410, body: "" });
  expect(await client.closed()).toEqual({ code: 1006, reason: "" });
  await hasClosed(created);
  expect(await management(created, "GET", id)).toMatchObject({ status: 410 });
  await created.gateway.close();
  expect(paths(created)).toEqual(["/connect"]);
});

test("throttled-push: 429 with AWS's error type, and the connection stays", async () => {
  const created = await worldWith({ "throttled-push": 1 });
  const { client, id } = await connected(created);
  const { status, headers } = await management(created, "POST", id, { body: "hello" });
  expect([status, headers.get("x-amzn-errortype")]).toEqual([429, "LimitExceededException"]);
  client.send("still here");
  expect(await client.next()).toBe("still here");
});

test("lost-push: 200, and the client receives nothing", async () => {
  const created = await worldWith({ "lost-push": 1 });
  const { client, id } = await connected(created);
  expect(await management(created, "POST", id, { body: "lost" })).toMatchObject({ status: 200 });
  client.send("after it");
  expect(await client.next()).toBe("after it");
});

test("late-open: pushes get 410 after /connect has been answered, until the client has its 101", async () => {
  const created = await worldWith({ "late-open": 200 });
  const connecting = Client.connect(created);
  await created.happened((event) => event.type === "fault");
  const id = created.received[0]?.query.get("connectionId") ?? "";
  expect(await management(created, "POST", id, { body: "too early" })).toMatchObject({ status: 410 });
  const client = await connecting;
  expect(await management(created, "POST", id, { body: "now" })).toMatchObject({ status: 200 });
  expect(await client.next()).toBe("now");
});

const authorized: Spec = {
  ...echo,
  authorizer: {},
  functions: { authorizer: allow },
};

test("slow-authorizer: the client waits, and is accepted", async () => {
  const created = await worldWith({ "slow-authorizer": 150 }, authorized);
  await Client.connect(created, "?token=a");
  expect(await created.happened(({ type }) => type === "authorizer")).toMatchObject({
    outcome: "allow",
    durationMs: expect.closeTo(150, -2),
  });
});

test("slow-authorizer: beyond the authorizer's time limit, the client gets 500", async () => {
  const options = { limits: { integrationTimeoutMs: 50 }, faults: new Faults(1, { "slow-authorizer": 10_000 }) };
  const created = await world({ ...authorized, options });
  await expect(Client.connect(created, "?token=a")).rejects.toThrow("Unexpected server response: 500");
});

test.each<[FaultName, string]>([
  ["short-idle", "idle"],
  ["short-duration", "duration"],
])("%s: the connection is closed with 1001, by %s", async (name, by) => {
  const created = await worldWith({ [name]: 0.05 });
  const { client } = await connected(created);
  expect(await client.closed()).toEqual({ code: 1001, reason: "Going away" });
  expect(await hasClosed(created)).toMatchObject({ by, code: 1001 });
});

test("redeploy: each message finds another deployment, and connections stay", async () => {
  const created = await worldWith({ redeploy: 1 });
  const { store, apiId } = created;
  const deployment = () => store.deployedStage(apiId, "prod")?.deployment.deploymentId;
  const { client } = await connected(created);
  const seen = new Set([deployment()]);
  for (const text of ["one", "two"]) {
    client.send(text);
    expect(await client.next()).toBe(text);
    seen.add(deployment());
  }
  expect(seen.size).toBe(3);
  expect(store.deployments(apiId).list()).toHaveLength(1);
});

test("redeploy: a message uses what was changed since", async () => {
  const created = await worldWith({ redeploy: 1 });
  const { store, apiId } = created;
  const { client } = await connected(created);
  for (const { routeKey, routeId } of store.routes(apiId).list()) {
    if (routeKey === "$default") store.routes(apiId).delete(routeId);
  }
  client.send("gone");
  expect(await client.next()).toContain('"message": "Forbidden"');
});

test("the same seed gives the same failures, another seed others", () => {
  const draws = (seed: number) => {
    const faults = new Faults(seed, { "lost-push": 0.5, "throttled-push": 0.5 });
    return Array.from({ length: 64 }, (_, i) => faults.strikes(i % 2 === 0 ? "lost-push" : "throttled-push"));
  };
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
});

test("the draws of one fault do not depend on those of another", () => {
  const alone = new Faults(7, { "lost-push": 0.5 });
  const beside = new Faults(7, { "lost-push": 0.5, redeploy: 0.5 });
  for (let i = 0; i < 64; i++) {
    beside.strikes("redeploy");
    expect(beside.strikes("lost-push")).toBe(alone.strikes("lost-push"));
  }
});

test("a chance of 0 never strikes, and about as many as the chance says do", () => {
  const faults = new Faults(3, { "lost-push": 0.25, redeploy: 0 });
  const count = (name: "lost-push" | "redeploy") =>
    Array.from({ length: 4000 }, () => faults.strikes(name)).filter(Boolean).length;
  expect(count("redeploy")).toBe(0);
  expect(Math.abs(count("lost-push") - 1000)).toBeLessThan(120);
});

test("faults begin and end while the gateway runs", async () => {
  const faults = new Faults(1);
  const created = await world({ ...echo, options: { faults } });
  const { client, id } = await connected(created);
  const restore = faults.set({ "throttled-push": 1 });
  expect(await management(created, "POST", id, { body: "a" })).toMatchObject({ status: 429 });
  restore();
  expect(await management(created, "POST", id, { body: "b" })).toMatchObject({ status: 200 });
  expect(await client.next()).toBe("b");
});

test.each<[FaultSettings, string]>([
  [{ redeploy: 1.5 }, "The fault redeploy is 1.5: expected a chance from 0 (never) to 1 (always)."],
  [{ "late-open": -1 }, "The fault late-open is -1: expected milliseconds up to 600000."],
  [{ "short-idle": 0 }, "The fault short-idle is 0: expected seconds up to 86400."],
])("rejects %j", (settings, message) => {
  expect(() => new Faults(1, settings)).toThrow(message);
});

test("the command line takes every fault with its default", () => {
  const { faults, seed } = localOptions([...FAULT_NAMES.flatMap((name) => ["--fault", name]), "--seed", "42"]);
  expect(faults).toEqual(Object.fromEntries(FAULT_NAMES.map((name) => [name, FAULTS[name].default])));
  expect(seed).toBe(42);
  expect(localOptions(["--fault", "late-open=250", "--fault", "lost-push=0.5"]).faults).toEqual({
    "late-open": 250,
    "lost-push": 0.5,
  });
});

test.each([
  ["lost-disconect", /is not one of lost-disconnect, .* Did you mean `lost-disconnect`\?/],
  ["lost-push=2", /expected a chance from 0 \(never\) to 1 \(always\)\./],
  ["late-open=soon", /expected milliseconds up to 600000\./],
])("the command line refuses --fault %s", (given, message) => {
  const refuse = () => {
    try {
      localOptions(["--fault", given]);
      return "accepted";
    } catch (error) {
      return error instanceof Error && "hint" in error ? `${error.message} ${error.hint}` : String(error);
    }
  };
  expect(refuse()).toMatch(message);
});

test("the README's table has every fault with what it does and its source", () => {
  const readme = readFileSync(join(__dirname, "../../../../local/README.md"), "utf8");
  for (const { label, text, source } of faultRows()) expect(readme).toContain(`| \`${label}\` | ${text} | ${source} |`);
});
