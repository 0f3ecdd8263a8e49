/** A secret that was pasted into the file is in no message about it. */
import fc from "fast-check";
import { formatProblems } from "../../../config";
import { errorOf, MINIMAL, problemsOf } from "../../support/config/load";

const HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";
const KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
const AUTHORIZER = "issuer: https://login.example.com/, audience: quotes";

/** Everything that is said about a text: by the error itself, on a terminal, and in its parts. */
function everythingAbout(text: string): string {
  const error = errorOf(text);
  return [error.message, formatProblems(error), JSON.stringify(error.problems)].join("\n");
}

describe("no message shows", () => {
  test.each<[string, string, string]>([
    ["a secret in place of a choice", `${MINIMAL}stage: ${HEX} x\n`, HEX],
    ["the part of it that a message has room for", `${MINIMAL}stage: ${HEX} x\n`, HEX.slice(0, 50)],
    ["one under a name that is no setting", `${MINIMAL}hs256Secret: hunter2\n`, "hunter2"],
    ["one in quotes", `${MINIMAL}password: "hun\\"ter2"\n`, "ter2"],
    ["a short one of a name that is a setting", `name: a\nbackend: {url: x, originSecret: "hun ter2"}\n`, "hun ter2"],
    ["one in place of `env`", `name: a\nbackend: x\nauthorizer: {${AUTHORIZER}, secret: hunter2}\n`, "hunter2"],
    ["a number", `name: a\nbackend: x\nauthorizer: {${AUTHORIZER}, secret: 12345678}\n`, "12345678"],
    ["a backend's password", `${MINIMAL.replace("api.example", "me:hunter2@api.example")}`, "hunter2"],
    ["a state's password", `${MINIMAL}state:\n  http:\n    address: a\n    password: hunter2\n`, "hunter2"],
    ["a state's connection", `${MINIMAL}state: {pg: {conn_str: "postgres://a:hunter2@b/\${c}"}}\n`, "hunter2"],
    ["a token in a mapping", `${MINIMAL}routes: {$connect: {headers: {x: "Bearer ${TOKEN}"}}}\n`, TOKEN],
    ["a header's value", `${MINIMAL}routes: {$connect: {headers: {authorization: hunter2}}}\n`, "hunter2"],
    ["an access key", `${MINIMAL}region: AKIAIOSFODNN7EXAMPLE\n`, "AKIAIOSFODNN7EXAMPLE"],
    ["a secret that is a key", `${MINIMAL}routes: {${HEX}: 1}\n`, HEX],
    ["a private key", `${MINIMAL}pem: |\n  -----BEGIN PRIVATE KEY-----\n  ${KEY}\n  Ab3=\nregoin: x\n`, KEY],
    ["the lines below its name", `${MINIMAL}password:\n  - hunter2\n  - *hunter3\n`, "hunter3"],
    ["a line of several", `${MINIMAL}password: >\n  hunter2\n  hunter3\n bad\n`, "hunter3"],
    ["one where the YAML is wrong", `name: [\npassword: hunter2\n`, "hunter2"],
    ["one that is wrong YAML itself", `${MINIMAL}password: !hunter2 x\n`, "hunter2"],
    ["one that is taken for an alias", `${MINIMAL}password: *hunter2\n`, "hunter2"],
    ["one with an odd head", `${MINIMAL}password: |hunter2\n  x\n`, "hunter2"],
    ["one that is a list", `${MINIMAL}region: [${HEX}]\n`, HEX],
  ])("%s", (_what, text, secret) => {
    expect(text.includes(secret) || text.includes('hun\\"ter2')).toBe(true);
    expect(everythingAbout(text)).not.toContain(secret);
  });

  test("a random secret, at any place of the file", () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
    const place = fc.constantFrom(
      ...["name", "backend", "authorizer", "region", "stage", "state", "domain", "tags", "logs", "routes", "no.such"],
    );
    const form = fc.constantFrom<(value: string) => string>(
      (value) => value,
      (value) => `"${value}"`,
      (value) => `{a: ${value}}`,
      (value) => `\n  - ${value}\n  - {b: "${value}`,
      (value) => `https://me:${value}@host.example`,
      (value) => `'${value}`,
    );
    fc.assert(
      fc.property(place, form, secret, (key, write, value) => {
        let message = "";
        try {
          errorOf(`${MINIMAL.replace(new RegExp(`^${key}:.*\n`, "m"), "")}${key}: ${write(value)}\n`);
        } catch (thrown) {
          message = String(thrown);
        }
        const error = message === "" ? everythingAbout(`${MINIMAL}x: 1\n${key}: ${write(value)}\n`) : message;
        expect(error).not.toContain(value.slice(0, 20));
      }),
    );
  });
});

test("says why the value and its line are not shown, and what to do", () => {
  const [problem] = problemsOf(`${MINIMAL}hs256Secret: hunter2\n`);
  expect(problem).toMatchObject({ message: "no such setting.", excerpt: undefined });
  expect(problem?.hint).toMatch(/The line is not shown, because it seems to contain a secret\. If it does, rotate/);
});

test.each(["token: header.Authorization", "tokenParameter: access token", "invalidToken: x y", "tokenUse: x y"])(
  "shows a wrong %s",
  (setting) => {
    const [problem] = problemsOf(`name: a\nbackend: https://a.example\nauthorizer: {${AUTHORIZER}, ${setting}}\n`);
    expect(problem?.excerpt).toContain(setting);
  },
);

test("shows a mapping of a token, and a line beside a secret's", () => {
  const text = `${MINIMAL}routes:\n  $connect:\n    query:\n      token: context.tokn\n`;
  expect(problemsOf(text)[0]?.excerpt).toContain("context.tokn");
  const [, beside] = problemsOf(`${MINIMAL}password: hunter2\nregoin: eu-west-1\n`);
  expect(beside?.excerpt).toBe("regoin: eu-west-1");
});

describe("the secret itself", () => {
  test("in place of the origin secret's header is refused, with the way to pass it", () => {
    const [problem] = problemsOf(MINIMAL.replace(/backend: (.*)/, `backend: {url: $1, originSecret: ${HEX}}`));
    expect(problem?.key).toBe("backend.originSecret");
    expect(problem?.message).toContain("looks like the secret itself");
    expect(problem?.hint).toMatch(/TF_VAR_origin_secret.*`origin-secret`/);
    expect(JSON.stringify(problem)).not.toContain(HEX.slice(0, 20));
  });

  test.each(["env", "ssm"])("in place of its name in `secret.%s` is refused", (from) => {
    const value = `A${HEX.toUpperCase()}`;
    const text = `name: a\nbackend: https://a.example\nauthorizer: {${AUTHORIZER}, secret: {${from}: [${value}]}}\n`;
    expect(problemsOf(text)[0]?.message).toContain("looks like the secret itself");
    expect(everythingAbout(text)).not.toContain(value.slice(0, 20));
  });
});

test.each(["-----BEGIN PRIVATE KEY-----\n", "password: a\n", "-eyJ", "a: b, ", `${HEX}: `, "a://b:", "secret:\n "])(
  "a file of %j only is read in seconds",
  (line) => {
    const before = process.cpuUsage();
    errorOf(line.repeat(Math.floor(100_000 / line.length)));
    // CPU time: other work on the machine does not count. It is about 0.2 s.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  },
);
