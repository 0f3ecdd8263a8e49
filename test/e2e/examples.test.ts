// The examples in Terraform's own language are valid for the real provider, and formatted.
import { rmSync } from "node:fs";
import { terraformEnvironment } from "../../harness/aws";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { exampleCopy } from "../support/e2e/project";

describeWith(["terraform", "provider"], "examples in Terraform's language", () => {
  test.each(["oidc-role", "platform-team"])(
    "%s is valid and formatted",
    async (example) => {
      const cwd = exampleCopy(example);
      const env = terraformEnvironment({ aws: "http://127.0.0.1:1", dir: cwd });
      await succeed(tool("terraform"), ["fmt", "-check", "-no-color"], { cwd, env });
      await succeed(tool("terraform"), ["init", "-backend=false", "-input=false", "-no-color"], { cwd, env });
      await succeed(tool("terraform"), ["validate", "-no-color"], { cwd, env });
      rmSync(cwd, { recursive: true });
    },
    60_000,
  );
});
