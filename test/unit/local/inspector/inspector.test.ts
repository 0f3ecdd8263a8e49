/** The inspector's server side: allowed requests, responses, and its restrictions. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GatewayEvents } from "../../../../local/events";
import { createInspector, type Inspector } from "../../../../local/inspector";
import { forbidden } from "../../../../local/inspector/guard";
import { History, type Timed } from "../../../../local/inspector/history";
import { preview } from "../../../../local/trace/masking";
import { Trace, type TraceEvent } from "../../../../local/trace/trace";

const own = { method: "GET", remoteAddress: "127.0.0.1", headers: { host: "localhost:3000" } };
const post = {
  ...own,
  method: "POST",
  headers: { host: "localhost:3000", origin: "http://localhost:3000", "content-type": "application/json" },
};

describe("which requests the inspector allows", () => {
  test.each([
    ["a browser on this machine", own],
    ["over IPv6", { ...own, remoteAddress: "::1", headers: { host: "[::1]:3000" } }],
    ["over a dual-stack socket", { ...own, remoteAddress: "::ffff:127.0.0.1" }],
    ["the page's own POST", post],
    ["over TLS", { ...post, headers: { ...post.headers, origin: "https://localhost:3000" } }],
  ])("%s", (_, asked) => {
    expect(forbidden(asked)).toBeUndefined();
  });

  test.each([
    ["another machine", { ...own, remoteAddress: "192.168.1.7" }],
    ["an unknown peer", { ...own, remoteAddress: undefined }],
    ["a name that was pointed here", { ...own, headers: { host: "evil.example:3000" } }],
    ["a name that begins like ours", { ...own, headers: { host: "localhost.evil.example" } }],
    ["no name", { ...own, headers: {} }],
    ["another site's page", { ...own, headers: { ...own.headers, "sec-fetch-site": "cross-site" } }],
    ["a page of another port", { ...own, headers: { ...own.headers, origin: "http://localhost:4000" } }],
    ["another origin's POST", { ...post, headers: { ...post.headers, origin: "http://evil.example" } }],
    ["a sandboxed page's POST", { ...post, headers: { ...post.headers, origin: "null" } }],
    ["a POST of no page", { ...post, headers: { host: "localhost:3000", "content-type": "application/json" } }],
    ["a form", { ...post, headers: { ...post.headers, "content-type": "text/plain" } }],
  ])("not %s", (_, asked) => {
    expect(forbidden(asked)).toEqual(expect.any(String));
  });
});

const event = (message: string): TraceEvent => ({ type: "notice", at: 0, code: "test", message });

describe("the history", () => {
  const eventsFrom = (history: History, number = 0): Timed[] => JSON.parse(String(history.from(number)?.json ?? "[]"));
  /** Each event in a chunk of its own. */
  const add = (history: History, message: string) => history.from(history.add(event(message), 0));
  const messages = (history: History) => {
    const kept: unknown[] = [];
    for (let chunk = history.from(0); chunk !== undefined; chunk = history.from(chunk.next)) {
      kept.push(...eventsFrom(history, chunk.first).map(([number, one]) => [number, Object(one).message[0]]));
    }
    return kept;
  };

  test("keeps every event that fits, however many", () => {
    const history = new History(10_000_000);
    for (let i = 0; i < 5_000; i++) history.add(event(`${i}`), i);
    expect(history.first).toBe(1);
    expect(eventsFrom(history, 4_999).slice(-2)).toEqual([
      [4_999, event("4998"), 4998],
      [5_000, event("4999"), 4999],
    ]);
  });

  test("keeps fewer events where they are large", () => {
    const history = new History(5_000);
    for (const message of ["1", "2", "3", "4", "5"]) add(history, message.repeat(1_500));
    expect(messages(history)).toEqual([
      [3, "3"],
      [4, "4"],
      [5, "5"],
    ]);
    add(history, "6".repeat(6_000));
    expect(messages(history)).toEqual([]);
    expect(history.first).toBe(7);
    add(history, "7");
    expect(messages(history)).toEqual([[7, "7"]]);
  });

  test("continues its numbers after it was cleared", () => {
    const history = new History(10_000);
    history.add(event("1"), 0);
    history.clear();
    history.add(event("2"), 0);
    expect(messages(history)).toEqual([[2, "2"]]);
  });
});

/** Bytes of the heap and of buffers after a collection. */
function used(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("There is no collector.");
  // A collection ends before it has freed the buffers; the next one waits for that.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test("small chunks of the history keep only their own memory", () => {
  const history = new History(10_000_000);
  const before = used();
  for (let i = 0; i < 5_000; i++) {
    history.from(history.add(event("x"), 0));
    // What else is in the pool of Node.js then.
    Buffer.from("y".repeat(3_000));
  }
  expect(history.first).toBe(1);
  // With the pool, it is 20 MB.
  expect(used() - before).toBeLessThan(12_000_000);
});

