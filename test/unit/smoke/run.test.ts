/** The whole smoke test: passes with a correct gateway, and fails for the right reason with each single fault. */
import type { IncomingMessage } from "node:http";
import { sign } from "../../../aws/sigv4";
import { type CaseId, mintToken, runSmoke, type SmokeOptions, type SmokeReport } from "../../../smoke";
import {
  authorize,
  type FakeGateway,
  type Faults,
  fakeGateway,
  forbiddenFrame,
  SECRET,
} from "../../support/smoke/gateway";

const TOKEN = mintToken(SECRET, { issuer: "https://issuer.example", audience: "ws" });
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-access-key" };

let gateway: FakeGateway | undefined;
afterEach(async () => {
  await gateway?.close();
});

async function smoke(faults: Faults, options: Partial<SmokeOptions> = {}): Promise<SmokeReport> {
  gateway = await fakeGateway(faults);
  return await runSmoke({
    url: gateway.url,
    endpoint: gateway.endpoint,
    token: TOKEN,
    tokenParameter: "token",
    parameters: { stocks: "aapl,goog" },
    region: "us-east-1",
    credentials: CREDENTIALS,
    env: {},
    ...options,
  });
}

function caseOf(report: SmokeReport, id: CaseId) {
  const found = report.cases.find((result) => result.id === id);
  if (!found) throw new Error(`The report has no case ${id}.`);
  return found;
}

const failed = (report: SmokeReport) => report.cases.filter(({ verdict }) => verdict === "failed").map(({ id }) => id);

describe("a correct gateway", () => {
  test("passes every case, and reports the one that AWS does not document", async () => {
    const report = await smoke({});
    expect(report.cases.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["connect", "passed"],
      ["no-token", "passed"],
      ["bad-token", "passed"],
      ["missing-parameter", "reported"],
      ["unknown-stage", "passed"],
      ["ping", "passed"],
      ["message", "passed"],
      ["close", "passed"],
    ]);
    expect(report.passed).toBe(true);
    expect(report.connectMs?.samples).toHaveLength(3);
    expect(report.pingMs?.samples).toHaveLength(5);
    const { gateway: own, authorizer, backend } = report.upgradeMs ?? { gateway: -1, authorizer: -1, backend: -1 };
    for (const share of [own, authorizer, backend]) expect(share).toBeGreaterThanOrEqual(0);
    expect(caseOf(report, "bad-token").actual).toBe("403 for a changed signature, 403 for alg none");
  });
});

const DEADLINE = { deadlineMs: 2000, settleMs: 2000 };

describe("a broken gateway", () => {
  const FAULTS: [title: string, faults: Faults, red: CaseId[], detail: RegExp, options?: Partial<SmokeOptions>][] = [
    [
      "accepts every client",
      { authorize: () => undefined },
      ["no-token", "bad-token"],
      /accepts clients without a token/,
    ],
    [
      "does not verify signatures",
      { authorize: (token) => (token ? undefined : 401) },
      ["bad-token"],
      /With a changed signature: The authorizer does not verify/,
    ],
    [
      "believes alg none",
      { authorize: (token) => (token?.endsWith(".") ? undefined : authorize(token)) },
      ["bad-token"],
      /With alg none: The authorizer does not verify/,
    ],
    ["denies the good token", { authorize: (t) => (t ? 403 : 401) }, ["connect"], /The authorizer denied the token/],
    ["reads the token elsewhere", { authorize: () => 401 }, ["connect"], /identity source/],
    [
      "answers 403 in place of 401 to a client without a token",
      { authorize: (token) => (token ? authorize(token) : 403) },
      ["no-token"],
      /denied/,
    ],
    [
      "fails in its authorizer",
      { authorize: (t) => (t ? 500 : 401) },
      ["connect", "bad-token"],
      /authorizer failed/,
      DEADLINE,
    ],
    ["serves any path", { stages: () => true }, ["unknown-stage"], /accepts any path/],
    ["answers no ping", { autoPong: false }, ["ping", "message", "close"], /deadline|closed/, DEADLINE],
    [
      "refuses the job's credentials",
      { post: () => ({ status: 403, deliver: false, body: '{"message":"not authorized"}' }) },
      ["message"],
      /execute-api:ManageConnections/,
    ],
    [
      "loses pushed messages",
      { post: () => ({ status: 200, deliver: false }) },
      ["message", "close"],
      /did not arrive/,
      DEADLINE,
    ],
    [
      "knows no connection",
      { post: () => ({ status: 410, deliver: false }) },
      ["message"],
      /does not know the connection/,
      DEADLINE,
    ],
    [
      "cuts the connection",
      { onSocket: (s) => s.once("message", () => s.terminate()), reply: () => undefined },
      ["message", "close"],
      /closed \(1006\)/,
    ],
  ];
  test.each(FAULTS)("%s", async (_title, faults, red, detail, options = {}) => {
    const report = await smoke(faults, options);
    expect(failed(report)).toEqual(red);
    expect(caseOf(report, red[0] ?? "connect").detail).toMatch(detail);
    expect(report.passed).toBe(false);
  });
});

