/** The examples in Terraform's own language, and the manual's, are valid for the real provider, and formatted. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shareProvider, terraformEnvironment } from "../../harness/aws";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { blocksOf } from "../support/docs/pages";
import { exampleCopy } from "../support/e2e/project";

/** What the manual's block refers to. */
const SURROUNDINGS = `
data "terraform_remote_state" "gateway" {
  backend = "local"
}

resource "aws_iam_role" "worker" {
  assume_role_policy = "{}"
}
`.trimStart();

describeWith(["terraform", "provider"], "examples and manual in Terraform's language", () => {
  test.each(["oidc-role", "platform-team"])(
    "%s is valid and formatted",
    async (example) => {
      const cwd = exampleCopy(example);
      if (example === "oidc-role") {
        writeFileSync(join(cwd, "manual.tf"), blocksOf("docs/tokens.md", "hcl").join("\n"));
        writeFileSync(join(cwd, "surroundings.tf"), SURROUNDINGS);
      }
      const provider = await shareProvider(terraformEnvironment({ aws: "http://127.0.0.1:1", dir: cwd }), cwd);
      const { env } = provider;
      try {
        await succeed(tool("terraform"), ["fmt", "-check", "-no-color"], { cwd, env });
        await succeed(tool("terraform"), ["init", "-backend=false", "-input=false", "-no-color"], { cwd, env });
        await succeed(tool("terraform"), ["validate", "-no-color"], { cwd, env });
      } finally {
        await provider.stop();
        rmSync(cwd, { recursive: true });
      }
    },
    60_000,
  );
});
