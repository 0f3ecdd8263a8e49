/** Lost clients and hostile ones, and a gateway that stops while clients are connected. */
import * as fc from "fast-check";
import { Client, handshake, management, RawSocket, upgradeRequest } from "../../../support/local/client";
import { echo, http } from "../../../support/local/echo";
import { allow, CONNECT, endWorlds, type Spec, STAGE, world } from "../../../support/local/world";

afterEach(endWorlds);

describe("a half-open peer", () => {
  test("that ends its side: the connection is lost, $disconnect receives 1006", async () => {
    const w = await world(echo);
    const { socket } = await handshake(w);
    socket.socket.end();
    expect(await w.happened((event) => event.type === "closed")).toMatchObject({ code: 1006, by: "lost" });
    expect((await w.backendCalls(2))[1]?.path).toBe("/disconnect");
  });

  test("that never responds: DELETE is 204 at once, @connections responds with 410, then it is dropped", async () => {
    const w = await world({ ...echo, options: { limits: { closeTimeoutMs: 50 } } });
    const { socket } = await handshake(w);
    const id = w.received[0]?.query.get("connectionId") ?? "";
    socket.socket.pause();
    expect((await management(w, "DELETE", id)).status).toBe(204);
    expect((await management(w, "POST", id, { body: "x" })).status).toBe(410);
    expect(await w.happened((event) => event.type === "closed")).toMatchObject({ code: 1000, by: "management" });
  });

  test("that sends half a handshake delays no other client", async () => {
    const w = await world(echo);
    (await RawSocket.open(w.port)).write("GET /prod HTTP/1.1\r\nHost: x\r\nUpg");
    expect((await handshake(w)).status).toBe(101);
  });
});

describe("hostile query strings and headers", () => {
  const requestParameters = {
    "integration.request.header.X-Name": "route.request.querystring.name",
    "integration.request.header.X-All": "route.request.multivaluequerystring.name",
    "integration.request.querystring.name": "route.request.querystring.name",
    "integration.request.path.name": "route.request.querystring.name",
  };
  const declared = ["route.request.querystring.name", "route.request.multivaluequerystring.name"];
  const hostile: Spec = {
    routes: {
      $connect: {
        route: { requestParameters: Object.fromEntries(declared.map((name) => [name, { required: false }])) },
        integration: http("users/{name}", { requestParameters }),
      },
    },
  };

  test("CR LF in a value ends no header, no request line and no request", async () => {
    const w = await world(hostile);
    const name = encodeURIComponent("a\r\nX-Evil: 1\r\n\r\nPOST /evil HTTP/1.1\r\nHost: x\r\n\r\n\u0000");
    expect((await handshake(w, { path: `/${STAGE}?name=${name}` })).status).toBe(101);
    expect(w.received).toHaveLength(1);
    const [received] = w.received;
    expect(received?.headers["x-evil"]).toBeUndefined();
    expect(received?.headers["x-name"]).toBe("aX-Evil: 1POST /evil HTTP/1.1Host: x");
    expect(received?.url).not.toMatch(/[\r\n\0 ]/);
  });

  test("text that is not ASCII arrives in a header as UTF-8", async () => {
    const w = await world(hostile);
    await handshake(w, { path: `/${STAGE}?name=${encodeURIComponent("Zoë 日")}` });
    expect(Buffer.from(String(w.received[0]?.headers["x-name"]), "latin1").toString()).toBe("Zoë 日");
    expect(w.received[0]?.query.get("name")).toBe("Zoë 日");
  });

  test.each(["..", ".", "../../admin", "a/b", "a?b#c", "%2e%2e"])(
    "a path parameter %s stays one segment",
    async (name) => {
      const w = await world(hostile);
      await handshake(w, { path: `/${STAGE}?name=${encodeURIComponent(name)}` });
      const [path = ""] = (w.received[0]?.url ?? "").split("?");
      expect(path.split("/")).toHaveLength(3);
      expect(decodeURIComponent(path.split("/")[2] ?? "")).toBe(name);
      expect(path).not.toMatch(/\/\.{1,2}$/);
    },
  );

  test("any query string: the backend gets one request with the mapped value, or none", async () => {
    const w = await world(hostile);
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (name) => {
        const { status } = await handshake(w, { path: `/${STAGE}?name=${encodeURIComponent(name)}` });
        expect(status).toBe(101);
        calls += 1;
        expect(w.received).toHaveLength(calls);
        expect(w.received.at(-1)?.query.get("name")).toBe(name);
      }),
      { numRuns: 50 },
    );
  });

  test("raw bytes in the query string get an HTTP response and do not crash the gateway", async () => {
    const w = await world(hostile);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        const request = Buffer.from(upgradeRequest({ path: `/${STAGE}?name=HERE` }));
        const at = request.indexOf("HERE");
        const sent = Buffer.concat([request.subarray(0, at), bytes, request.subarray(at + 4)]);
        const socket = await RawSocket.open(w.port);
        socket.write(sent);
        socket.socket.end();
        await socket.answer();
        socket.socket.destroy();
      }),
      { numRuns: 50 },
    );
    expect((await handshake(w)).status).toBe(101);
  });

  test("a header of 20 KB: 431, and __proto__ as a parameter is a parameter", async () => {
    const w = await world({
      ...hostile,
      authorizer: {},
      functions: { authorizer: allow },
      routes: { $connect: CONNECT },
    });
    expect((await handshake(w, { headers: { "X-Long": "x".repeat(20_000) } })).status).toBe(431);
    await handshake(w, { path: `/${STAGE}?token=t&stocks=a&__proto__=x&constructor=y` });
    expect(JSON.stringify(w.invoked[0]?.queryStringParameters)).toBe(
      '{"token":"t","stocks":"a","__proto__":"x","constructor":"y"}',
    );
  });
});

