/** Finds other versions of Node.js: the one that runs the tests, one that the environment names, or a cached npm package. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../harness/tools";

/**
 * Returns the path of a major version of Node.js, or undefined if it is neither installed nor in the package registry.
 * `NODE24` names a program, for version 24.
 */
export function findNode(major: number): string | undefined {
  const cache = join(ROOT, "node_modules", ".cache", `node${major}`);
  const packageName = `node-${process.platform}-${process.arch}`;
  const cached = join(cache, "node_modules", packageName, "bin", "node");
  const candidates = [process.env[`NODE${major}`], process.execPath, cached];
  const isWanted = (path: string | undefined): path is string => {
    if (!path || !existsSync(path)) return false;
    return spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.startsWith(`v${major}.`);
  };
  const found = candidates.find(isWanted);
  if (found) return found;
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", cache, `${packageName}@${major}`];
  spawnSync("npm", args, { stdio: "ignore", timeout: 90_000 });
  return isWanted(cached) ? cached : undefined;
}
