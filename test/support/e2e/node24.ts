/** Finds Node.js 24, with which GitHub's runners run actions: the one that runs the tests, or a cached npm package. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../harness/tools";

/** Returns the path of Node.js 24, or undefined if it is neither installed nor in the package registry. */
export function findNode24(): string | undefined {
  const cache = join(ROOT, "node_modules", ".cache", "node24");
  const packageName = `node-${process.platform}-${process.arch}`;
  const cached = join(cache, "node_modules", packageName, "bin", "node");
  const candidates = [process.env.NODE24, process.execPath, cached];
  const found = candidates.find(isNode24);
  if (found) return found;
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", cache, `${packageName}@24`];
  spawnSync("npm", args, { stdio: "ignore", timeout: 90_000 });
  return isNode24(cached) ? cached : undefined;
}

function isNode24(path: string | undefined): path is string {
  if (!path || !existsSync(path)) return false;
  return spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.startsWith("v24.");
}