describe("unusual paths and Hosts", () => {
  test.each([
    `//${STAGE}`,
    `/./${STAGE}`,
    `/x/../${STAGE}`,
    `/${STAGE}/.`,
    `/${STAGE}/..%2f`,
    `/${STAGE}%2f`,
    `/%70rod`,
    `/${STAGE};a=1`,
    `/${STAGE.toUpperCase()}`,
    `http://elsewhere.example.com/${STAGE}`,
    "*",
    "/",
    "/_aws/execute-api/unknown/prod",
    "/__proto__",
    "/constructor",
  ])("path %s: 403", async (path) => {
    expect((await handshake(await world(echo), { path })).status).toBe(403);
  });

  test.each([
    ["two Host headers", { extra: ["Host: elsewhere"] }, 400],
    ["a name that is not one of this gateway", { host: "elsewhere.example.com" }, 403],
    ["a name of the local network without a domain", { host: "laptop:3000" }, 101],
    ["__proto__", { host: "__proto__.localhost" }, 101],
    ["an unknown execute-api host", { host: "other.execute-api.us-east-1.amazonaws.com" }, 403],
    ["an unknown execute-api host in capitals", { host: "OTHER.EXECUTE-API.us-east-1.amazonaws.com:443" }, 403],
  ])("Host: %s", async (_, ask, status) => {
    expect((await handshake(await world(echo), ask)).status).toBe(status);
  });

  test("a client's Host does not change domainName", async () => {
    const requestParameters = { "integration.request.querystring.domain": "context.domainName" };
    const w = await world({ routes: { $connect: { integration: http("x", { requestParameters }) } } });
    await handshake(w, { host: "evil.localhost" });
    expect(w.received[0]?.query.get("domain")).toBe(`localhost:${w.port}`);
  });
});

describe("a gateway that stops", () => {
  test("closes every connection with 1001 Going away, calls $disconnect for each, and frees the port", async () => {
    const w = await world({ ...echo, options: { limits: { closeTimeoutMs: 20_000, shutdownTimeoutMs: 20_000 } } });
    const clients = await Promise.all(Array.from({ length: 20 }, () => Client.connect(w)));
    await w.gateway.close();
    for (const client of clients) expect(await client.closed()).toEqual({ code: 1001, reason: "Going away" });
    expect(w.received.filter(({ path }) => path === "/disconnect")).toHaveLength(20);
    await expect(RawSocket.open(w.port)).rejects.toThrow("ECONNREFUSED");
  });

  test("waits a limited time for clients that do not respond and for a $disconnect that hangs", async () => {
    const w = await world({
      ...echo,
      backend: ({ path }) => (path === "/disconnect" ? undefined : {}),
      options: { limits: { closeTimeoutMs: 50, shutdownTimeoutMs: 100 } },
    });
    const { socket } = await handshake(w);
    socket.socket.pause();
    await w.gateway.close();
    expect(w.gateway.dataPlane.size).toBe(0);
    expect(w.received.map(({ path }) => path)).toEqual(["/connect", "/disconnect"]);
  });

  test("ends handshakes in progress", async () => {
    const w = await world({ ...echo, backend: () => undefined });
    const pending = handshake(w);
    await w.backendCalls(1);
    await w.gateway.close();
    expect((await pending).status).toBeNaN();
  });

  test("and starts again on the same port: clients reconnect, earlier connections are gone", async () => {
    const w = await world(echo);
    const client = await Client.connect(w);
    const id = w.received[0]?.query.get("connectionId") ?? "";
    await w.gateway.close();
    await client.closed();
    const again = await world({ ...echo, options: { port: w.port } });
    expect((await management(again, "POST", id, { body: "x" })).status).toBe(410);
    const back = await Client.connect(again);
    back.send("hello again");
    expect(await back.next()).toBe("hello again");
  });
});
