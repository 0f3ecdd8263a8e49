/** `npm run token`: the configured authorizer accepts the token, and errors say what to do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../config";
import { tokenCommand } from "../../../token/command";
import { door, SECRET, START } from "../../support/authorizer/door";
import * as subject from "../../support/authorizer/subject";

const SHARED = "issuer: https://login.example.com/, audience: quotes, secret: env";
const ENV = { TF_VAR_hs256_secret: SECRET };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "token-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(authorizer: string, argv: readonly string[] = [], env: Record<string, string> = ENV): Promise<Ran> {
  writeFileSync(
    join(folder, "gateway.yaml"),
    `name: quotes\nbackend: https://api.example.com\nauthorizer: ${authorizer}\n`,
  );
  let out = "";
  let err = "";
  const shell = {
    cwd: folder,
    env,
    color: false,
    signal: new AbortController().signal,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  return { code: await tokenCommand(argv, shell, () => START), out, err };
}

/** Whether the authorizer with the same configuration allows the token, and the context. */
async function context(token: string, environment: Record<string, string> = { HS256_SECRET: SECRET }) {
  const [{ authorizer } = { authorizer: undefined }] = loadConfig(join(folder, "gateway.yaml")).environments;
  if (authorizer?.kind !== "verify") throw new Error("not the bundled authorizer");
  const { settings } = authorizer.function;
  const { policyDocument, context } = await door(subject, { settings, environment, snapshot: {} }).answer(token.trim());
  return [policyDocument.Statement[0].Effect, context];
}

test("prints a token of the user, which the authorizer accepts", async () => {
  const { code, out, err } = await run(`{${SHARED}}`, ["--sub", "bob", "--claim", "org_id=acme", "--ttl", "60"]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await context(out)).toEqual(["Allow", { userId: "bob", orgId: "acme", exp: `${START / 1000 + 60}` }]);
});

test("reads the secret from .env", async () => {
  writeFileSync(join(folder, ".env"), `TF_VAR_hs256_secret=${SECRET}\n`);
  const { code, out } = await run(`{${SHARED}}`, [], {});
  expect([code, (await context(out))[0]]).toEqual([0, "Allow"]);
});

test("sets what the configuration requires, in its place", async () => {
  const rules =
    "audienceClaim: azp, requiredClaims: {app.tier: [3, 4], verified: true}, types: ['', at+jwt], context: {userId: sub, roles: realm_access.roles}";
  const { out } = await run(`{${SHARED}, ${rules}}`, ["--claim-json", 'realm_access.roles=["a","b"]']);
  expect(await context(out)).toMatchObject(["Allow", { userId: "local-developer", roles: "[a b]" }]);
});

test.each(["9007199254740993", "-12345678901234567890", "1.50", "1e400", '["\uFFFD1",1.0,{"a\\"2":-0}]'])(
  "a token has the digits of %s",
  async (json) => {
    const { out } = await run(`{${SHARED}}`, ["--claim-json", `id=${json}`]);
    expect(Buffer.from(out.split(".")[1] ?? "", "base64url").toString()).toContain(`"id":${json}}`);
  },
);

test("a claim of the command line replaces another, for a token that is rejected", async () => {
  const { out } = await run(`{${SHARED}}`, ["--claim", "aud=another"]);
  expect((await context(out))[0]).toBe("Deny");
});

test("chooses the issuer, the environment and the secret", async () => {
  const two = `{issuers: [{${SHARED}}, {issuer: other, audience: a, secret: {ssm: [/quotes/secret]}}]}`;
  const all = ["--issuer", "other", "--secret-env", "MINE", "--environment", "prod"];
  const { out } = await run(two, all, { MINE: SECRET });
  expect(JSON.parse(Buffer.from(out.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
    iss: "other",
    aud: "a",
  });
});

test.each([
  [
    "no secret",
    `{${SHARED}}`,
    [],
    {},
    "The secret of https://login.example.com/ is not set. Set TF_VAR_hs256_secret in the environment or in .env.\n",
  ],
  [
    "a short secret",
    `{${SHARED}}`,
    [],
    { TF_VAR_hs256_secret: "sw0rdfish" },
    "TF_VAR_hs256_secret has 9 bytes, and HS256 needs 32. Use a longer secret.\n",
  ],
  [
    "published keys only",
    "{issuer: https://login.example.com/, audience: quotes}",
    [],
    ENV,
    "No issuer in gateway.yaml has a shared secret (HS256), so only an identity provider can sign its tokens. Use a token of the provider, or the one in the URL that the local gateway prints. Or add `secret: env` to an issuer.\n",
  ],
  [
    "an issuer that is not there",
    `{${SHARED}}`,
    ["--issuer", "x"],
    ENV,
    "No issuer x in gateway.yaml has a shared secret (HS256), so only an identity provider can sign its tokens. Issuers with a shared secret: https://login.example.com/.\n",
  ],
  [
    "several issuers",
    `{issuers: [{${SHARED}}, {issuer: other, audience: a, secret: env}]}`,
    [],
    ENV,
    "gateway.yaml has several issuers with a shared secret. Choose one with --issuer: https://login.example.com/, other.\n",
  ],
  ["no authorizer", "none", [], ENV, "gateway.yaml has `authorizer: none`: clients connect without a token.\n"],
  [
    "signatures in place of tokens",
    "iam",
    [],
    ENV,
    "gateway.yaml has `authorizer: iam`: clients sign the handshake, and send no token.\n",
  ],
  [
    "an authorizer of one's own",
    "{lambda: 'arn:aws:lambda:us-east-1:123456789012:function:chat'}",
    [],
    ENV,
    "gateway.yaml names an authorizer function of your own, which decides what a token is.\n",
  ],
])("says what to do with %s", async (_name, authorizer, argv, env, err) => {
  expect(await run(authorizer, argv, { ...env })).toEqual({ code: 1, out: "", err });
});

test("shows the mistakes of the configuration", async () => {
  const { code, err } = await run("{audience: quotes}");
  expect([code, err]).toEqual([1, expect.stringContaining("authorizer: needs `issuer`")]);
});

test.each([
  [
    ["--ttl", "90000"],
    "--ttl 90000: the authorizer accepts tokens that are valid for at most 86400 seconds. Choose a smaller --ttl, or change authorizer.maxLifetimeSeconds.",
  ],
  [["--claim", "acme"], "--claim acme: expected PATH=TEXT."],
  [["--claim-json", "roles=[a"], '--claim-json roles=[a: expected JSON after the =, such as 3, true or ["admin"].'],
  [["--environment", "dev"], "There is no environment dev. Choose one with --environment: prod."],
  [["bob"], expect.stringContaining("bob")],
])("%j is a mistake of the command line", async (argv, message) => {
  const { code, out, err } = await run(`{${SHARED}}`, argv);
  expect([code, out, err.split("\n")[0]]).toEqual([2, "", message]);
});

test("the secret of an issuer in SSM must be named", async () => {
  const { code, err } = await run(`{${SHARED.replace("env", "{ssm: [/quotes/secret]}")}}`);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("Put it in an environment variable, and name that with --secret-env."),
  ]);
});

test("prints the help", async () => {
  expect(await run("none", ["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("--claim PATH=TEXT") });
});
