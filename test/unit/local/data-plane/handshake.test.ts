/** What a client sees of `$connect`, one test for each situation, over the real handshake. */
import { type Credentials, canonicalQuery } from "../../../../aws/sigv4";
import { LOCAL_CREDENTIALS } from "../../../../contract/names";
import { handshake, SIGNED } from "../../../support/local/client";
import {
  allow,
  CONNECT,
  DISCONNECT,
  endWorlds,
  functionArn,
  invocationUri,
  type Spec,
  STAGE,
  world,
} from "../../../support/local/world";
import { sdkSigner } from "../../../support/sdk-signer";

afterEach(endWorlds);

const IDS = /"[\w-]{15}="/g;
const TOKEN = `/${STAGE}?token=t&stocks=aapl,goog`;
/** The tutorial's API. */
const tutorial: Spec = {
  authorizer: {},
  routes: { $connect: CONNECT, $disconnect: DISCONNECT },
  functions: { authorizer: allow },
};
const lambdaConnect = {
  integration: { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("connect") },
};
const httpProxy = {
  integration: { integrationType: "HTTP_PROXY", integrationMethod: "POST", integrationUri: "BACKEND/connect" },
};

/** The message of a refusal that has a connection, and that its body has the shape of an error frame. */
function refusalMessage(body: string): string {
  expect(body.replaceAll(IDS, '"ID"')).toMatch(/^\{"message": ".*", "connectionId":"ID", "requestId":"ID"\}$/);
  return JSON.parse(body).message;
}

