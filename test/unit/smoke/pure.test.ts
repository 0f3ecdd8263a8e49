/** Pure functions, as tables: which proxy, what is masked, what matches an expectation, percentiles. */
import fc from "fast-check";
import { type CaseResult, OptionsError, ProbeError, parseExpectation } from "../../../smoke";
import { adviceFor } from "../../../smoke/advice";
import { runCase } from "../../../smoke/cases/case";
import { classify } from "../../../smoke/errors";
import { contains } from "../../../smoke/expectation";
import { Lifecycle } from "../../../smoke/lifecycle";
import { proxyFor } from "../../../smoke/proxy";
import { distribution, upgradeShares } from "../../../smoke/statistics";
import { parseEndpoint } from "../../../smoke/target";
import { maskUrl, secretsOf } from "../../../terminal/mask";

test.each([200, 301, 400, 401, 403, 404, 418, 426, 429, 500, 502, 503, 504])(
  "the advice about %i names no token and no authorizer with IAM authorization",
  (status) => {
    const advice = adviceFor({ kind: "refused", status, headers: {}, body: "", timings: {} }, true);
    expect(advice).not.toMatch(/token|authorizer/i);
  },
);

describe("NO_PROXY", () => {
  test.each<[string, string, boolean]>([
    ["example.com", "", false],
    ["example.com", "*", true],
    ["example.com", "example.com", true],
    ["ws.example.com", "example.com", true],
    ["ws.example.com", ".example.com", true],
    ["ws.example.com", "*.example.com", true],
    ["notexample.com", "example.com", false],
    ["WS.Example.com", "other, EXAMPLE.COM", true],
    ["example.com", "other example.com", true],
    ["example.com", "example.com:443", true],
    ["example.com", "example.com:8443", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["110.0.0.1", "0.0.1", false],
    ["2001:db8::1", "2001:db8::1", true],
    ["2001:db8::1", "[2001:db8::1]:443", true],
    ["localhost", "", true],
    ["127.0.0.9", "", true],
    ["::1", "", true],
    ["127.example.com", "", false],
    ["ws.example.com", "other, *", true],
    ["10.0.0.1", "*", true],
    ["ws.example.com", "example.com:443", true],
    ["ws.example.com", "example.com:8443", false],
  ])("%s with %j: %s", (host, noProxy, expected) => {
    const env = { HTTPS_PROXY: "http://p:1", NO_PROXY: noProxy };
    expect(proxyFor({ host, port: 443 }, true, env) === undefined).toBe(expected);
  });
});

describe("proxy variables", () => {
  const origin = { host: "example.com", port: 443 };
  test.each<[string, Record<string, string>, boolean, string | undefined]>([
    ["HTTPS_PROXY for wss", { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" }, true, "p:1"],
    ["HTTP_PROXY for ws", { HTTPS_PROXY: "http://p:1", HTTP_PROXY: "http://q:2" }, false, "q:2"],
    ["lower case first", { https_proxy: "http://low:1", HTTPS_PROXY: "http://up:2" }, true, "low:1"],
    ["ALL_PROXY for either", { ALL_PROXY: "http://all:3" }, true, "all:3"],
    ["a proxy without a scheme", { HTTPS_PROXY: "p:8080" }, true, "p:8080"],
    ["ports by scheme", { HTTPS_PROXY: "https://p" }, true, "p:443"],
    ["none", {}, true, undefined],
    ["none when empty", { HTTPS_PROXY: "" }, true, undefined],
    ["none by NO_PROXY", { HTTPS_PROXY: "http://p:1", NO_PROXY: "example.com" }, true, undefined],
  ])("%s", (_title, env, secure, expected) => {
    const proxy = proxyFor(origin, secure, env);
    expect(proxy && `${proxy.endpoint.host}:${proxy.endpoint.port}`).toBe(expected);
  });
});

test("reads the given variables, not the process's, which stay as they are", () => {
  process.env.HTTPS_PROXY = "http://own:1";
  try {
    expect(proxyFor({ host: "example.com", port: 443 }, true, {})).toBeUndefined();
    expect(process.env.HTTPS_PROXY).toBe("http://own:1");
  } finally {
    delete process.env.HTTPS_PROXY;
  }
});

describe("masks", () => {
  test.each([
    ["wss://h/prod?token=abc&stocks=a,b", "wss://h/prod?token=***&stocks=a,b"],
    ["wss://me:pass@h/prod?X-Amz-Signature=abc", "wss://h/prod?X-Amz-Signature=***"],
    ["wss://h/prod?access_token=a&api_key=b&q=c", "wss://h/prod?access_token=***&api_key=***&q=c"],
    ["nonsense?token=abc", "nonsense"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "***"],
  ])("%s", (url, expected) => expect(maskUrl(url)).toBe(expected));

  test("takes secrets from the URL, the query, the headers and the option", () => {
    const url = "wss://me:pa%20ss@h/prod?token=one";
    const options = {
      url,
      query: { apikey: "two", stocks: "a" },
      headers: { Authorization: "three", Accept: "b" },
      secrets: ["four"],
    };
    expect(secretsOf(options).sort()).toEqual(["four", "one", "pa ss", "pa%20ss", "three", "two"]);
  });
  test("takes a password with a lone % as it stands", () => {
    expect(secretsOf({ url: "wss://me:100%@h/prod" })).toContain("100%");
  });
});

describe("expectations", () => {
  test.each([
    ["hello", "well, hello there", true],
    ["hello", "goodbye", false],
    ["/^price: \\d+$/i", "PRICE: 12", true],
    ["/^price: \\d+$/i", "price: twelve", false],
    ["/", "a/b", true],
    ['{"price":1}', '{"price":1,"name":"a"}', true],
    ['{"price":1}', '{"price":"1"}', false],
    ['{"a":{"b":null}}', '{"a":{"b":null,"c":2}}', true],
    ['{"a":{"b":null}}', '{"a":{}}', false],
    ["[1,2]", "[1,2]", true],
    ["[1]", "[1,2]", false],
    ["{not json", "a {not json} text", true],
    ['{"toString":1}', "{}", false],
    ['{"id":1234567890123456789}', '{"id":1234567890123456789}', true],
    ['{"id":1234567890123456789}', '{"id":1234567890123456788}', false],
    ['{"price":1.0}', '{"price":1}', true],
    ['{"price":1.0}', '{"price":"1.0"}', false],
    ['{"price":1.0}', '{"price":{}}', false],
    ["1.0", "x1.0", true],
  ])("%s of %s: %s", (expected, message, matches) => {
    expect(parseExpectation(expected).matches(message)).toBe(matches);
  });
  const ids = '"connectionId":"XDmENcnwIE0CFEQ=", "requestId":"XDmGEE2RoE0FRdQ="}';
  const failed = `{"message": "Internal server error", ${ids}`;
  const invalid =
    '{"message" : "Bad request body", "connectionId": "XDmENcnwIE0CFEQ=", "messageId": "Mg_ugfpqPHcCIVA="}';
  test.each([
    ["message", failed, false],
    ["error", failed, false],
    ["connectionId", failed, false],
    ["/./", failed, false],
    ["/message/", invalid, false],
    ["{}", failed, false],
    ["{}", invalid, false],
    ["Internal server error", failed, true],
    ["/internal server error/i", failed, true],
    ['/"message": "Internal server error"/', failed, true],
    ['{"message":"Internal server error"}', failed, true],
    ["Bad request body", invalid, true],
    ["Forbidden", `{"message": "Forbidden", ${ids}`, true],
    ["Forbidden", failed, false],
    ["message", '{"message":"hello","connectionId":"a"}', true],
    ["message", '{"message":"hello","connectionId":"a","requestId":"b","more":1}', true],
  ])(
    "%s of %s: %s, as a gateway's error frame satisfies only an expectation of its text",
    (expected, message, matches) => {
      expect(parseExpectation(expected).matches(message)).toBe(matches);
    },
  );
  test("match the same each time, also with the flag g", () => {
    const { matches } = parseExpectation("/a/g");
    expect([matches("a"), matches("a")]).toEqual([true, true]);
  });
  test("must be a valid regular expression", () => expect(() => parseExpectation("/(/")).toThrow(OptionsError));
  test("contains itself, and itself with more members", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(contains(plain, plain)).toBe(true);
        expect(contains({ more: 1, plain }, { plain })).toBe(true);
      }),
    );
  });
});

