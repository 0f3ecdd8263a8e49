/** The step's inputs: their meaning, all mistakes in one error, and no secret in any error. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ActionFailure } from "../../../action/src/failure";
import { readInputs } from "../../../action/src/inputs";
import { secretsOf } from "../../../action/src/secrets";

const env = (inputs: Readonly<Record<string, string>>) => ({
  GITHUB_WORKSPACE: tmpdir(),
  ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
});

const refusal = (inputs: Readonly<Record<string, string>>): ActionFailure => {
  try {
    readInputs(env(inputs));
  } catch (error) {
    if (error instanceof ActionFailure) return error;
  }
  throw new Error("was not refused");
};

describe("inputs", () => {
  test("have defaults that deploy, prove and publish", () => {
    expect(readInputs(env({}))).toMatchObject({
      mode: "deploy",
      workingDirectory: tmpdir(),
      config: "gateway.yaml",
      allowReplace: false,
      allowLocalState: false,
      lockTimeout: "5m",
      smoke: { enabled: true, rollback: false, timeoutMs: 90_000, parameters: {}, expect: {} },
      exportEnvironment: true,
      sensitiveOutputs: false,
    });
  });

  test.each([
    ["gateway.yml", "gateway.yaml", "gateway.yml"],
    ["gateway.json", "gateway.yaml", "gateway.json"],
    ["gateway.yml", "other.yaml", "other.yaml"],
  ])("with %s in the folder and config %s, the configuration is %s, as in every command", (file, config, found) => {
    const folder = mkdtempSync(join(tmpdir(), "inputs-"));
    try {
      writeFileSync(join(folder, file), "");
      expect(readInputs(env({ "working-directory": folder, config }))).toMatchObject({ config: found });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each<[inputs: Record<string, string>, meaning: object]>([
    [{ "allow-replace": "TRUE" }, { allowReplace: true }],
    [
      { "allowed-account-ids": "111111111111, 222222222222\n333333333333" },
      { allowedAccountIds: ["111111111111", "222222222222", "333333333333"] },
    ],
    [
      { "smoke-parameters": "stocks=aapl,goog\n# a remark\nq=a=b" },
      { smoke: { parameters: { stocks: "aapl,goog", q: "a=b" } } },
    ],
    [
      { "smoke-expect": "bad-token=401\nunknown-stage=403, 404" },
      { smoke: { expect: { "bad-token": [401], "unknown-stage": [403, 404] } } },
    ],
    [{ "smoke-expect-push": '{"type":"welcome"}' }, { smoke: { expectPush: '{"type":"welcome"}' } }],
    [{ "smoke-identify": '{"action":"whoami"}' }, { smoke: { identify: '{"action":"whoami"}' } }],
    [{ "hs256-secret": " s3cret " }, { variables: { hs256_secret: "s3cret" } }],
    [{ "on-smoke-failure": "rollback" }, { smoke: { rollback: true } }],
    [{ strategy: "direct" }, { strategy: "direct" }],
    [{ strategy: "" }, { strategy: undefined }],
  ])("%j mean %j", (inputs, meaning) => {
    expect(readInputs(env(inputs))).toMatchObject(meaning);
  });

  test.each<[inputs: Record<string, string>, said: RegExp]>([
    [{ mode: "apply" }, /`mode` must be one of deploy, plan/],
    [{ "working-directory": "no/such/folder" }, /`working-directory` is not a folder/],
    [{ "allow-replace": "yes" }, /`allow-replace` must be `true` or `false`/],
    [{ "allowed-account-ids": "12345" }, /`allowed-account-ids` takes ids of 12 digits/],
    [{ "lock-timeout": "5 minutes" }, /`lock-timeout` is a duration/],
    [{ "smoke-timeout": "0" }, /`smoke-timeout` is a number of seconds/],
    [{ "smoke-parameters": "stocks" }, /`smoke-parameters` takes one `name=value` a line/],
    [{ "smoke-expect": "no-such-case=401" }, /`smoke-expect` takes only the cases/],
    [{ "smoke-expect": "bad-token=101" }, /`smoke-expect` takes HTTP statuses/],
    [{ "smoke-expect": "bad-token=okay" }, /`smoke-expect` takes HTTP statuses/],
    [{ "smoke-expect-push": "/(/" }, /`smoke-expect-push` takes text.*is not a regular expression/],
    [{ "on-smoke-failure": "rollback", "smoke-test": "false" }, /`on-smoke-failure` is `rollback`, but/],
    [{ strategy: "fast" }, /`strategy` must be one of verified, direct/],
    [{ strategy: "verified", "smoke-test": "false" }, /`strategy` is `verified`, but `smoke-test` is `false`/],
    [{ mode: "smoke-test", "smoke-test": "false" }, /`smoke-test` is `false` in mode smoke-test/],
    [{ mode: "plan", "lock-platforms": "linux" }, /`lock-platforms` takes platforms such as/],
    [{ "lock-platforms": "linux_amd64" }, /`lock-platforms` has no meaning in mode deploy/],
    [{ "lock-id": "x" }, /`lock-id` has no meaning in mode deploy/],
    [{ mode: "recover" }, /`recovery-file` is required in mode recover/],
    [{ "recovery-key": "short" }, /`recovery-key` must have at least 16 characters/],
    [{ mode: "drift", "plan-file": "plan.json" }, /`plan-file` has no meaning in mode drift/],
  ])("%j are refused", (inputs, said) => {
    expect(refusal(inputs)).toMatchObject({ code: "invalid-input", message: expect.stringMatching(said) });
  });

  test("are not read on a Windows runner, and the error says which runners there are", () => {
    expect(() => readInputs({ ...env({}), RUNNER_OS: "Windows" })).toThrow(
      expect.objectContaining({ code: "invalid-input", hint: expect.stringContaining("Linux or macOS") }),
    );
    for (const system of ["Linux", "macOS"]) expect(readInputs({ ...env({}), RUNNER_OS: system }).mode).toBe("deploy");
  });

  test("are refused all at once", () => {
    expect(refusal({ mode: "x", comment: "x", "smoke-timeout": "x" }).problems).toHaveLength(3);
  });

  test("of any content are read or refused, and a refusal holds no secret", () => {
    const names = [
      "mode",
      "environment",
      "working-directory",
      "lock-timeout",
      "allowed-account-ids",
      "smoke-parameters",
    ];
    const more = ["smoke-expect", "smoke-timeout", "on-smoke-failure", "plan-file", "comment", "report-directory"];
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("::error::x", "$(id)", "a\0b", "=", "\r\n=1"),
    );
    const secret = fc.uuid();
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, ...more), hostile), secret, (inputs, value) => {
        const given = env({ ...inputs, "hs256-secret": value, "smoke-token": value, "github-token": value });
        expect(new Set(secretsOf(given))).toEqual(new Set([value]));
        try {
          readInputs(given);
        } catch (error) {
          expect(error).toBeInstanceOf(ActionFailure);
          expect(JSON.stringify([error, error instanceof Error && error.message])).not.toContain(value);
        }
      }),
    );
  });
});

test("a report's folder and a plan's file that cannot be written are refused before anything is done", () => {
  const file = __filename;
  expect(refusal({ "report-directory": file }).message).toContain("`report-directory` is not a folder");
  expect(refusal({ "report-directory": `${file}/below` }).message).toContain("`report-directory` is not a folder");
  expect(refusal({ "plan-file": "." }).message).toContain("`plan-file` is a folder");
  expect(readInputs(env({ "report-directory": "not/there/yet" })).reportDirectory).toMatch(/not\/there\/yet$/);
});
