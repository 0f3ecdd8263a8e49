/** No text that leaves the action shows a secret of the job. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { log } from "../../../action/src/log";
import { publishable, readOutputs } from "../../../action/src/outputs";
import { publishResult, writeReport } from "../../../action/src/publish";
import { newReport, type Report } from "../../../action/src/report/report";
import { hide, redact, secretsOf, sensitiveValues } from "../../../action/src/secrets";
import { OUTPUTS } from "../../../contract/names";
import type { CaseResult } from "../../../smoke";

const KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----";

describe("the secrets of a job's environment", () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ["secret inputs", { "INPUT_ORIGIN-SECRET": " one1 ", INPUT_MODE: "plan" }, ["one1"]],
    ["Terraform's variables", { TF_VAR_db_password: "swordfish", TF_VAR_pepper: "gr4in$" }, ["swordfish", "gr4in$"]],
    ["a list of them", { TF_VAR_passwords: '["first1","second2"]' }, ['["first1","second2"]', "first1", "second2"]],
    ["credentials", { AWS_SECRET_ACCESS_KEY: "abcd", AWS_SESSION_TOKEN: "efgh" }, ["abcd", "efgh"]],
    ["a password in a URL", { DATABASE: "postgres://app:hunter2@db/prices" }, ["hunter2"]],
    ["random values", { PEPPER: "0123456789abcdef0123456789abcdef" }, ["0123456789abcdef0123456789abcdef"]],
    [
      "a token in a variable of GitHub's prefix",
      { GITHUB_PAT: "ghp_0123456789abcdefghijABCDEFGHIJ012345" },
      ["ghp_0123456789abcdefghijABCDEFGHIJ012345"],
    ],
    ["a key of any kind", { SIGNING_KEY: "correct-horse" }, ["correct-horse"]],
    [
      "short names",
      { DB_PW: "hunter2", MY_PAT: "abcd1", NPM_CONFIG__AUTH: "YWRtaW4=" },
      ["hunter2", "abcd1", "YWRtaW4="],
    ],
    ["a password with an @ in a URL", { DATABASE: "postgres://app:p@ss@db/prices" }, ["p@ss"]],
    ["an encoded password in a URL", { DATABASE: "postgres://app:p%40ss@db/prices" }, ["p%40ss", "p@ss"]],
    ["a password in a query", { JDBC: "jdbc:mysql://db/prices?user=app&password=hunter2" }, ["hunter2"]],
    [
      "a signature in a URL",
      { BLOB: "https://a.blob.core.windows.net/c?sv=2020&sig=abc%2Bdef%3D" },
      ["abc%2Bdef%3D", "abc+def="],
    ],
    ["a password among arguments", { TF_CLI_ARGS_plan: "-var=db_password=hunter2 -parallelism=2" }, ["hunter2"]],
    ["a password in a connection string", { DB: "Server=db;User=app;Password=hunter2;Encrypt=true" }, ["hunter2"]],
    ["a password in JSON", { DOCKER_AUTH_CONFIG: '{"auths":{"r.example":{"password":"hunter2"}}}' }, ["hunter2"]],
  ])("%s", (_title, env, expected) => expect(secretsOf(env)).toEqual(expected));

  test("are not what is published anyway", () => {
    const env = {
      GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
      IMAGE_DIGEST: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      AWS_REGION: "us-east-1",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token",
      PATH: "/opt/hostedtoolcache/Node/24.1.0/x64/bin:/usr/bin",
      TF_VAR_domain: "ws.example.com",
      TF_VAR_certificate: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
      TF_VAR_stage_name: "quotes-prod",
      TF_VAR_vpc: "vpc-0123456789abcdef0",
      GITHUB_WORKFLOW_SHA: "0123456789abcdef0123456789abcdef01234567",
      RUNNER_TRACKING_ID: "github_0123456789abcdef0123456789abcdef",
      STATE_KEY: "quotes/prod/terraform.tfstate",
      TF_VAR_kms_key: "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
      SEARCH: "https://example.com/?query=a&page=2",
    };
    expect(secretsOf(env)).toEqual([]);
  });
});

test("a variable that the stack declares as sensitive is a secret, whatever its name and value are", () => {
  const stack = { variable: { pepper: { type: "string", sensitive: true }, salt: { sensitive: false }, sugar: {} } };
  const env = { TF_VAR_pepper: "swordfish", TF_VAR_salt: "herring", TF_VAR_sugar: "beet" };
  expect(sensitiveValues(stack, env)).toEqual(["swordfish"]);
  expect(secretsOf(env)).toEqual([]);
  expect(sensitiveValues({}, env)).toEqual([]);
});

const failedCase = (text: string): CaseResult => ({
  id: "connect",
  title: "connects",
  verdict: "failed",
  expected: "101",
  actual: text,
  detail: `the backend answered ${text}`,
  body: `{"message":"${text}"}`,
  durationMs: 1,
  attempts: 1,
});

/** A failed job, with the text wherever a text comes from outside. */
const reportWith = (text: string): Report => ({
  ...newReport("deploy", new Date(0)),
  environment: "prod",
  smoke: {
    passed: false,
    url: `wss://h/prod?x=${text}`,
    startedAt: "",
    durationMs: 1,
    cases: [failedCase(text)],
    connectMs: undefined,
    pingMs: undefined,
  },
  plan: {
    hasChanges: true,
    summary: "1 to create",
    changes: [{ address: text, construct: text, type: text, effect: "create", attributes: [text] }],
    outputs: [text],
    drifted: [],
  },
  lock: { id: "1", path: text, operation: text, who: text, created: text, ageSeconds: 1 },
  failure: {
    reason: "apply-failed",
    message: text,
    hint: `Use ${text}.`,
    problems: [{ message: text, construct: text }],
  },
});