describe("what the client sees", () => {
  test.each([
    ["missing", `/${STAGE}?stocks=aapl`],
    ["empty", `/${STAGE}?token=&stocks=aapl`],
    ["missing, and stocks too: the authorizer comes first", `/${STAGE}`],
  ])("token %s: 401, no Lambda call", async (_, path) => {
    const w = await world(tutorial);
    const { status, body } = await handshake(w, { path });
    expect(status).toBe(401);
    expect(refusalMessage(body)).toBe("Unauthorized");
    expect(w.invoked).toEqual([]);
    expect(w.received).toEqual([]);
  });

  test("authorizer fails with exactly Unauthorized: 401", async () => {
    const authorizer = () => {
      throw new Error("Unauthorized");
    };
    const { status, body } = await handshake(await world({ ...tutorial, functions: { authorizer } }), { path: TOKEN });
    expect([status, refusalMessage(body)]).toEqual([401, "Unauthorized"]);
  });

  test("authorizer returns an explicit Deny: 403, the backend is not called", async () => {
    const authorizer = (event: { methodArn?: unknown }) => ({
      principalId: "me",
      policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect: "Deny", Resource: event.methodArn }] },
    });
    const w = await world({ ...tutorial, functions: { authorizer } });
    const { status, body } = await handshake(w, { path: TOKEN });
    expect([status, refusalMessage(body)]).toEqual([403, "Forbidden"]);
    expect(w.received).toEqual([]);
  });

  test("authorizer allows another resource (stage/*/*): 403", async () => {
    const authorizer = (event: { methodArn?: unknown }) => ({
      principalId: "me",
      policyDocument: {
        Statement: {
          Action: "execute-api:Invoke",
          Effect: "Allow",
          Resource: String(event.methodArn).replace("$connect", "*/*"),
        },
      },
    });
    expect((await handshake(await world({ ...tutorial, functions: { authorizer } }), { path: TOKEN })).status).toBe(
      403,
    );
  });

  test("authorizer throws anything else: 500 Internal server error", async () => {
    const authorizer = () => {
      throw new Error("unauthorized");
    };
    const { status, body } = await handshake(await world({ ...tutorial, functions: { authorizer } }), { path: TOKEN });
    expect([status, refusalMessage(body)]).toEqual([500, "Internal server error"]);
  });

  test("authorizer times out: 500", async () => {
    const spec = { ...tutorial, functions: { authorizer: () => new Promise(() => {}) } };
    const w = await world({ ...spec, options: { limits: { integrationTimeoutMs: 50 } } });
    expect((await handshake(w, { path: TOKEN })).status).toBe(500);
  });

  test("authorizer lacks the permission to be invoked: 500, no Lambda call", async () => {
    const w = await world({ ...tutorial, allowedSourceArns: ["arn:aws:execute-api:*:*:another/*"] });
    expect((await handshake(w, { path: TOKEN })).status).toBe(500);
    expect(w.invoked).toEqual([]);
  });

  const policyDocument = { Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }] };
  test.each([
    ["nothing", null],
    ["a text", "yes"],
    ["no policyDocument", { principalId: "me" }],
    ["an HTTP answer", { statusCode: 401 }],
    ["a policy without statements", { policyDocument: { Statement: [] } }],
    ["an Effect that is none", { policyDocument: { Statement: [{ Effect: "allow", Action: "*", Resource: "*" }] } }],
    ["an object in the context", { principalId: "me", policyDocument, context: { user: { id: 1 } } }],
    ["an array in the context", { principalId: "me", policyDocument, context: { groups: ["a"] } }],
    ["over 8 KB", { principalId: "me", policyDocument, context: { text: "x".repeat(8192) } }],
  ])("authorizer returns %s: 500", async (_, result) => {
    const w = await world({ ...tutorial, functions: { authorizer: () => result } });
    const { status, body } = await handshake(w, { path: TOKEN });
    expect([status, refusalMessage(body)]).toEqual([500, "Internal server error"]);
  });

  test("required parameter missing: 400, after the authorizer and before the backend", async () => {
    const w = await world(tutorial);
    const { status, body } = await handshake(w, { path: `/${STAGE}?token=t` });
    expect([status, refusalMessage(body)]).toEqual([400, "Missing required request parameters: [stocks]"]);
    expect([w.invoked.length, w.received.length]).toEqual([1, 0]);
  });

  test("required parameter missing, not enforced by switch: 101", async () => {
    const w = await world({ ...tutorial, options: { switches: { requiredParameters: "ignored" } } });
    expect((await handshake(w, { path: `/${STAGE}?token=t` })).status).toBe(101);
  });

  test.each([200, 201, 204])("integration answers %i: 101", async (status) => {
    for (const $connect of [{ ...CONNECT, route: {} }, httpProxy]) {
      const w = await world({
        routes: { $connect: { ...$connect, route: { requestParameters: CONNECT.route?.requestParameters } } },
        backend: () => ({ status }),
      });
      expect((await handshake(w, { path: TOKEN })).status).toBe(101);
    }
    const w = await world({
      routes: { $connect: lambdaConnect },
      functions: { connect: () => ({ statusCode: status }) },
    });
    expect((await handshake(w)).status).toBe(101);
  });

  test.each([302, 400, 404, 500, 503])(
    "HTTP with a $default response, backend responds with %i: still 101",
    async (status) => {
      const w = await world({ ...tutorial, backend: () => ({ status }) });
      expect((await handshake(w, { path: TOKEN })).status).toBe(101);
      expect(w.received).toHaveLength(1);
    },
  );

  test.each([400, 403, 404, 429, 500, 503])(
    "HTTP_PROXY, backend answers %i: the client sees it, body and headers too",
    async (status) => {
      const backend = () => ({ status, headers: { "X-Why": "because", "Content-Type": "text/plain" }, body: "no" });
      const answer = await handshake(await world({ routes: { $connect: httpProxy }, backend }));
      expect([answer.status, answer.body, answer.headers.get("x-why")]).toEqual([status, "no", "because"]);
    },
  );

  test.each([400, 403, 503])(
    "AWS_PROXY returns statusCode %i: the client sees it, body and headers too",
    async (statusCode) => {
      const connect = () => ({ statusCode, headers: { "X-Why": "because" }, body: "no" });
      const answer = await handshake(await world({ routes: { $connect: lambdaConnect }, functions: { connect } }));
      expect([answer.status, answer.body, answer.headers.get("x-why")]).toEqual([statusCode, "no", "because"]);
    },
  );

  test("AWS_PROXY throws: 502", async () => {
    const connect = () => {
      throw new Error("oh");
    };
    const { status, body } = await handshake(
      await world({ routes: { $connect: lambdaConnect }, functions: { connect } }),
    );
    expect([status, refusalMessage(body)]).toEqual([502, "Internal server error"]);
  });

  test.each([
    ["nothing", undefined],
    ["a text", "ok"],
    ["no statusCode", { body: "ok" }],
    ["a statusCode that is none", { statusCode: "fine" }],
    ["a statusCode in a list", { statusCode: [200] }],
    ["a statusCode with a fraction", { statusCode: "200.5" }],
    ["a statusCode of an interim response", { statusCode: 100 }],
    ["a body that is no text", { statusCode: 200, body: { ok: true } }],
    ["a member that a proxy result does not have", { statusCode: 200, ConnectionId: "x", Data: "hello" }],
    ["the cookies of payload format 2.0", { statusCode: 200, cookies: ["a=b"] }],
    ["headers that are no object", { statusCode: 200, headers: "x" }],
    ["headers in a list", { statusCode: 200, headers: [{ a: "b" }] }],
    ["a header that is an object", { statusCode: 200, headers: { a: { b: "c" } } }],
    ["a header with several values", { statusCode: 200, headers: { a: ["b", "c"] } }],
    ["a multi-value header with one value", { statusCode: 200, multiValueHeaders: { a: "b" } }],
    ["an isBase64Encoded that is text", { statusCode: 200, isBase64Encoded: "yes" }],
  ])("AWS_PROXY returns %s: 500", async (_, result) => {
    const w = await world({ routes: { $connect: lambdaConnect }, functions: { connect: () => result } });
    expect((await handshake(w)).status).toBe(500);
  });

  test.each(["HTTP", "HTTP_PROXY"])("%s times out: 504 Endpoint request timed out", async (integrationType) => {
    const integration = { integrationType, integrationMethod: "POST", integrationUri: "BACKEND/", timeoutInMillis: 50 };
    const w = await world({ routes: { $connect: { integration } }, backend: () => undefined });
    const { status, body } = await handshake(w);
    expect([status, refusalMessage(body)]).toEqual([504, "Endpoint request timed out"]);
  });

  test("AWS_PROXY times out: 504", async () => {
    const $connect = { integration: { ...lambdaConnect.integration, timeoutInMillis: 50 } };
    const w = await world({ routes: { $connect }, functions: { connect: () => new Promise(() => {}) } });
    expect((await handshake(w)).status).toBe(504);
  });

  test.each(["HTTP", "HTTP_PROXY"])("%s, backend unreachable: 500", async (integrationType) => {
    const integration = { integrationType, integrationMethod: "POST", integrationUri: "http://127.0.0.1:1/" };
    expect((await handshake(await world({ routes: { $connect: { integration } } }))).status).toBe(500);
  });

  test("backend unreachable, by switch: 504", async () => {
    const integration = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "http://127.0.0.1:1/" };
    const options = { switches: { unreachableStatus: 504 } } as const;
    expect((await handshake(await world({ routes: { $connect: { integration } }, options }))).status).toBe(504);
  });

  test.each([
    ["there is none", []],
    ["none matches and there is no $default", [{ integrationResponseKey: "/2\\d\\d/" }]],
  ])("no integration response, for %s: 500", async (_, responses) => {
    const w = await world({
      routes: { $connect: { ...httpProxyAsHttp, responses } },
      backend: () => ({ status: 404 }),
    });
    const { status, body } = await handshake(w);
    expect([status, refusalMessage(body)]).toEqual([500, "Internal server error"]);
  });

  test("MOCK without an integration response: 500", async () => {
    const integration = { integrationType: "MOCK", requestTemplates: { $default: '{"statusCode":200}' } };
    expect((await handshake(await world({ routes: { $connect: { integration, responses: [] } } }))).status).toBe(500);
  });

  test("HTTP_PROXY, backend redirects: the client receives the redirect, the gateway does not follow it", async () => {
    const backend = () => ({ status: 302, headers: { Location: "/elsewhere" } });
    const w = await world({ routes: { $connect: httpProxy }, backend });
    const answer = await handshake(w);
    expect([answer.status, answer.headers.get("location"), w.received.length]).toEqual([302, "/elsewhere", 1]);
  });

  test("unknown stage: 403", async () => {
    const answer = await handshake(await world(tutorial), { path: "/staging?token=t" });
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
    expect(answer.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
  });

  test("stage without a deployment: 403", async () => {
    const w = await world({});
    expect((await handshake(w)).status).toBe(403);
  });

  test.each([`/${STAGE}/foo`, `/${STAGE}/foo?token=t&stocks=a`, `/${STAGE}/`])("extra path %s: 403", async (path) => {
    expect((await handshake(await world(tutorial), { path })).status).toBe(403);
  });

  test("unknown API on a host of execute-api: 403", async () => {
    const host = "abcdefghij.execute-api.eu-central-1.amazonaws.com";
    expect((await handshake(await world(tutorial), { path: TOKEN, host })).status).toBe(403);
  });

  test("disableExecuteApiEndpoint: 403 there, 101 at the custom domain", async () => {
    const w = await world({ api: { disableExecuteApiEndpoint: true }, routes: { $connect: {} } });
    w.store.domainNameCollection().create({ domainName: "ws.example.com", domainNameConfigurations: [{}] });
    w.store.apiMappings("ws.example.com").create({ apiId: w.apiId, stage: STAGE });
    expect((await handshake(w)).status).toBe(403);
    expect((await handshake(w, { path: "/", host: "ws.example.com" })).status).toBe(101);
  });

  test("stage settings with burst 0: 429, no Lambda call", async () => {
    const stage = { defaultRouteSettings: { throttlingBurstLimit: 0, throttlingRateLimit: 0 } };
    const w = await world({ ...tutorial, stage });
    expect((await handshake(w, { path: TOKEN })).status).toBe(429);
    expect(w.invoked).toEqual([]);
  });

  test("burst exceeded: 429, and accepted again once a token is available", async () => {
    let now = 1_000_000;
    const clock = { now: () => now, every: () => () => {} };
    const stage = { defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 1 } };
    const w = await world({ ...tutorial, stage, options: { clock } });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await handshake(w, { path: TOKEN })).status);
    now += 1000;
    statuses.push((await handshake(w, { path: TOKEN })).status);
    expect(statuses).toEqual([101, 101, 429, 101]);
  });

  test("a route's own limits apply to that route", async () => {
    const routeSettings = { $connect: { throttlingBurstLimit: 1, throttlingRateLimit: 0 } };
    const w = await world({ ...tutorial, stage: { routeSettings } });
    expect((await handshake(w, { path: TOKEN })).status).toBe(101);
    expect((await handshake(w, { path: TOKEN })).status).toBe(429);
  });

  test.each([
    ["missing", {}, 403],
    ["empty", { "x-api-key": "" }, 403],
    ["unknown", { "x-api-key": "other" }, 403],
    ["known", { "x-api-key": "secret-key" }, 101],
  ])("API key %s: %s %i", async (_, headers, status) => {
    const options = { apiKeys: new Set(["secret-key"]) };
    const w = await world({ routes: { $connect: { route: { apiKeyRequired: true } } }, options });
    expect((await handshake(w, { headers })).status).toBe(status);
  });

  test("API key from the authorizer's usageIdentifierKey", async () => {
    const authorizer = (event: Record<string, unknown>) => ({ ...Object(allow(event)), usageIdentifierKey: "k" });
    const api = { apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" };
    const routes = { $connect: { route: { apiKeyRequired: true } } };
    const known = await world({ api, authorizer: {}, routes, functions: { authorizer } });
    expect((await handshake(known, { path: TOKEN })).status).toBe(101);
    const unknown = await world({ api, authorizer: {}, routes, functions: { authorizer: allow } });
    expect((await handshake(unknown, { path: TOKEN })).status).toBe(403);
  });

  test.each([
    ["unsigned", {}, 403],
    ["signed in a way that is none", { Authorization: "Bearer token" }, 403],
    ["without a date", { Authorization: SIGNED.authorization }, 403],
    [
      "for another service",
      { Authorization: SIGNED.authorization.replace("execute-api", "s3"), "X-Amz-Date": SIGNED["x-amz-date"] },
      403,
    ],
    ["signed", { Authorization: SIGNED.authorization, "X-Amz-Date": SIGNED["x-amz-date"] }, 101],
  ])("AWS_IAM %s: %s %i", async (_, headers, status) => {
    const w = await world({ routes: { $connect: { route: { authorizationType: "AWS_IAM" } } } });
    expect((await handshake(w, { headers })).status).toBe(status);
  });

  test("AWS_IAM unsigned: Missing Authentication Token", async () => {
    const w = await world({ routes: { $connect: { route: { authorizationType: "AWS_IAM" } } } });
    const answer = await handshake(w);
    expect(answer.body).toBe('{"message":"Missing Authentication Token"}');
    expect(answer.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
  });

  describe("AWS_IAM signed in the query string", () => {
    const NOW = new Date("2026-01-02T03:04:05Z");
    const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session/token+=" };
    const options = { credentials: CREDENTIALS, clock: { now: () => NOW.getTime(), every: () => () => {} } };
    /** The path that the AWS SDK signs, with changes of its parameters. */
    const presigned = async (credentials: Credentials, more: Readonly<Record<string, string | undefined>> = {}) => {
      const query = { stocks: "aapl, goog's" };
      const request = { method: "GET", protocol: "ws:", hostname: "localhost", path: `/${STAGE}`, query };
      const signed = await sdkSigner("execute-api", "eu-central-1", credentials).presign(
        { ...request, headers: { host: "localhost" } },
        { expiresIn: 60, signingDate: NOW },
      );
      const pairs = Object.entries({ ...signed.query, ...more }).flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value] as const] : [],
      );
      return `/${STAGE}?${canonicalQuery(pairs)}`;
    };
    const statusOf = async (path: string) => {
      const w = await world({ routes: { $connect: { route: { authorizationType: "AWS_IAM" } } }, options });
      const { status, body } = await handshake(w, { path });
      return [status, ...(status === 403 ? [JSON.parse(body).message] : [])];
    };

    test.each([
      ["the local key", LOCAL_CREDENTIALS, {}],
      ["the environment's key and its session token", CREDENTIALS, {}],
      [
        "a session token that is appended afterwards",
        { ...CREDENTIALS, sessionToken: undefined },
        { "X-Amz-Security-Token": CREDENTIALS.sessionToken },
      ],
      ["an unknown key, whose signature cannot be verified", { accessKeyId: "AKIDOTHER", secretAccessKey: "x" }, {}],
      ["no time of expiry", { accessKeyId: "AKIDOTHER", secretAccessKey: "x" }, { "X-Amz-Expires": undefined }],
    ])("with %s: 101", async (_, credentials, more) => {
      expect(await statusOf(await presigned(credentials, more))).toEqual([101]);
    });

    test.each([
      ["another secret", { ...CREDENTIALS, secretAccessKey: "other" }, {}],
      ["another parameter", CREDENTIALS, { stocks: "msft" }],
      ["a parameter that was not signed", CREDENTIALS, { admin: "true" }],
      ["a later expiry", CREDENTIALS, { "X-Amz-Expires": "3600" }],
      ["the signature of another stage", CREDENTIALS, { "X-Amz-Signature": "0".repeat(64) }],
    ])("with %s: 403", async (_, credentials, more) => {
      expect(await statusOf(await presigned(credentials, more))).toEqual([
        403,
        expect.stringContaining("does not match"),
      ]);
    });

    test.each([
      ["X-Amz-Date", undefined, "requires X-Amz-Date"],
      ["X-Amz-Date", "today", "requires X-Amz-Date"],
      ["X-Amz-Date", "20260102T030304Z", "Signature expired"],
      ["X-Amz-Expires", "604801", "at most 604800"],
      ["X-Amz-SignedHeaders", "origin", "X-Amz-SignedHeaders"],
      ["X-Amz-Signature", "0", "X-Amz-Signature"],
      ["X-Amz-Credential", "AKIDOTHER", "Credential must have the scope"],
      ["X-Amz-Credential", "AKIDOTHER/20260102/eu-central-1/s3/aws4_request", "correct service"],
      ["X-Amz-Algorithm", "AWS4", "Missing Authentication Token"],
    ])("with %s %s: 403", async (name, value, message) => {
      const unknown = { accessKeyId: "AKIDOTHER", secretAccessKey: "x" };
      expect(await statusOf(await presigned(unknown, { [name]: value }))).toEqual([
        403,
        expect.stringContaining(message),
      ]);
    });
  });

  test("no $connect route: 101", async () => {
    expect((await handshake(await world({ routes: { $default: DISCONNECT } }))).status).toBe(101);
  });

  test("$connect route without a target: 101", async () => {
    expect((await handshake(await world({ routes: { $connect: {} } }))).status).toBe(101);
  });

  test("plain GET without Upgrade: 403, by switch 426", async () => {
    const headers = { Upgrade: undefined, Connection: "close" };
    expect((await handshake(await world(tutorial), { headers })).status).toBe(403);
    const switched = await world({ ...tutorial, options: { switches: { plainGetStatus: 426 } } });
    expect((await handshake(switched, { headers })).status).toBe(426);
  });

  test("two Authorization headers: 400 with an HTML body", async () => {
    const answer = await handshake(await world(tutorial), {
      path: TOKEN,
      extra: ["Authorization: a", "authorization: b"],
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "text/html"]);
    expect(answer.body).toContain("400 Bad Request");
  });
});

