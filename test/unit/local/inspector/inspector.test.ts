/** The inspector's server side: allowed requests, responses, and its restrictions. */
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createInspector, type Inspector } from "../../../../local/inspector";
import { forbidden } from "../../../../local/inspector/guard";
import { History } from "../../../../local/inspector/history";
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

test("keeps the latest events", () => {
  const history = new History({ events: 2, bytes: 1_000_000 });
  for (const message of ["1", "2", "3", "4", "5"]) history.add(event(message));
  expect(history.latest()).toEqual([event("4"), event("5")]);
});

test("keeps fewer events where they are large", () => {
  const history = new History({ events: 100, bytes: 10_000 });
  for (const message of ["1", "2", "3", "4", "5"]) history.add(event(message.repeat(1_500)));
  expect(history.latest().map((kept) => "message" in kept && kept.message[0])).toEqual(["3", "4", "5"]);
  history.add(event("6".repeat(6_000)));
  expect(history.latest()).toEqual([]);
  history.add(event("7"));
  expect(history.latest()).toEqual([event("7")]);
});

test("previews of large messages do not keep the messages in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  const used = (): number => {
    if (typeof collect === "function") collect();
    return process.memoryUsage().heapUsed;
  };
  const message = Buffer.alloc(120_000, "x ");
  const before = used();
  const previews = Array.from({ length: 500 }, () => preview(message.toString()));
  expect(used() - before).toBeLessThan(10_000_000);
  expect(previews[499]).toBe(`${"x ".repeat(2048)}…`);
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
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
    expect([...page.matchAll(/<(?:script|style) nonce="([^"]+)"/g)].map((match) => match[1])).toEqual([nonce, nonce]);
    expect(page).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\son\w+="|https?:\/\//);
    expect(await (await get("/_inspector")).text()).not.toBe(page);
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

  test("sends past and new events", async () => {
    trace.emit(event("before"));
    const response = await get("/_inspector/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    trace.emit(event("now\nhere"));
    const second = await reader?.read();
    expect(first?.value).toBe(`data: ${JSON.stringify(event("before"))}\n\n`);
    expect(second?.value).toBe(`data: ${JSON.stringify(event("now\nhere"))}\n\n`);
    await reader?.cancel();
  });

  test("notifies an open page of a new and a deleted stage", async () => {
    const reader = (await get("/_inspector/events")).body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    for (const now of [["prod", "dev"], ["dev"]]) {
      stages = now;
      expect((await reader?.read())?.value).toBe("event: entry-points\ndata: {}\n\n");
    }
    await reader?.cancel();
  });

  test("pushes and disconnects through @connections", async () => {
    const connection = { endpoint: `http://127.0.0.1:${port}/prod`, connectionId: "abc=" };
    expect(await (await send("/push", { ...connection, text: "hi" })).json()).toEqual({ status: 200 });
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

  test("leaves other paths to the gateway", async () => {
    await get("/_inspectors");
    expect(calls).toEqual(["GET /_inspectors"]);
    expect((await get("/_inspector/nothing")).status).toBe(404);
  });
});
