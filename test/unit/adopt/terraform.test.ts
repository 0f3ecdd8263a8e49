/** How adopt runs `terraform plan`, and what it reads of the text that this prints (Terraform 1.5 and later). */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importsAlone, plan } from "../../../adopt/terraform";

const text = (summary: string) => `
data.aws_partition.partition: Reading...
data.aws_partition.partition: Read complete after 0s [id=aws]
aws_apigatewayv2_api.api: Refreshing state... [id=abc]
aws_apigatewayv2_stage.stage: Preparing import... [id=abc/prod]
aws_apigatewayv2_stage.stage: Refreshing state... [id=prod]

Terraform will perform the following actions:

${summary}
`;

test("a plan that only imports", () => {
  expect(importsAlone(text("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."))).toEqual({
    imports: 1,
    unchanged: 1,
  });
});

test.each([
  "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.",
  "Plan: 1 to add, 0 to change, 0 to destroy.",
  "No changes. Your infrastructure matches the configuration.",
])("%s is not one", (summary) => {
  expect(importsAlone(text(summary))).toBeUndefined();
});

describe("plan", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "adopt-terraform-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a program of this name into the path. */
  const install = (script: string) =>
    writeFileSync(join(folder, "terraform"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const run = (signal = new AbortController().signal) =>
    plan({ cwd: folder, env: { PATH: `${folder}:/usr/bin:/bin` }, signal });

  test("says that Terraform is missing", async () => {
    await expect(
      plan({ cwd: folder, env: { PATH: folder }, signal: new AbortController().signal }),
    ).rejects.toMatchObject({
      code: "terraform-failed",
      hint: expect.stringContaining("--no-plan"),
    });
  });

  test("shows what Terraform printed, if it fails", async () => {
    install('[ "$1" = init ] || { echo "Error: no such bucket" >&2; exit 1; }');
    await expect(run()).rejects.toMatchObject({ message: "terraform plan failed: Error: no such bucket" });
  });

  test("stops Terraform if it is interrupted", async () => {
    install('[ "$1" = init ] || { touch planning; exec sleep 60; }');
    const interrupt = new AbortController();
    const running = run(interrupt.signal);
    while (!existsSync(join(folder, "planning"))) await new Promise(setImmediate);
    interrupt.abort("SIGINT");
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
  });

  test("reads the JSON of a plan with changes, for their attributes", async () => {
    const json = {
      resource_changes: [
        { address: "a.a", mode: "managed", change: { actions: ["no-op"], importing: { id: "1" } } },
        { address: "a.b", mode: "managed", change: { actions: ["no-op"] } },
        {
          address: "a.c",
          mode: "managed",
          change: { actions: ["update"], before: { x: 1, y: 2 }, after: { x: 1, y: 3 } },
        },
        { address: "data.d", mode: "data", change: { actions: ["read"] } },
      ],
    };
    install(`[ "$1" = show ] && echo '${JSON.stringify(json)}' || true`);
    expect(await run()).toEqual({
      imports: 1,
      unchanged: 1,
      changes: [{ address: "a.c", actions: ["update"], attributes: [{ name: "y", before: 2, after: 3 }] }],
    });
  });
});