const httpProxyAsHttp = { integration: { ...httpProxy.integration, integrationType: "HTTP" } };

describe("order of evaluation", () => {
  test("the API's address comes before the upgrade, the upgrade before the authorizer", async () => {
    const w = await world(tutorial);
    expect((await handshake(w, { path: "/other", headers: { "Sec-WebSocket-Key": "no" } })).status).toBe(403);
    expect((await handshake(w, { headers: { "Sec-WebSocket-Key": "no" } })).status).toBe(400);
    expect(w.invoked).toEqual([]);
  });

  test("the authorizer comes before the API key, the key before the required parameters", async () => {
    const route = { ...CONNECT.route, apiKeyRequired: true };
    const w = await world({ ...tutorial, routes: { $connect: { ...CONNECT, route } } });
    expect((await handshake(w)).status).toBe(401);
    expect((await handshake(w, { path: `/${STAGE}?token=t` })).status).toBe(403);
    expect((await handshake(w, { path: `/${STAGE}?token=t`, headers: { "x-api-key": "k" } })).status).toBe(400);
  });

  test("the handshake has no response before the integration has responded", async () => {
    let answer: ((value: object) => void) | undefined;
    const w = await world({ ...tutorial, backend: () => new Promise((resolve) => (answer = resolve)) });
    let answered = false;
    const pending = handshake(w, { path: TOKEN }).then(({ status }) => {
      answered = true;
      return status;
    });
    await w.backendCalls(1);
    expect(answered).toBe(false);
    answer?.({});
    expect(await pending).toBe(101);
  });
});