test("previews of large messages do not keep the messages in memory", () => {
  const message = Buffer.alloc(120_000, "x ");
  const before = used();
  const previews = Array.from({ length: 500 }, () => preview(message.toString()));
  expect(used() - before).toBeLessThan(10_000_000);
  expect(previews[499]).toBe(`${"x ".repeat(2048)}…`);
});

test("messages of any size leave no more than a history that is bounded in bytes", () => {
  const trace = new Trace();
  const inspector = createInspector({ trace, lookUp: async () => {}, entryPoints: () => [] });
  const events = new GatewayEvents(trace);
  const messages = [40, 40, 40, 40, 40, 40, 40, 400, 6_000, 120_000].map((size) => Buffer.alloc(size, "x "));
  const send = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      const message = messages[n % messages.length]?.toString() ?? "";
      const fields = { at: n, apiId: "a", stage: "prod", connectionId: `c${n % 1000}=`, bytes: message.length };
      const text = preview(message);
      trace.emit({ type: "frame", direction: "in", cause: "message", requestId: `r${n}=`, text, ...fields });
    }
  };
  const before = used();
  send(40_000);
  const filled = used();
  // The history has 32 MB of texts.
  expect(filled - before).toBeLessThan(50_000_000);
  // 20 MB of texts.
  send(20_000);
  expect(used() - filled).toBeLessThan(8_000_000);
  expect(events.recorded).toHaveLength(1000);
  events.close();
  inspector.close();
});

