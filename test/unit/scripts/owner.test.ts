/** `npm run owner`: afterwards no file has the placeholders. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../../..");

test("fills in the repository, the package and the reviewers everywhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "owner-"));
  try {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0");
    const files = tracked.filter((file) => file !== "" && !/^(action\/dist|bench)\/|\.png$/.test(file));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(ROOT, file), join(folder, file));
    }
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    execFileSync("git", ["add", "."], { cwd: folder });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const args = ["--repository", "acme/gateway", "--package", "@acme/gateway", "--reviewers", "@acme/platform"];
    execFileSync(process.execPath, ["scripts/owner.mjs", ...args], { cwd: folder });
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    const left = files.filter((file) => !file.startsWith("test/") && file !== "scripts/owner.mjs");
    expect(left.filter((file) => /OWNER\/REPO/.test(read(file)))).toEqual([]);
    expect(JSON.parse(read("package.json")).name).toBe("@acme/gateway");
    expect(read("contract/project.ts")).toContain('REPOSITORY = "acme/gateway"');
    expect(read(".github/CODEOWNERS")).toContain("* @acme/platform");
    expect(read("examples/caller/.github/workflows/deploy.yml")).toContain("acme/gateway/action@v1");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