describe("propagation", () => {
  test("is retried: a stage that does not exist yet, throttling and 5xx", async () => {
    const early = [
      { status: 403, headers: { "x-amzn-errortype": "ForbiddenException" } },
      { status: 429 },
      { status: 503 },
    ];
    const report = await smoke({ answer: (_, count) => early[count - 1] });
    expect(caseOf(report, "connect")).toMatchObject({ verdict: "passed", attempts: 4 });
  });

  test("includes the throttle of a stage that allows few connections a second", async () => {
    const report = await smoke({ answer: (_, count) => (count % 2 === 0 ? { status: 429 } : undefined) });
    expect(failed(report)).toEqual([]);
    expect(report.connectMs?.samples).toHaveLength(1);
  });

  test("does not include final answers, each of which is requested once", async () => {
    const report = await smoke({ authorize: (token) => (token ? 403 : 401) });
    expect(report.cases.filter(({ attempts }) => attempts > 1)).toEqual([]);
    expect(gateway?.handshakes).toHaveLength(6);
  });

  test("includes a 410 of @connections while the connection is open", async () => {
    const report = await smoke({
      post: (_, count) => (count < 3 ? { status: 410, deliver: false } : { status: 200, deliver: true }),
    });
    expect(caseOf(report, "message")).toMatchObject({ verdict: "passed", attempts: 3 });
  });

  test("does not include the ForbiddenException of an old deployment", async () => {
    const answer = () => ({ status: 403, headers: { "x-amzn-errortype": "ForbiddenException" } });
    const report = await smoke({ answer }, { settleMs: 0 });
    expect(caseOf(report, "connect")).toMatchObject({ verdict: "failed", attempts: 1 });
    expect(caseOf(report, "connect").detail).toMatch(/the stage has no deployment/);
  });
});

describe("the message case", () => {
  test("gets the connectionId from the gateway's Forbidden frame, and posts a signed request", async () => {
    let id = "";
    const reply = (connectionId: string) => {
      id = connectionId;
      return forbiddenFrame(connectionId);
    };
    await smoke({ reply });
    const [post] = gateway?.posts ?? [];
    expect(post?.path).toBe(`/prod/@connections/${id.replace("=", "%3D")}`);
    expect(post?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/execute-api\//,
    );
  });

  test("gets the connectionId from a route's answer", async () => {
    const report = await smoke(
      {
        reply: (connectionId, text) => (text === '{"action":"whoami"}' ? JSON.stringify({ connectionId }) : undefined),
      },
      { identifyMessage: '{"action":"whoami"}' },
    );
    expect(caseOf(report, "message").verdict).toBe("passed");
  });

  describe("where a $default route sends every message to the backend", () => {
    const received: string[] = [];
    const reply = (_: string, text: string) => void received.push(text);
    beforeEach(() => received.splice(0));

    test("sends none, and reports that the credentials may push", async () => {
      const report = await smoke({ reply, post: () => ({ status: 410, deliver: false }) }, { hasDefaultRoute: true });
      expect(caseOf(report, "message")).toMatchObject({ verdict: "reported", actual: "410" });
      expect(report.passed).toBe(true);
      expect(received).toEqual([]);
      expect(gateway?.posts[0]?.path).toMatch(/^\/prod\/@connections\/[A-Za-z0-9_-]{15}%3D$/);
    });

    test.each([
      ["must not push", 403, /lack execute-api:ManageConnections/],
      ["push to an endpoint that is not API Gateway's", 200, /does not exist/],
    ])("fails if the credentials %s", async (_, status, detail) => {
      const report = await smoke({ reply, post: () => ({ status, deliver: false }) }, { hasDefaultRoute: true });
      expect(caseOf(report, "message")).toMatchObject({ verdict: "failed", detail: expect.stringMatching(detail) });
    });

    test("sends the message that is given, and proves the delivery", async () => {
      const report = await smoke(
        { reply: (connectionId) => JSON.stringify({ connectionId }) },
        { hasDefaultRoute: true, identifyMessage: "whoami" },
      );
      expect(caseOf(report, "message").verdict).toBe("passed");
    });
  });

  test.each([
    ["endpoint", { endpoint: undefined }, /No endpoint \(WS_API_ENDPOINT\)/],
    ["credentials", { credentials: undefined }, /no AWS credentials/],
    ["region", { region: undefined }, /region is not known/],
  ])("is skipped, with the reason, without %s", async (_what, without, detail) => {
    const report = await smoke({}, without);
    expect(caseOf(report, "message")).toMatchObject({ verdict: "skipped", detail: expect.stringMatching(detail) });
    expect(report.passed).toBe(true);
  });
});

