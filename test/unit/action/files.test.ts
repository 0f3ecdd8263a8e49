/** Files that the action writes into the repository: where that fails, the runner is the cause, and the message names the file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asFailure } from "../../../action/src/failure";
import { initWithLock } from "../../../action/src/provider-lock";
import { writeReviewedPlan } from "../../../action/src/reviewed-plan";

const folder = mkdtempSync(join(tmpdir(), "files-"));
const file = join(folder, "file");
writeFileSync(file, "");
afterAll(() => rmSync(folder, { recursive: true }));

/** In a folder that is a file, no file can be written, whatever the user. */
const inFile = (name: string) => join(file, name);

test("a plan that cannot be written fails with runner-failed", () => {
  const write = () => writeReviewedPlan(inFile("plan.json"), { version: 1, environment: "prod", changes: {} });
  expect(write).toThrow(
    expect.objectContaining({ code: "runner-failed", message: expect.stringContaining(inFile("plan.json")) }),
  );
});

test("a provider lock file that cannot be written fails with runner-failed", async () => {
  const terraform = {
    init: async () => writeFileSync(join(folder, ".terraform.lock.hcl"), ""),
    lockProviders: async () => {},
  };
  const inputs = { workingDirectory: file, lockPlatforms: ["linux_amd64"] };
  const { code, message } =
    (await initWithLock({ inputs, stack: { directory: folder }, terraform }).catch(asFailure)) ?? {};
  expect({ code, message }).toEqual({
    code: "runner-failed",
    message: expect.stringContaining(inFile(".terraform.lock.hcl")),
  });
});