describe("bodies and headers of refusals", () => {
  test("with a connection: application/json; charset=UTF-8 and x-amz-apigw-id, the requestId", async () => {
    const { headers, body } = await handshake(await world(tutorial));
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("x-amz-apigw-id")).toBe(JSON.parse(body).requestId);
    expect([headers.has("x-amzn-requestid"), headers.has("x-amzn-errortype")]).toEqual([false, false]);
  });

  test("without a connection: application/json, x-amzn-requestid and x-amzn-errortype", async () => {
    const { headers } = await handshake(await world(tutorial), { path: "/other" });
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("x-amzn-requestid")).toMatch(/^[\w-]{15}=$/);
    expect(headers.has("x-amz-apigw-id")).toBe(false);
  });

  test("101 has the headers of a Lambda proxy, but not its body", async () => {
    const connect = () => ({
      statusCode: 200,
      headers: { "X-Hello": "you", "Content-Type": "text/plain" },
      body: "lost",
    });
    const w = await world({ routes: { $connect: lambdaConnect }, functions: { connect } });
    const { status, headers, socket } = await handshake(w);
    expect([status, headers.get("x-hello"), headers.has("content-type")]).toEqual([101, "you", false]);
    expect(headers.get("sec-websocket-accept")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    await w.gateway.close();
    expect(await socket.closeFrame()).toEqual({ code: 1001, reason: "Going away" });
  });

  test("a Lambda's header cannot end its line", async () => {
    const connect = () => ({ statusCode: 200, headers: { "X-Hello": "you\r\nX-Evil: 1", "Bad Name": "x" } });
    const { headers } = await handshake(await world({ routes: { $connect: lambdaConnect }, functions: { connect } }));
    expect([headers.get("x-hello"), headers.has("x-evil"), headers.has("bad name")]).toEqual([
      "youX-Evil: 1",
      false,
      false,
    ]);
  });
});