describe("a case", () => {
  test.each([
    ["fails by an error of the endpoint", new ProbeError("reset", "cut"), { verdict: "failed", failure: "reset" }],
    ["is not run with an invalid option", new OptionsError("no header"), "no header"],
  ])("%s", async (_title, error, expected) => {
    const body = () => Promise.reject(error);
    const result = runCase({ mask: (text) => text, options: {} }, "connect", "101", body);
    if (typeof expected === "string") await expect(result).rejects.toThrow(expected);
    else await expect(result).resolves.toMatchObject(expected);
  });
});

describe("percentiles", () => {
  test.each([
    [[], undefined, undefined],
    [[7], 7, 7],
    [[3, 1, 2], 2, 3],
    [Array.from({ length: 100 }, (_, i) => i + 1), 50, 95],
  ])("of %j", (samples, p50, p95) => {
    expect([distribution(samples)?.p50, distribution(samples)?.p95]).toEqual([p50, p95]);
  });
});

describe("the upgrade's shares", () => {
  const result = (id: CaseResult["id"], upgrade: number, verdict: CaseResult["verdict"] = "passed"): CaseResult => ({
    id,
    title: "",
    verdict,
    expected: "",
    actual: "",
    timings: { upgrade },
    durationMs: 0,
    attempts: 1,
  });
  test.each([
    ["differences", [10, 35, 90], { gateway: 10, authorizer: 25, backend: 55 }],
    ["nothing below nothing", [10, 8, 9], { gateway: 10, authorizer: 0, backend: 0 }],
  ] as const)("are %s", (_title, [noToken, badToken, connect], expected) => {
    const cases = [result("connect", connect), result("no-token", noToken), result("bad-token", badToken)];
    expect(upgradeShares(cases)).toEqual(expected);
  });
  test("have no authorizer with IAM authorization", () => {
    const cases = [result("connect", 90), result("no-token", 10), result("bad-token", 35)];
    expect(upgradeShares(cases, true)).toEqual({ gateway: 35, backend: 55 });
  });
  test("are unknown when a client was not rejected as expected", () => {
    const cases = [result("connect", 9), result("no-token", 1, "failed"), result("bad-token", 2)];
    expect(upgradeShares(cases)).toBeUndefined();
  });
});

