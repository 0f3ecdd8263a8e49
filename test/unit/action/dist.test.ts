/** action/dist is what the sources give, file for file, and holds the authorizer that the app would bundle itself. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizerModules } from "../../../contract/authorizer-bundle";

const ROOT = join(__dirname, "..", "..", "..");
const DIST = join(ROOT, "action", "dist");

test("action/dist is fresh: `npm run build:action` would change nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "action-dist-"));
  spawnSync(process.execPath, [join(ROOT, "scripts", "build-action.mjs"), folder]);
  const built = filesIn(folder);
  const stale = built.filter((name) => !same(join(folder, name), join(DIST, name)));
  const extra = filesIn(DIST).filter((name) => !built.includes(name));
  rmSync(folder, { recursive: true });
  expect({ stale, extra }).toEqual({ stale: [], extra: [] });
});

test("the bundled authorizer is the one that cdktf deploy would upload", () => {
  const folder = join(DIST, "authorizer");
  const bundled = filesIn(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  expect(Object.fromEntries(bundled)).toEqual(authorizerModules());
});

test("the bundle stays below 3 MB", () => {
  const sizes = filesIn(DIST).map((name) => statSync(join(DIST, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, name)).isFile());

function same(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}
