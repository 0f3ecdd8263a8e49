/** The idle and duration limits of many connections: when each ends, and what the waiting costs. */

import { Store } from "../../../../local/api/store";
import { ClientSocket } from "../../../../local/data-plane/connections/client-socket";
import { Connection } from "../../../../local/data-plane/connections/connection";
import { Registry } from "../../../../local/data-plane/connections/registry";
import { LIMITS } from "../../../../local/data-plane/limits";

const account = { accountId: "123456789012", region: "us-east-1", partition: "aws" };
const store = new Store({ account, endpoint: () => "ws://localhost" });
const api = store.apiStates().create({
  name: "a",
  protocolType: "WEBSOCKET",
  routeSelectionExpression: "$request.body.action",
});

afterEach(() => jest.restoreAllMocks());

function registry() {
  let now = Date.UTC(2026, 0, 1);
  let tick = (): void => {};
  const clock = {
    now: () => now,
    every: (_: number, action: () => void) => {
      tick = action;
      return () => {};
    },
  };
  const all = new Registry(clock, LIMITS);
  const ended: string[] = [];
  const state = jest.spyOn(Connection.prototype, "state", "get");
  const add = (connectionId: string): Connection => {
    const connection = new Connection({
      connectionId,
      apiId: "a",
      stageName: "s",
      domainName: "d",
      sourceIp: "",
      userAgent: undefined,
      apiKey: undefined,
      connectedAt: now,
      definition: api.current,
    });
    connection.enter("open");
    const socket = Object.create(ClientSocket.prototype, {
      end: { value: (by: string) => ended.push(`${connectionId} ${by}`) && connection.enter("closing") },
    });
    all.add({ connection, socket });
    return connection;
  };
  const pass = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      now += 1000;
      tick();
    }
  };
  return { all, add, pass, ended, clock, checks: () => state.mock.calls.length };
}

test("a connection ends 600 s after its last activity", () => {
  const { add, pass, ended, clock } = registry();
  const one = add("one");
  add("two");
  pass(300);
  one.lastActiveAt = clock.now();
  pass(299);
  expect(ended).toEqual([]);
  pass(2);
  expect(ended).toEqual(["two idle"]);
  pass(299);
  expect(ended).toEqual(["two idle", "one idle"]);
});

test("an active connection ends after two hours", () => {
  const { add, pass, ended, clock } = registry();
  const one = add("one");
  for (let i = 0; i < 7190; i++) {
    one.lastActiveAt = clock.now();
    pass(1);
  }
  expect(ended).toEqual([]);
  pass(11);
  expect(ended).toEqual(["one duration"]);
});

test("10,000 idle connections are not checked for 10 minutes", () => {
  const { all, add, pass, checks } = registry();
  for (let i = 0; i < 10_000; i++) add(String(i));
  pass(590);
  expect([all.size, checks()]).toEqual([10_000, 0]);
});

test("a connection that is gone is not kept", () => {
  const { all, add, pass, ended } = registry();
  all.remove(add("one"));
  pass(700);
  expect([all.size, ended]).toEqual([0, []]);
});
