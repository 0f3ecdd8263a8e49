/** `scripts/run.mjs` in a clone without packages. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../harness/tools";

test("without packages it names the command that installs them", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "clone-")));
  cpSync(join(ROOT, "scripts/run.mjs"), join(folder, "scripts/run.mjs"));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "scripts/run.mjs"), "local/cli.ts"], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `The package esbuild is not installed. Run in ${folder}: npm ci (npm start alone needs: npm ci -w scripts)\n`,
  });
});
