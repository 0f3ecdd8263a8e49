/** The page's model: exchanges from events, their reasons and times, filters, and texts. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../../../../local/inspector/build-page.mjs";
import type { Numbered } from "../../../../local/inspector/history";
import { curlOf } from "../../../../local/inspector/page/model/commands";
import type { Exchange } from "../../../../local/inspector/page/model/exchange";
import { readEvents, toJsonLines } from "../../../../local/inspector/page/model/files";
import { FRAMES, NO_FILTERS, showsExchange } from "../../../../local/inspector/page/model/filter";
import { claimsOf, pairsOf } from "../../../../local/inspector/page/model/form";
import { commandOf } from "../../../../local/inspector/page/model/keys";
import { pretty } from "../../../../local/inspector/page/model/pretty";
import { reasonOf, titleOf } from "../../../../local/inspector/page/model/summary";
import { Timeline } from "../../../../local/inspector/page/model/timeline";
import { durationOf, segmentsOf } from "../../../../local/inspector/page/model/timing";
import { Layout } from "../../../../local/inspector/page/view/layout";
import type { TraceEvent } from "../../../../local/trace/trace";

const on = (at: number) => ({ at, apiId: "a", stage: "prod", connectionId: "c" });
const within = (at: number, requestId: string, routeKey: string) => ({ ...on(at), requestId, routeKey });
const request = (at: number, id: string, routeKey: string): TraceEvent => ({
  ...within(at, id, routeKey),
  type: "integration-request",
  integrationType: "HTTP",
  method: "POST",
  target: "http://127.0.0.1/",
  headers: { "Content-Type": "application/json" },
  body: '{"a":1}',
  mapped: {},
  values: {},
});
const response = (at: number, id: string, routeKey: string): TraceEvent => ({
  ...within(at, id, routeKey),
  type: "integration-response",
  status: 200,
  durationMs: 1,
  bytes: 0,
  body: "",
});
const frame = (at: number, cause: "message" | "reply" | "push" | "error", requestId?: string): TraceEvent => ({
  ...on(at),
  type: "frame",
  direction: cause === "message" ? "in" : "out",
  cause,
  bytes: 2,
  text: "hi",
  requestId,
});
const connecting: TraceEvent = {
  ...on(0),
  type: "connecting",
  requestId: "1",
  path: "/prod",
  sourceIp: "",
  userAgent: undefined,
  headers: {},
};
const authorizer = (at: number, outcome: "allow" | "deny"): TraceEvent => ({
  ...within(at, "1", "$connect"),
  type: "authorizer",
  functionArn: "arn",
  outcome,
  durationMs: 4,
  detail: "a Deny statement of the policy matches",
});
const log = (line: string): TraceEvent => ({
  type: "function-log",
  at: 3,
  functionName: "authorizer",
  line,
  connectionId: "c",
  requestId: "1",
});
const refused: TraceEvent = {
  ...on(6),
  type: "refused",
  status: 403,
  message: "Forbidden",
  check: "policy",
  detail: "",
  durationMs: 6,
};

function exchangesOf(...events: TraceEvent[]): readonly Exchange[] {
  const timeline = new Timeline(1_000_000);
  events.forEach((event, i) => {
    timeline.apply(i + 1, event);
  });
  return timeline.all;
}
const summary = ({ kind, outcome, status, events }: Exchange) => `${kind} ${outcome} ${status} of ${events.length}`;

test("a handshake, a message, a push and a close are one exchange each", () => {
  const all = exchangesOf(
    connecting,
    authorizer(5, "allow"),
    request(6, "1", "$connect"),
    response(16, "1", "$connect"),
    { ...on(17), type: "opened", durationMs: 17, protocol: undefined, compressed: false },
    frame(20, "message", "2"),
    { ...within(20, "2", "$default"), type: "route", selected: "x", found: true },
    frame(21, "push"),
    { ...on(21), type: "management", method: "POST", status: 200, bytes: 2, detail: "sent" },
    request(22, "2", "$default"),
    response(30, "2", "$default"),
    frame(31, "reply", "2"),
    { ...on(40), type: "management", method: "POST", status: 429, bytes: 2, detail: "slow" },
    { ...on(50), type: "closed", by: "client", code: 1000, reason: "", durationMs: 33 },
    request(51, "3", "$disconnect"),
    response(52, "3", "$disconnect"),
  );
  expect(all.map(summary)).toEqual([
    "handshake ok 101 of 5",
    "message ok 200 of 5",
    "push ok 200 of 2",
    "push bad 429 of 1",
    "close none 1000 of 3",
  ]);
});

test("messages that overlap are kept apart", () => {
  const all = exchangesOf(
    frame(0, "message", "1"),
    frame(1, "message", "2"),
    response(3, "2", "$default"),
    frame(4, "reply", "2"),
    response(5, "1", "$default"),
  );
  expect(all.map(summary)).toEqual(["message ok 200 of 2", "message ok 200 of 3"]);
});

test("the function's own reason comes first, then the policy's, then that of the check", () => {
  const record = '{"decision":"deny","connectionId":"c","reason":"expired","claim":"exp","expected":5,"received":"1"}';
  const [exact] = exchangesOf(connecting, log("started"), log(record), authorizer(5, "deny"), refused);
  expect(exact && reasonOf(exact)).toBe("expired: exp is 1970-01-01T00:00:01Z, must be 1970-01-01T00:00:05Z or later");
  const [policy] = exchangesOf(connecting, authorizer(5, "deny"), refused);
  expect(policy && reasonOf(policy)).toBe("a Deny statement of the policy matches");
  const check: TraceEvent = {
    ...within(1, "1", "$connect"),
    type: "check",
    check: "api-key",
    passed: false,
    detail: "no key",
  };
  const [failed] = exchangesOf(connecting, check, refused);
  expect(failed && reasonOf(failed)).toBe("no key");
  const [early] = exchangesOf({ ...refused, connectionId: "", detail: "no stage" });
  expect(early && reasonOf(early)).toBe("no stage");
});

test("the steps add up to the duration", () => {
  const [exchange] = exchangesOf(
    connecting,
    authorizer(5, "allow"),
    request(6, "1", "$connect"),
    response(16, "1", "$connect"),
    { ...on(18), type: "opened", durationMs: 18, protocol: undefined, compressed: false },
  );
  expect(exchange && segmentsOf(exchange).map(({ step, duration }) => `${step} ${duration}`)).toEqual([
    "authorizer 5",
    "mapping 1",
    "backend 10",
    "reply 2",
  ]);
  expect(exchange && durationOf(exchange)).toBe(18);
});

test("forgets the oldest exchanges beyond its bytes, also those of their connection", () => {
  const timeline = new Timeline(20_000);
  for (let i = 0; i < 1_000; i++) timeline.apply(i, frame(i, "message", `${i}`));
  expect(timeline.all.length).toBeLessThan(100);
  expect(timeline.all.at(-1)?.at).toBe(999);
  expect(timeline.of("c")).toEqual(timeline.all);
});

test("filters by everything that an exchange has", () => {
  const [exchange] = exchangesOf(frame(0, "message", "1"), request(1, "1", "quotes"), response(2, "1", "quotes"));
  const shows = (change: object) => exchange && showsExchange({ ...NO_FILTERS, ...change }, exchange);
  expect(shows({ text: '{"A":1}' })).toBe(true);
  expect(shows({ text: "nothing" })).toBe(false);
  expect(shows({ route: "quotes", status: "200" })).toBe(true);
  expect(shows({ route: "other" })).toBe(false);
  expect(shows({ status: "bad" })).toBe(false);
  expect(shows({ route: FRAMES })).toBe(true);
  const [handshake] = exchangesOf(connecting);
  expect(handshake && showsExchange({ ...NO_FILTERS, route: FRAMES }, handshake)).toBe(false);
});

test("reads the events that it has written, and no others", () => {
  const events: Numbered[] = [
    [7, connecting],
    [9, frame(1, "message", "2")],
  ];
  expect(readEvents(toJsonLines(events))).toEqual([
    [1, connecting],
    [2, frame(1, "message", "2")],
  ]);
  expect(readEvents(`{"type":"connecting"}\nnot JSON\n${toJsonLines(events)}`)).toHaveLength(2);
  expect(() => readEvents('{"log":{"entries":[]}}')).toThrow("The file has no events");
});

test.each([
  ["a time that no date has", { ...connecting, at: 1e300 }],
  ["a path that is no part of a URL", { ...connecting, path: ":::" }],
  ["a header that is no text", { ...connecting, headers: { a: { b: 1 } } }],
  ["a context that is no text", { ...authorizer(1, "deny"), context: { a: { b: 1 } } }],
  ["no detail", { ...authorizer(1, "deny"), detail: undefined }],
])("does not read an event with %s, which the page could not show or export", (_, event) => {
  expect(() => readEvents(JSON.stringify(event))).toThrow("The file has no events");
});

test.each([
  [
    '{"a":1.0,"b":[12345678901234567890,{}],"c":"x, {y}"}',
    '{\n  "a": 1.0,\n  "b": [\n    12345678901234567890,\n    {}\n  ],\n  "c": "x, {y}"\n}',
  ],
  ["[]", "[]"],
  ['{"cut":', '{"cut":'],
  ["text", "text"],
])("indents %s", (text, indented) => {
  expect(pretty(text)).toBe(indented);
});

test("quotes for a shell", () => {
  const made = request(0, "1", "$default");
  const sent = { ...made, body: "it's", headers: { Host: "x", "X-A": "b" } };
  expect(sent.type === "integration-request" && curlOf(sent)).toBe(
    "curl -i -X POST 'http://127.0.0.1/' \\\n  -H 'X-A: b' \\\n  --data-raw 'it'\\''s'",
  );
});

test("reads the form to connect", () => {
  expect(claimsOf("alice", '{"org_id":"acme"}')).toEqual({ org_id: "acme", sub: "alice" });
  expect(() => claimsOf("", "[")).toThrow("The claims must be a JSON object.");
  expect(pairsOf("A: b: c\n\nD:", ":")).toEqual({ A: "b: c", D: "" });
  expect(() => pairsOf("nothing", ":")).toThrow('This line has no name before ":": nothing');
});

test.each([
  ["r", {}, "refusal"],
  ["?", { shiftKey: true }, "help"],
  ["X", { shiftKey: true }, "clear"],
  ["x", {}, "close"],
  [" ", {}, "pause"],
  ["r", { ctrlKey: true }, undefined],
  ["q", {}, undefined],
])("the key %j with %j is %s", (key, modifiers, command) => {
  expect(commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...modifiers })).toBe(
    command,
  );
});

test("lines of a list are where they are drawn, with some open", () => {
  const layout = new Layout(10, 30, [
    [2, 100],
    [7, 50],
  ]);
  expect(layout.total).toBe(300 + 70 + 20);
  for (let index = 0; index < 10; index++) {
    expect(layout.indexAt(layout.offset(index))).toBe(index);
    expect(layout.indexAt(layout.offset(index + 1) - 1)).toBe(index);
  }
  expect(layout.indexAt(-5)).toBe(0);
  expect(layout.indexAt(1e6)).toBe(9);
});

test("titles are what the client or the backend did", () => {
  expect(
    exchangesOf({ ...connecting, path: "/prod?token=<masked, 9 characters>&stocks=a" }, frame(1, "push")).map(titleOf),
  ).toEqual(["/prod?stocks=a", "hi"]);
});

test("the page uses every file of its folder, and of the gateway only what has no Node.js", async () => {
  const folder = "local/inspector/page";
  const { inputs } = await buildPage();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /[.](tsx?|css)$/.test(name),
  );
  const own = inputs.filter((path) => path.startsWith(`${folder}/`));
  expect([...own].sort()).toEqual(files.map((name) => join(folder, name)).sort());
  const others = inputs.filter((path) => !path.startsWith(`${folder}/`) && !/node_modules\/(@?preact)\//.test(path));
  expect(others.sort()).toEqual(["local/inspector/connections.ts"]);
});
