/** What the trace shows of bodies, messages and URLs. */
import { decodeToken } from "../../../local/data-plane/authorizer/token";
import { maskHeaders, maskUrl, preview } from "../../../local/trace/masking";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";

test("a body is shown without the token that a template put into it", () => {
  expect(preview(`{"user":"ada","token":"${TOKEN}"}`)).toBe(
    `{"user":"ada","token":"<masked, ${TOKEN.length} characters>"}`,
  );
});

test("a body without a secret is shown as it is, up to a limit", () => {
  expect(preview('{"action":"chat","text":"hello"}')).toBe('{"action":"chat","text":"hello"}');
  expect(preview("a ".repeat(5000))).toBe(`${"a ".repeat(2048)}…`);
});

test("a URL is shown without the values of parameters that are named as secrets", () => {
  expect(maskUrl("/prod?token=abc&stocks=a", new Set())).toBe("/prod?token=<masked, 3 characters>&stocks=a");
});

test("headers are shown without cookies and credentials, and with the nonce of a handshake", () => {
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  expect(
    maskHeaders([
      "Cookie",
      "a=b",
      "authorization",
      "Bearer x",
      "X-A",
      "1",
      "X-A",
      "2",
      "Sec-WebSocket-Key",
      key,
      "X-T",
      TOKEN,
    ]),
  ).toEqual({
    Cookie: "<masked, 3 characters>",
    authorization: "<masked, 8 characters>",
    "X-A": "1, 2",
    "Sec-WebSocket-Key": key,
    "X-T": `<masked, ${TOKEN.length} characters>`,
  });
});

test("a header with a trace id is shown, unless it contains something else", () => {
  const id = "Root=1-6553f100-0123456789abcdef01234567";
  const shown = (value: string) => maskHeaders(["X-Amzn-Trace-Id", value])["X-Amzn-Trace-Id"];
  expect(shown(id)).toBe(id);
  expect(shown(TOKEN)).toBe(`<masked, ${TOKEN.length} characters>`);
  expect(shown(`${id};Token=${TOKEN}`)).toBe(`<masked, ${id.length + 7 + TOKEN.length} characters>`);
});

test("a token is shown as its claims, without its signature and the secrets in it", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none" })}.${part({ sub: "ada", api_key: "k", token_use: "id", nested: { password: "p" } })}.`;
  const decoded = {
    header: { alg: "none" },
    claims: {
      sub: "ada",
      api_key: "<masked, 1 characters>",
      token_use: "id",
      nested: { password: "<masked, 1 characters>" },
    },
  };
  expect(decodeToken([undefined, "no token", token])).toEqual(decoded);
  expect(decodeToken([`Bearer ${token}`])).toEqual(decoded);
  expect(decodeToken(["a.b.c", `${part([])}.${part({})}.x`, "x".repeat(100_000)])).toBeUndefined();
});

test("a token's numbers are shown with the digits that it has", () => {
  const claims = '{"id":9007199254740993,"ids":[12345678901234567890,1],"nested":{"price":1.50},"exp":1893456000}';
  const part = (text: string) => Buffer.from(text).toString("base64url");
  const token = decodeToken([`${part('{"alg":"none"}')}.${part(claims)}.`]);
  expect(JSON.parse(JSON.stringify(token?.claims))).toEqual({
    id: "9007199254740993",
    ids: ["12345678901234567890", 1],
    nested: { price: "1.50" },
    exp: 1893456000,
  });
});
