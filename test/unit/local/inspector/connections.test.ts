/** The table of connections: exact for every order and loss of events. */
import { Connections } from "../../../../local/inspector/connections";
import type { TraceEvent } from "../../../../local/trace/trace";

const on = (connectionId: string, at = 0) => ({ at, apiId: "a", stage: "prod", connectionId });
const connecting = (id: string): TraceEvent => ({
  ...on(id, 1),
  type: "connecting",
  requestId: "r",
  path: "/prod",
  sourceIp: "127.0.0.1",
  userAgent: undefined,
  headers: {},
});
const opened = (id: string): TraceEvent => ({
  ...on(id, 2),
  type: "opened",
  durationMs: 1,
  protocol: undefined,
  compressed: false,
});
const message = (id: string, at = 3): TraceEvent => ({
  ...on(id, at),
  type: "frame",
  direction: "in",
  cause: "message",
  bytes: 1,
  text: "x",
});
const closed = (id: string): TraceEvent => ({
  ...on(id, 4),
  type: "closed",
  by: "client",
  code: 1001,
  reason: "",
  durationMs: 1,
});
const called = (id: string): TraceEvent => ({
  ...on(id, 5),
  type: "management",
  method: "POST",
  status: 410,
  bytes: 1,
  detail: "",
});

function tableOf(...events: TraceEvent[]): Connections {
  const table = new Connections();
  events.forEach((event, i) => {
    table.apply(i + 1, event);
  });
  return table;
}
const states = (table: Connections) => [...table.rows.values()].map(({ id, state }) => `${id} ${state}`);

test("a connection is connecting, open and closed", () => {
  expect(states(tableOf(connecting("a")))).toEqual(["a connecting"]);
  expect(states(tableOf(connecting("a"), opened("a")))).toEqual(["a open"]);
  expect(states(tableOf(connecting("a"), opened("a"), closed("a")))).toEqual(["a closed"]);
});

test("a connection whose first events are lost is open", () => {
  expect(states(tableOf(message("a")))).toEqual(["a open"]);
});

test("a call for a connection that does not exist adds none", () => {
  expect(states(tableOf(called("gone"), opened("a"), closed("a"), called("a")))).toEqual(["a closed"]);
});

test("keeps the user, the time of the connect and the last event", () => {
  const policy: TraceEvent = {
    ...on("a", 1.5),
    type: "authorizer",
    requestId: "r",
    routeKey: "$connect",
    functionArn: "",
    outcome: "allow",
    durationMs: 1,
    detail: "",
    principalId: "alice",
  };
  const table = tableOf(connecting("a"), policy, opened("a"), message("a", 9));
  expect(table.rows.get("a")).toMatchObject({ user: "alice", since: 1, lastAt: 9, last: "message" });
});

test("a page that gets the table and then the same events again has the same table", () => {
  const events = [connecting("a"), opened("a"), connecting("b"), closed("a"), opened("b"), message("b")];
  const table = tableOf(...events);
  const copy = new Connections(table.rows.values());
  events.forEach((event, i) => {
    copy.apply(i + 1, event);
  });
  expect([...copy.rows]).toEqual([...table.rows]);
});

test("keeps every open connection, and the latest of those that have ended", () => {
  const table = new Connections();
  for (let i = 0; i < 6_000; i++) table.apply(i, opened(`open ${i}`));
  for (let i = 0; i < 6_000; i++) {
    table.apply(10_000 + 2 * i, opened(`ended ${i}`));
    table.apply(10_001 + 2 * i, closed(`ended ${i}`));
  }
  expect(table.size).toBe(11_000);
  expect(table.rows.has("open 0")).toBe(true);
  expect(table.rows.has("ended 999")).toBe(false);
  expect(table.rows.has("ended 1000")).toBe(true);
  table.clear();
  expect(table.size).toBe(6_000);
});

test("a step of a request does not change the row", () => {
  const table = tableOf(connecting("a"), opened("a"), message("a"));
  const before = table.rows.get("a");
  const route: TraceEvent = { ...on("a", 9), type: "route", requestId: "r", routeKey: "x", selected: "x", found: true };
  table.apply(4, route);
  expect(table.rows.get("a")).toBe(before);
});