describe("the end of a test", () => {
  test("comes with the deadline, and with a report", async () => {
    const report = await smoke({ answer: () => ({ status: 503 }) }, { deadlineMs: 500 });
    expect(report.passed).toBe(false);
    expect(caseOf(report, "connect").actual).toBe("503");
    expect(caseOf(report, "message").verdict).toBe("skipped");
  });

  test.each<[where: string, faults: Faults, red: CaseId, options?: Partial<SmokeOptions>]>([
    ["the first handshake", { hang: () => true }, "connect"],
    ["a later handshake that is measured", { hang: (count) => count === 2 }, "connect"],
    ["the refusals", { hang: (count) => count > 3 }, "no-token"],
    ["pings", { autoPong: false }, "ping"],
    ["the backend's own message", {}, "push", { expectPush: "never" }],
    [
      "a message that the server does not read",
      { onSocket: (socket) => socket.pause() },
      "message",
      { identifyMessage: "x".repeat(64 * 1024 * 1024) },
    ],
    ["the answer that names the connection", { reply: () => undefined }, "message"],
    ["@connections", { hangPosts: true }, "message"],
    ["the message that was pushed", { post: () => ({ status: 200, deliver: false }) }, "message"],
    ["retries of @connections", { post: () => ({ status: 503, deliver: false }) }, "message"],
  ])("comes with the one deadline of all cases, also in %s", async (_where, faults, red, options = {}) => {
    const report = await smoke(faults, { deadlineMs: 500, settleMs: 500, ...options });
    expect(failed(report)).toContain(red);
    // Every wait of its own is 10 s or more.
    expect(report.durationMs).toBeLessThan(8_000);
  });

  test("comes with an abort, and with a report", async () => {
    const controller = new AbortController();
    const onCase = () => controller.abort();
    const report = await smoke({}, { signal: controller.signal, onCase });
    expect(caseOf(report, "connect").verdict).toBe("passed");
    expect(caseOf(report, "no-token")).toMatchObject({ verdict: "failed", failure: "cancelled" });
  });
});

test("prints no token, also when a server sends it back", async () => {
  const answer = (request: { url?: string | undefined }) => ({
    status: 418,
    body: `you sent ${request.url}`,
    headers: { "x-amzn-echo": request.url ?? "" },
  });
  const report = await smoke({ answer });
  const text = JSON.stringify(report);
  expect(text).toContain("token=***");
  for (const part of TOKEN.split(".")) expect(text).not.toContain(part);
});

describe("a token in another place", () => {
  test.each<[string, Partial<SmokeOptions>, string]>([
    ["a header", { tokenPlace: { header: "Authorization" } }, "authorization"],
    ["a cookie", { tokenPlace: { cookie: "session" } }, "cookie"],
  ])("%s: is sent there, and is in no report", async (_place, options, name) => {
    const sent: (string | undefined)[] = [];
    const answer = ({ url, headers }: IncomingMessage) => {
      sent.push(headers[name]?.toString());
      const token = /ey[\w-]+\.ey[\w-]+\.[\w-]*/.exec(headers[name]?.toString() ?? "")?.[0] ?? null;
      const status = authorize(token);
      if (status === undefined || !url?.startsWith("/prod")) return undefined;
      return { status, body: `you sent ${headers[name]}` };
    };
    const report = await smoke({ answer, authorize: () => undefined }, options);
    expect(failed(report)).toEqual([]);
    expect(sent[0]).toMatch(name === "cookie" ? /^session=ey/ : /^Bearer ey/);
    expect(gateway?.handshakes.some((url) => url.includes("token="))).toBe(false);
    for (const part of TOKEN.split(".")) expect(JSON.stringify(report)).not.toContain(part);
  });
});

