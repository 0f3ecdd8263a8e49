// Builds every file of a release to build/release, and checks them. It publishes nothing, so it is also the dry run.
// Usage: node scripts/release-files.mjs [--tag v1.2.3]
//
//   *.tgz                  the npm package
//   *-module.zip, *-hcl.zip   the shipped gateway.yaml as a Terraform module and as HCL
//   *-sbom.json            every package of the lock file (CycloneDX)
//   NOTES.md               the section of CHANGELOG.md
//   SHA256SUMS             the files above and those of action/dist: what the workflow attests
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";
import { root } from "./bundle.mjs";

const { values } = parseArgs({ options: { tag: { type: "string" } } });
const { version, name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = join(root, "build", "release");
const prefix = `${name.replace("@", "").replace("/", "-")}-${version}`;
const temporary = mkdtempSync(join(tmpdir(), "release-"));

try {
  if (values.tag && values.tag !== `v${version}`) fail(`The tag is ${values.tag}, but package.json has ${version}.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  write("NOTES.md", notes());
  requireFreshAction();
  run("npm", ["pack", "--silent", "--pack-destination", folder]);
  const program = join(root, "dist", "websocket-gateway.cjs");
  for (const [kind, options] of [
    ["module", ["--module"]],
    ["hcl", ["--format", "hcl"]],
  ]) {
    const out = join(temporary, kind);
    run(process.execPath, [program, "synth", ...options, "--out", out]);
    write(`${prefix}-${kind}.zip`, zip(out));
  }
  write(
    `${prefix}-sbom.json`,
    run("npm", ["sbom", "--package-lock-only", "--workspaces=false", "--sbom-format", "cyclonedx"]),
  );
  const subjects = [...filesIn(folder), ...filesIn(join(root, "action", "dist"))];
  // An attestation names the file without its folder, except for action/dist, whose names would be unclear alone.
  const nameOf = (file) => (file.startsWith(folder) ? relative(folder, file) : relative(root, file));
  write("SHA256SUMS", `${subjects.map((file) => `${sha256(file)}  ${nameOf(file)}`).join("\n")}\n`);
  verify();
  for (const file of filesIn(folder)) console.log(relative(root, file));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) fail(`${[program, ...args].join(" ")} ended with ${status}.\n${stdout}${stderr}`);
  return stdout;
}

function write(file, contents) {
  writeFileSync(join(folder, file), contents);
}

/** The section of this version; of what is not released yet in a dry run. */
function notes() {
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const heading = values.tag ? version : "Unreleased";
  const [, , text] =
    new RegExp(`^## \\[(${heading.replaceAll(".", "\\.")})\\][^\\n]*\\n(.*?)(?=^## |^\\[)`, "ms").exec(changelog) ?? [];
  if (!text?.trim()) fail(`CHANGELOG.md has nothing under [${heading}].`);
  return text.trimStart();
}

/** Users run action/dist without a build, so it must be what the source of this commit gives. */
function requireFreshAction() {
  const built = join(temporary, "action");
  run(process.execPath, [join(root, "scripts", "build-action.mjs"), built]);
  const hashes = (dist) => filesIn(dist).map((file) => `${relative(dist, file)} ${sha256(file)}`);
  if (hashes(built).join() !== hashes(join(root, "action", "dist")).join())
    fail("action/dist differs from its source. Run `npm run build:action`, and commit it before the tag.");
}

/** Checks each line of SHA256SUMS against the file that it names, as `gh attestation verify` does for a user. */
function verify() {
  const lines = readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");
  for (const [hash, file] of lines.map((line) => line.split("  "))) {
    const path = file.startsWith("action/dist/") ? join(root, file) : join(folder, file);
    if (sha256(path) !== hash) fail(`${file} has changed since its hash was written.`);
  }
}

function filesIn(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** With one date for all files, so that the same commit gives the same bytes. */
function zip(path) {
  const files = filesIn(path).map((file) => [relative(path, file), readFileSync(file)]);
  return zipSync(Object.fromEntries(files), { mtime: new Date("2020-01-01T00:00:00"), level: 9 });
}
