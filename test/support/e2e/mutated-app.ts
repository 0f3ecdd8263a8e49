/** An app of a repository's own: the action's app, and then an edit of what it has synthesized. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @param mutation JavaScript that edits `all(type)`, the resources of a type; `undefined`: the action's app alone */
export function writeApp(folder: string, main: string, mutation: string | undefined): void {
  const settings = join(folder, "cdktf.json");
  if (mutation === undefined) {
    rmSync(settings, { force: true });
    return;
  }
  writeFileSync(settings, JSON.stringify({ language: "typescript", app: "node app.cjs" }));
  writeFileSync(
    join(folder, "app.cjs"),
    `const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { status } = spawnSync(process.execPath, [${JSON.stringify(main)}], { stdio: "inherit" });
if (status !== 0) process.exit(1);
const file = process.env.CDKTF_OUTDIR + "/stacks/prod/cdk.tf.json";
const stack = JSON.parse(readFileSync(file, "utf8"));
const all = (type) => Object.values(stack.resource[type] ?? {});
const connect = all("aws_apigatewayv2_route").find((route) => route.route_key === "$connect");
const integration = all("aws_apigatewayv2_integration").find(({ integration_uri }) => integration_uri.endsWith("/connect"));
${mutation}
for (const { triggers } of all("aws_apigatewayv2_deployment")) {
  triggers.definition = createHash("sha256").update(JSON.stringify(stack.resource)).digest("hex");
}
writeFileSync(file, JSON.stringify(stack, null, 2));
`,
  );
}