describe("an API for pages of some origins", () => {
  const allowing =
    (origin: string) =>
    ({ headers }: IncomingMessage) =>
      headers.origin === origin ? undefined : { status: 403, body: "{}" };

  test("gets the origin, and must reject another one", async () => {
    const report = await smoke({ answer: allowing("https://a.example") }, { origin: "https://a.example" });
    expect(failed(report)).toEqual([]);
    expect(caseOf(report, "other-origin")).toMatchObject({ verdict: "passed", actual: "403" });
  });

  test("fails if another origin is accepted", async () => {
    const report = await smoke({}, { origin: "https://a.example" });
    expect(failed(report)).toEqual(["other-origin"]);
    expect(caseOf(report, "other-origin").detail).toMatch(/does not check the origin/);
  });
});

describe("IAM authorization", () => {
  const iam = { iam: true, token: "", credentials: { ...CREDENTIALS, sessionToken: "session-token" } };
  /** Accepts a request that is signed with {@link CREDENTIALS}, as API Gateway verifies it. */
  const verifying =
    (region = "us-east-1") =>
    ({ url = "", headers }: IncomingMessage) => {
      const { pathname, search } = new URL(url, "http://gateway");
      const { authorization, host = "", "x-amz-date": date } = headers;
      const time = new Date(`${date}`.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
      const request = { method: "GET", path: pathname, query: search.slice(1), headers: { host }, body: "" };
      if (authorization === undefined) return { status: 403, body: "Missing Authentication Token" };
      const expected = sign(request, iam.credentials, { region, service: "execute-api", date: time });
      return authorization === expected.authorization
        ? undefined
        : { status: 403, body: `signed: ${host} session-token` };
    };

  test("signs each handshake, and proves that others are rejected", async () => {
    const report = await smoke({ answer: verifying(), authorize: () => undefined }, iam);
    expect(failed(report)).toEqual([]);
    expect(report.cases.slice(0, 3).map(({ title, actual }) => [title, actual])).toEqual([
      ["A client with a valid signature connects", "101"],
      ["A client without a signature is rejected", "403"],
      ["A client with a forged signature is rejected", "403"],
    ]);
    expect(gateway?.handshakes[0]).toBe("/prod?stocks=aapl%2Cgoog");
    expect(JSON.stringify(report)).not.toContain("session-token");
  });

  test("fails if signatures are not verified", async () => {
    const report = await smoke({ authorize: () => undefined }, iam);
    expect(failed(report)).toEqual(["no-token", "bad-token"]);
  });

  test.each<[what: string, faults: Faults]>([
    ["nothing fails", { answer: verifying(), authorize: () => undefined }],
    ["each client is accepted", { authorize: () => undefined }],
    ["each client is rejected", { answer: () => ({ status: 403, body: "Forbidden" }) }],
    ["the status is 401", { answer: () => ({ status: 401, body: "" }) }],
  ])("names no token and no authorizer if %s", async (_what, faults) => {
    const { cases, upgradeMs = {} } = await smoke(faults, { ...iam, settleMs: 0 });
    const texts = cases.flatMap(({ title, expected, actual, detail = "" }) => [title, expected, actual, detail]);
    expect(texts.filter((text) => /token|authorizer/i.test(text))).toEqual([]);
    expect(Object.keys(upgradeMs)).not.toContain("authorizer");
  });

  test("explains a denial", async () => {
    const report = await smoke({ answer: verifying("eu-west-1") }, iam);
    expect(caseOf(report, "connect")).toMatchObject({
      verdict: "failed",
      detail: expect.stringContaining("execute-api:Invoke"),
    });
  });

  test.each([
    ["credentials", { credentials: undefined }],
    ["region", { region: undefined }],
  ])("is an error of the options without %s", async (what, without) => {
    await expect(smoke({}, { ...iam, ...without })).rejects.toThrow(what);
  });
});
