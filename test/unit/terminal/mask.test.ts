/** Secrets are masked in every form, and other text stays readable. */
import fc from "fast-check";
import { isSecretName, masker, maskTexts } from "../../../terminal/mask";
import { isOrdinary, looksSecret, secretsIn } from "../../../terminal/secret-look";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Forms in which programs write a secret into their messages. */
const WRITTEN: Readonly<Record<string, (secret: string) => string>> = {
  unchanged: (secret) => secret,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "as a form's field": (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  "in JSON": (secret) => JSON.stringify(secret).slice(1, -1),
  "in JSON within JSON": (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  "in Go's JSON": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replaceAll("<", "\\u003c")
      .replaceAll(">", "\\u003e")
      .replaceAll("&", "\\u0026"),
  "in base64": base64,
  "in base64 for URLs": (secret) => Buffer.from(secret).toString("base64url"),
  "in the header of basic authentication": (secret) => base64(`user:${secret}`),
  "in the header of basic authentication of another user": (secret) => base64(`me:${secret}`),
  "in base64 of a longer text": (secret) => base64(`{"password":"${secret}","more":1}`),
  "in hexadecimal": (secret) => Buffer.from(secret).toString("hex"),
  "in a shell's quotes": (secret) => secret.replaceAll("'", "'\\''"),
  "in a shell's double quotes": (secret) => secret.replace(/["\\$`]/g, "\\$&"),
  "in YAML's quotes": (secret) => secret.replaceAll("'", "''"),
  "in HTML": (secret) => secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  "in HCL": (secret) => JSON.stringify(secret).slice(1, -1).replaceAll("${", "$${"),
};

const secrets = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 4, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 4, maxLength: 40 }).map((text) => text.toWellFormed()),
    fc.string({ unit: fc.constantFrom(..."ab'\"\\$`&<>{}%+/ *"), minLength: 4, maxLength: 12 }),
    fc.base64String({ minLength: 8 }),
  )
  .filter((text) => !isOrdinary(text) && !/[\r\n]/.test(text));

describe.each(Object.entries(WRITTEN))("a secret %s", (_how, write) => {
  test("is masked in any text", () => {
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const written = write(secret);
        // The spaces are needed: within a run of base64 characters the secret's first one cannot be recognized.
        const masked = masker([secret])(`${before} ${written} ${after}`);
        expect(masked).not.toContain(secret);
        expect(masked).not.toContain(written);
      }),
    );
  });
});

test("masks each line of a secret, and secrets that overlap", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\r\nhkiG9w0BAQEFAASC\n";
  expect(masker([key])("line 2: hkiG9w0BAQEFAASC.")).toBe("line 2: ***.");
  expect(masker(["abcdef12", "ef12xyz9"])("(abcdef12xyz9)")).toBe("(***)");
  expect(masker(["abcdef12", "ef12xyz9"])("abcdef12ef12xyz9")).toBe("***");
});

test.each(["true", "1", "prod", "us-east-1", "eu-central-1", "null", "8080", "dev", "", "abc"])(
  "does not mask the ordinary value `%s`",
  (value) => {
    const text = "deployed prod in us-east-1 and eu-central-1: true, 1 of 1, port 8080, null, dev, abc";
    expect(masker([value])(text)).toBe(text);
  },
);

test("masks the strings of a value at any depth, and nothing else", () => {
  const report = { at: 1, list: ["pa55word", { ok: true, text: "x pa55word y" }], none: undefined };
  expect(maskTexts(report, masker(["pa55word"]))).toEqual({
    at: 1,
    list: ["***", { ok: true, text: "x *** y" }],
    none: undefined,
  });
});

test.each([
  ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "64 hexadecimal digits"],
  ["0123456789abcdef0123456789ABCDEF", "32 hexadecimal digits"],
  ["u8Jx2LqVbT0rYcN5wPzK7sHdMfGeQa4iR1oXkZ3vB9E=", "base64 of 32 bytes"],
  ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a secret access key"],
  ["AKIAIOSFODNN7EXAMPLE", "an access key's id"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "a JSON Web Token"],
  ["ghp_16C7e42F292c6912E7710c838347Ae178B4a", "GitHub's token"],
  ["-----BEGIN RSA PRIVATE KEY-----", "a private key"],
  ["https://user:pw@host.example/path", "a password in a URL"],
  ["postgres://app:p%40ss@db/prices", "another one"],
])("%s looks like a secret", (text) => expect(looksSecret(`value ${text}`)).toBe(true));

test.each([
  "https://api.example.com/some/long/path/to/a/resource",
  "https://user@host.example/",
  "arn:aws:lambda:eu-central-1:123456789012:function:my-long-function-name",
  "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
  "123e4567-e89b-12d3-a456-426614174000",
  "us-east-1_AbCdEf123",
  "4q7bq1b5s8m3q5f2r1k6c8d9e0", // the id of a Cognito client
  "AwsApigatewayv2IntegrationResponse",
  "AmazonAPIGateway_u5e5t6miz2", // User-Agent of API Gateway, with the id of an API
  "WebSocketApiHttpProxyIntegrationV2Permission",
  "/opt/hostedtoolcache/Node/20.11.1/x64/bin",
  "$request.querystring.token",
  "registry.example/image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "-----BEGIN PUBLIC KEY-----",
  "a".repeat(64),
])("%s does not look like a secret", (text) => expect(secretsIn(text)).toEqual([]));

test("almost every random key looks like a secret", () => {
  const random = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
  const missed = fc
    .sample(random, { numRuns: 1000, seed: 1 })
    .filter((bytes) => !looksSecret(bytes.toString("base64")));
  expect(missed.length).toBeLessThan(100);
});

test.each("db_password DB_PASS PGPASSFILE passphrase conn_str DSN DATABASE_PWD AWS_SESSION_TOKEN".split(" "))(
  "decides whether %s names a secret",
  (name) => expect(isSecretName(name)).toBe(name !== "PGPASSFILE"),
);
test.each(
  "tokenParameter secret_variables AWS_WEB_IDENTITY_TOKEN_FILE COOKIE_DOMAIN DB_SECRET_ARN JWT_ISSUER PWD OLDPWD".split(
    " ",
  ),
)("%s does not name a secret", (name) => expect(isSecretName(name)).toBe(false));

test("hides a secret whose encoding is broken into lines, as base64 and xxd break it", () => {
  const secret = "a-secret-that-is-longer-than-one-line-of-base64-and-also-than-one-line-of-xxd";
  const mask = masker([secret]);
  for (const encoding of ["base64", "hex"] as const) {
    const lines =
      Buffer.from(`user:${secret}`)
        .toString(encoding)
        .match(/.{1,60}/g) ?? [];
    expect(lines.length).toBeGreaterThan(1);
    const masked = mask(`the output:\r\n${lines.join("\n")}\nthe end`);
    for (const line of lines) expect(masked).not.toContain(line.slice(20, 40));
    expect(masked).toContain("the output:");
  }
});
