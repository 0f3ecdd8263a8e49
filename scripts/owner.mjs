// Fills in the owner's values everywhere: the GitHub repository, the npm package and the reviewers.
// They stand in contract/project.ts; every other file that has them is changed with it.
// Usage: npm run owner -- --repository acme/gateway [--package @acme/websocket-gateway] [--reviewers @acme/platform]
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bundle.mjs";

const { values } = parseArgs({
  options: { repository: { type: "string" }, package: { type: "string" }, reviewers: { type: "string" } },
});
if (!/^[\w.-]+\/[\w.-]+$/.test(values.repository ?? "")) {
  console.error("Give the repository: npm run owner -- --repository OWNER/REPO [--package NAME] [--reviewers @TEAM]");
  process.exit(2);
}
const project = readFileSync(join(root, "contract/project.ts"), "utf8");
const current = (name) => new RegExp(`${name} = "([^"]*)"`).exec(project)?.[1] ?? "";
const repository = current("REPOSITORY");
const npm = current("PACKAGE");
const reviewers = /^\* (@\S+)/m.exec(readFileSync(join(root, ".github/CODEOWNERS"), "utf8"))?.[1] ?? "";

/** Text before and after. The name of the package is also a word, so only places that name the package are changed. */
const changes = [
  [repository, values.repository],
  [`* ${reviewers}`, `* ${values.reviewers ?? `@${values.repository.split("/")[0]}`}`],
  ...(values.package
    ? [
        '"name": "$"',
        'PACKAGE = "$"',
        'from "$"',
        'from "$/',
        'require("$"',
        'require("$/',
        "npx $ ",
        "npm install $",
      ].map((place) => [place.replace("$", npm), place.replace("$", values.package)])
    : []),
];
const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
for (const file of files.filter(
  (name) => !/^(action\/dist|bench\/results)\/|\.png$|^scripts\/owner\.mjs$/.test(name),
)) {
  const before = readFileSync(join(root, file), "utf8");
  const after = changes.reduce((text, [from, to]) => text.replaceAll(from, () => to), before);
  if (after === before) continue;
  writeFileSync(join(root, file), after);
  console.log(file);
}
console.log("Now run: npm run build:action && npm run schema && npm run docs && npm run docs:action");