describe("reports", () => {
  let folder: string;
  let printed: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "secrets-"));
    printed = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += text;
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything that the action writes about a failure. */
  function everythingAbout(text: string): string {
    printed = "";
    const report = redact(reportWith(text));
    log.line(text);
    log.warning(text);
    log.notice(text);
    log.error({ message: text, construct: text, location: { file: text, line: 1 } }, text);
    publishResult(report);
    const context = { repository: undefined, apiUrl: "", graphqlUrl: "", runUrl: undefined, pullRequest: undefined };
    const summary = join(folder, "summary");
    const markdown = writeReport(report, context, folder, summary);
    const files = ["report.json", "report.md", "junit.xml", "summary"].map((name) =>
      readFileSync(join(folder, name), "utf8"),
    );
    return [printed, markdown, ...files].join("\n");
  }

  const secret = fc
    .string({ unit: "grapheme-ascii", minLength: 8, maxLength: 30 })
    .filter((text) => /^\S.*\S$/.test(text));
  const write = fc.constantFrom<(text: string) => string>(
    (text) => text,
    encodeURIComponent,
    (text) => JSON.stringify(text).slice(1, -1),
    (text) => Buffer.from(text).toString("base64"),
    (text) => Buffer.from(`user:${text}`).toString("base64url"),
  );

  test("contain no secret, however it is written", () => {
    // A secret may be a word of the report itself, such as an element's name.
    const own = everythingAbout("");
    fc.assert(
      fc.property(secret, write, fc.string(), (value, written, around) => {
        fc.pre(!own.includes(value));
        hide(secretsOf({ TF_VAR_db_password: value }));
        const everything = everythingAbout(`${around} ${written(value)} ${around}`);
        expect(everything).not.toContain(value);
        expect(everything).not.toContain(written(value));
      }),
    );
  });

  test("contain no line of a secret", () => {
    hide(secretsOf({ PRIVATE_KEY: KEY }));
    expect(everythingAbout("at MIIEvQIBADANBgkqhkiG9w0B")).not.toContain("MIIEvQIBADANBgkqhkiG9w0B");
  });

  test("are not garbled by short and common values", () => {
    const text = "prod in us-east-1 is true, 1 of 1";
    const plain = everythingAbout(text);
    hide(secretsOf({ TF_VAR_token: "1", DB_PASSWORD: "true", "INPUT_SMOKE-TOKEN": "prod", API_KEY: "us-east-1" }));
    expect(everythingAbout(text)).toBe(plain);
    expect(plain).toContain(text);
  });
});

test("outputs hide the job's secrets, unless they are sensitive and asked for", () => {
  hide(["swordfish"]);
  const names = [OUTPUTS.endpoint, OUTPUTS.url, OUTPUTS.apiId, OUTPUTS.stage].map(([name]) => name);
  const outputs = readOutputs({
    ...Object.fromEntries(names.map((name) => [name, { value: "x" }])),
    plain: { value: ["swordfish"] },
    kept: { value: "swordfish", sensitive: true },
  });
  expect(publishable(outputs, true)).toMatchObject({ plain: ["***"], kept: "swordfish" });
  expect(publishable(outputs, false)).not.toHaveProperty("kept");
});
