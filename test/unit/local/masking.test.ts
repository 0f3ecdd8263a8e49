/** What the trace shows of bodies, messages and URLs. */
import { maskUrl, preview } from "../../../local/trace/masking";

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
