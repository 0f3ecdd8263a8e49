// The oracle of the Terraform reader: Terraform itself evaluates the same expressions to the same values.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { EXPRESSIONS, LOCALS } from "../support/local/expressions";

describeWith(["terraform"], "expressions", () => {
  test("are worth to Terraform what they are worth to the reader", async () => {
    const folder = mkdtempSync(join(tmpdir(), "expressions-"));
    const values = EXPRESSIONS.map(([text]) => text);
    writeFileSync(
      join(folder, "main.tf.json"),
      JSON.stringify({ locals: LOCALS, output: { values: { value: values } } }),
    );
    const options = { cwd: folder, env: { PATH: process.env.PATH, CHECKPOINT_DISABLE: "1" } };
    try {
      await succeed(tool("terraform"), ["init", "-no-color"], options);
      await succeed(tool("terraform"), ["apply", "-auto-approve", "-no-color"], options);
      const { stdout } = await succeed(tool("terraform"), ["output", "-json", "values"], options);
      expect(JSON.parse(stdout)).toEqual(EXPRESSIONS.map(([, value]) => value));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 240_000);
});