describe("responses of the inspector", () => {
  let server: Server;
  let inspector: Inspector;
  let port: number;
  const trace = new Trace();
  const calls: string[] = [];
  let stages: string[];

  beforeEach(async () => {
    server = createServer((incoming, response) => {
      if (inspector.handle(incoming, response)) return;
      calls.push(`${incoming.method} ${incoming.url}`);
      incoming.resume();
      response.end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    port = (server.address() as AddressInfo).port;
    calls.length = 0;
    stages = ["prod"];
    inspector = createInspector({
      trace,
      lookUp: async () => {},
      entryPoints: () =>
        stages.map((stage) => ({
          apiId: "a",
          apiName: "quotes",
          stage,
          url: `ws://localhost:${port}/${stage}`,
          endpoint: `http://127.0.0.1:${port}/${stage}`,
          parameters: { stocks: "a,b" },
          headers: {},
          backends: [],
          isAuthorized: true,
          token: { place: { query: "token" }, hasOtherPlaces: false, createToken: () => "T" },
          origin: "https://a.example",
          iam: false,
        })),
    });
  });
  afterEach(() => {
    inspector.close();
    server.closeAllConnections();
    server.close();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const send = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${port}/_inspector${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://127.0.0.1:${port}` },
      body: JSON.stringify(body),
    });

  test("is a page that runs only its own script", async () => {
    const response = await get("/_inspector");
    const page = await response.text();
    const nonce = /script-src 'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; .*connect-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
    );
    expect([...page.matchAll(/<(?:script|style) nonce="([^"]+)"/g)].map((match) => match[1])).toEqual([nonce, nonce]);
    expect(page).not.toMatch(/\s(?:src|href|on\w+)="/);
    expect(await (await get("/_inspector")).text()).not.toBe(page);
  });

  test("inserts texts as text only", () => {
    const folder = resolve("local/inspector/page");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect(readFileSync(join(folder, file), "utf8")).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/i,
      );
    }
  });

  test("has no icon", async () => {
    expect((await get("/favicon.ico")).status).toBe(204);
  });

  test("returns where to connect, with a token", async () => {
    expect(await (await get("/_inspector/entry-points")).json()).toEqual([
      {
        apiId: "a",
        apiName: "quotes",
        stage: "prod",
        url: `ws://localhost:${port}/prod`,
        endpoint: `http://127.0.0.1:${port}/prod`,
        connectUrl: `ws://localhost:${port}/prod?token=T&stocks=a,b`,
        connectHeaders: { Origin: "https://a.example" },
        parameters: { stocks: "a,b" },
        origin: "https://a.example",
        claims: {},
      },
    ]);
  });

  test("rejects every request for another host name", async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request({ port, path: "/_inspector/entry-points", headers: { host: "evil.example" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on("error", reject).end();
    });
    expect(status).toBe(403);
  });

  /** Reads server-sent events, as `name data`. */
  async function listen() {
    const body = (await get("/_inspector/events")).body?.pipeThrough(new TextDecoderStream());
    const reader = body?.getReader();
    let rest = "";
    return {
      async next(): Promise<string> {
        while (!rest.includes("\n\n")) rest += (await reader?.read())?.value ?? "";
        const end = rest.indexOf("\n\n");
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(rest.slice(0, end)) ?? [];
        rest = rest.slice(end + 2);
        return `${name} ${data}`;
      },
      close: () => reader?.cancel(),
    };
  }
  const sent = (number: number, message: string) =>
    expect.stringMatching(
      new RegExp(`^events \\[\\[${number},\\{"type":"notice","at":[\\d.]+,"code":"test","message":"${message}"`),
    );

  test("sends past and new events", async () => {
    trace.emit(event("before"));
    const stream = await listen();
    expect(await stream.next()).toBe('start {"until":2,"rows":[]}');
    expect(await stream.next()).toBe("own []");
    expect(await stream.next()).toEqual(sent(1, "before"));
    trace.emit(event("now\nhere"));
    expect(await stream.next()).toEqual(sent(2, "now\\\\nhere"));
    await stream.close();
  });

  test("sends every open connection, also when its events are forgotten", async () => {
    const on = { at: 1, apiId: "a", stage: "prod", connectionId: "abc=" };
    trace.emit({ ...on, type: "opened", durationMs: 1, protocol: undefined, compressed: false });
    for (let i = 0; i < 40; i++) trace.emit(event("x".repeat(1_000_000)));
    const stream = await listen();
    expect(await stream.next()).toMatch(/^start \{"until":42,"rows":\[\{"id":"abc=",.*"state":"open"/);
    await stream.close();
  });

  test("a page that does not read costs no memory, and gets what is still there when it reads", async () => {
    const response = await get("/_inspector/events");
    for (let i = 0; i < 100; i++) {
      trace.emit(event(`${i} ${"x".repeat(1_000_000)}`));
      await new Promise(setImmediate);
    }
    trace.emit(event("the end"));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let missed = 0;
    while (!/"the end"\},[\d.]+\]\]\n\n$/.test(text)) {
      const { value = "", done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error("The stream has ended.");
      missed += value.split("event: rows\n").length - 1;
      text = (text + value).slice(-100);
    }
    expect(missed).toBe(1);
    await reader?.cancel();
  });

  test("notifies an open page of a new and a deleted stage", async () => {
    const stream = await listen();
    await stream.next();
    await stream.next();
    for (const now of [["prod", "dev"], ["dev"]]) {
      stages = now;
      expect(await stream.next()).toBe("entry-points {}");
    }
    await stream.close();
  });

  test("forgets what has happened, and tells every page", async () => {
    trace.emit(event("before"));
    const stream = await listen();
    for (let i = 0; i < 3; i++) await stream.next();
    expect((await send("/clear", {})).status).toBe(200);
    expect(await stream.next()).toBe("clear {}");
    await stream.close();
    const again = await listen();
    expect(await again.next()).toBe('start {"until":0,"rows":[]}');
    await again.close();
  });

  test("pushes and disconnects through @connections", async () => {
    const connection = { endpoint: `http://127.0.0.1:${port}/prod`, connectionId: "abc=" };
    expect(await (await send("/push", { ...connection, text: "hi" })).json()).toEqual({ answer: 200 });
    await send("/disconnect", connection);
    expect(calls).toEqual(["POST /prod/@connections/abc%3D", "DELETE /prod/@connections/abc%3D"]);
  });

  test.each([
    ["another server", { endpoint: "http://169.254.169.254/latest", connectionId: "a", text: "" }],
    ["nothing", {}],
  ])("does not push to %s", async (_, body) => {
    expect((await send("/push", body)).status).toBe(400);
    expect(calls).toEqual([]);
  });

  test.each([
    ["/connect", { apiId: "a", stage: "nothing" }, "There is no such stage."],
    [
      "/connect",
      { apiId: "a", stage: "prod", headers: { "a b": "c" } },
      'Header name must be a valid HTTP token ["a b"]',
    ],
    ["/connect", { apiId: "a", stage: "prod", headers: { a: "b\nc" } }, 'Invalid character in header content ["a"]'],
    ["/connect", { apiId: "a" }, expect.stringContaining("at stage")],
    ["/send", { connectionId: "abc=", text: "hi" }, expect.stringContaining("did not open it")],
    ["/close", { connectionId: "abc=", code: 1000 }, expect.stringContaining("did not open it")],
  ])("%s rejects %j", async (path, body, message) => {
    const response = await send(path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message });
  });

  test("leaves other paths to the gateway", async () => {
    await get("/_inspectors");
    expect(calls).toEqual(["GET /_inspectors"]);
    expect((await get("/_inspector/nothing")).status).toBe(404);
  });
});