describe("subprotocols", () => {
  const headers = { "Sec-WebSocket-Protocol": "chat, superchat" };

  test("a Lambda receives the client's offer, and its choice is in the 101", async () => {
    const connect = () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "superchat" } });
    const w = await world({ routes: { $connect: lambdaConnect }, functions: { connect } });
    expect((await handshake(w, { headers })).headers.get("sec-websocket-protocol")).toBe("superchat");
    expect(w.invoked[0]?.headers).toMatchObject(headers);
  });

  test("an integration without the header: 101 without it", async () => {
    const w = await world({ routes: { $connect: lambdaConnect }, functions: { connect: () => ({ statusCode: 200 }) } });
    const answer = await handshake(w, { headers });
    expect([answer.status, answer.headers.has("sec-websocket-protocol")]).toEqual([101, false]);
  });

  test("HTTP with a response parameter sets the header", async () => {
    const responses = [
      {
        integrationResponseKey: "$default",
        responseParameters: { "method.response.header.Sec-WebSocket-Protocol": "'chat'" },
      },
    ];
    const w = await world({ routes: { $connect: { ...httpProxyAsHttp, responses } } });
    expect((await handshake(w, { headers })).headers.get("sec-websocket-protocol")).toBe("chat");
  });
});

test("the trace masks the token, and has the failed check and its reason", async () => {
  const w = await world({ ...tutorial, functions: { authorizer: () => ({ statusCode: 401 }) } });
  await handshake(w, { path: `/${STAGE}?token=very-secret-token&stocks=aapl` });
  expect(JSON.stringify(w.traced)).not.toContain("very-secret-token");
  expect(w.traced).toContainEqual(expect.objectContaining({ type: "refused", status: 500, check: "authorizer" }));
  const said = w.traced.find((event) => event.type === "authorizer");
  expect(said).toMatchObject({
    outcome: "error",
    functionArn: functionArn("authorizer"),
    detail: "its result has no policyDocument",
  });
});

test("the trace masks what the authorizer reads, where it is mapped to, and static headers", async () => {
  const identitySource = ["route.request.querystring.who", "route.request.header.X-Who"];
  const requestParameters = {
    "integration.request.header.X-Copy": "route.request.querystring.who",
    "integration.request.querystring.copy": "route.request.header.X-Who",
    "integration.request.header.X-Origin": "'origin-value'",
  };
  const declared = Object.fromEntries(identitySource.map((name) => [name, { required: false }]));
  const integration = { ...httpProxy.integration, requestParameters };
  const routes = { $connect: { route: { requestParameters: declared }, integration } };
  const w = await world({ authorizer: { identitySource }, routes, functions: { authorizer: allow } });
  expect((await handshake(w, { path: `/${STAGE}?who=sesame&plain=seen`, headers: { "X-Who": "sesame" } })).status).toBe(
    101,
  );
  expect(w.received[0]?.headers).toMatchObject({ "x-copy": "sesame", "x-who": "sesame", "x-origin": "origin-value" });
  expect(JSON.stringify(w.traced)).not.toMatch(/sesame|origin-value/);
  expect(JSON.stringify(w.traced)).toContain("plain=seen");
});