describe("host:port", () => {
  test.each([
    ["localhost:8443", "localhost", 8443],
    ["localhost", "localhost", 443],
    ["[::1]:8443", "::1", 8443],
    ["10.0.0.1:1", "10.0.0.1", 1],
  ])("%s", (text, host, port) => expect(parseEndpoint(text, 443)).toEqual({ host, port }));
  test.each(["", ":1", "a:", "a:99999", "::1", "a b", "http://a"])("refuses %j", (text) => {
    expect(() => parseEndpoint(text, 443)).toThrow(OptionsError);
  });
});

describe("a connection's life", () => {
  test("measures the phases that took place", () => {
    let now = 0;
    const life = new Lifecycle(undefined, () => now);
    for (const [state, at] of [
      ["dialling", 1],
      ["securing", 4],
      ["upgrading", 10],
      ["open", 25],
    ] as const) {
      now = at;
      life.enter(state);
    }
    expect(life.timings).toEqual({ tcp: 3, tls: 6, upgrade: 15 });
  });
  test("does not leave a final state", () => {
    const life = new Lifecycle();
    life.enter("failed");
    expect(() => life.enter("open")).toThrow("A connection cannot go from failed to open.");
  });
});

test("of an error of OpenSSL, the reason is reported, without ids and files", () => {
  const error = new Error("80BCA88E:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../a/b.c:350:\n");
  expect(classify(error, "securing")).toMatchObject({ code: "tls", message: "wrong version number" });
});
