/** The file that keeps an unsaved state: readable only with its key, and unchanged. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ActionFailure } from "../../../action/src/failure";
import { keepUnsavedState, withUnreleasedLock } from "../../../action/src/recover";
import { encrypt, readRecoveryFile } from "../../../action/src/recovery-file";
import { namedSecrets } from "../../../action/src/secrets";
import { LockedFailure } from "../../../action/src/terraform-failure";

const KEY = "a key of the test's own";
const STATE = '{"version":4,"serial":3,"outputs":{"ü":"s3cret"}}';
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "recover-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(text: string): string {
  const path = join(dir, "state");
  writeFileSync(path, text);
  return path;
}

test("an encrypted state is read with its key, and differs each time", () => {
  const text = encrypt(STATE, KEY);
  expect(text).not.toContain("s3cret");
  expect(text).not.toBe(encrypt(STATE, KEY));
  expect(readRecoveryFile(file(text), KEY)).toBe(STATE);
});

test("the key is hidden in every report", () => {
  expect(namedSecrets({ "INPUT_RECOVERY-KEY": KEY })).toEqual([KEY]);
});

test("a state that is not encrypted needs no key", () => {
  expect(readRecoveryFile(file(STATE), undefined)).toBe(STATE);
});

test.each<[what: string, text: string, key: string | undefined, said: RegExp]>([
  ["another key", encrypt(STATE, KEY), "another key of the test", /cannot be decrypted/],
  ["no key", encrypt(STATE, KEY), undefined, /there is no `recovery-key`/],
  [
    "changed bytes",
    encrypt(STATE, KEY).replace(/"data":"(.)/, (_, one) => `"data":"${one === "A" ? "B" : "A"}`),
    KEY,
    /cannot be decrypted/,
  ],
  ["a shortened tag", encrypt(STATE, KEY).replace(/"tag":"[^"]*"/, '"tag":"AAAA"'), KEY, /cannot be decrypted/],
  ["no JSON", "hello", KEY, /is not a state/],
])("%s is refused", (_, text, key, said) => {
  expect(() => readRecoveryFile(file(text), key)).toThrow(said);
});

describe("a state that could not be saved", () => {
  const stopped = (reportDirectory: string) => ({
    stack: { name: "prod", directory: dir },
    inputs: { reportDirectory, recoveryKey: KEY },
    world: { env: {} },
    report: { recoveryFile: "" },
    terraform: { unreleased: undefined },
  });

  test("stays where it is, readable by its owner only, if the report's folder cannot be written", () => {
    const left = join(dir, "errored.tfstate");
    writeFileSync(left, STATE, { mode: 0o644 });
    const job = stopped(join(__filename, "below-a-file"));
    expect(() => keepUnsavedState(job, new Error("terraform apply failed"))).toThrow(
      /The lock was released\. terraform apply/,
    );
    expect(job.report.recoveryFile).toBe(left);
    expect(statSync(left).mode & 0o777).toBe(0o600);
  });

  test("of an earlier run stops the next one before it creates everything again", () => {
    writeFileSync(join(dir, "errored.tfstate"), STATE);
    const job = stopped(join(dir, "report"));
    expect(() => keepUnsavedState(job)).toThrow(/An earlier run has left it/);
    expect(readRecoveryFile(job.report.recoveryFile, KEY)).toBe(STATE);
    expect(existsSync(join(dir, "errored.tfstate"))).toBe(false);
    expect(() => keepUnsavedState(job)).not.toThrow();
  });
});

describe("a lock that could not be released", () => {
  const lock = { id: "dcba778f", path: "states/quotes", operation: "Apply", who: "ann", created: "", ageSeconds: 1 };
  const failure = new ActionFailure("credentials-rejected", "terraform plan failed.", { hint: "Renew them." });

  test("is in the report, with how to release it", () => {
    const report = {};
    expect(withUnreleasedLock({ report, terraform: { unreleased: lock } }, failure)).toMatchObject({
      code: "credentials-rejected",
      message: "terraform plan failed. The lock of this run could not be released.",
      hint: "Renew them. Before the next run, release the lock: run this action with `mode: unlock` and `lock-id: dcba778f`.",
    });
    expect(report).toEqual({ lock });
  });

  test("with a number as its id, which gcs has, is quoted: a workflow would read 1.70000000000001E+15", () => {
    const unreleased = { ...lock, id: "1700000000000012" };
    const hint = expect.stringContaining('`lock-id: "1700000000000012"`');
    expect(withUnreleasedLock({ report: {}, terraform: { unreleased } }, failure)).toMatchObject({ hint });
    expect(new LockedFailure(unreleased)).toMatchObject({ hint });
  });

  test("of a backend that does not show it needs its id first", () => {
    expect(withUnreleasedLock({ report: {}, terraform: { unreleased: "unknown" } }, failure)).toMatchObject({
      hint: expect.stringContaining("`lock-id: <the id that mode unlock shows>`"),
    });
  });

  test("is not mentioned when it was released", () => {
    expect(withUnreleasedLock({ report: {}, terraform: { unreleased: undefined } }, failure)).toBe(failure);
  });
});
