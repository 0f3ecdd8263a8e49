/** Finds the Node.js versions to measure, and installs missing ones from npm. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Node {
  readonly version: string;
  readonly program: string;
}

const versionOf = (program: string): string => spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();

/** The program of each major version. Prints a line for each version that cannot be installed. */
export function findNodes(majors: readonly number[], say: (line: string) => void): Node[] {
  return majors.flatMap((major) => {
    const program = process.versions.node.startsWith(`${major}.`) ? process.execPath : install(major);
    if (program && existsSync(program)) return [{ version: versionOf(program), program }];
    say(`Node ${major} could not be installed: skipped.`);
    return [];
  });
}

function install(major: number): string {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(tmpdir(), "websocket-gateway-nodes", String(major));
  const program = join(folder, "node_modules", name, "bin", "node");
  if (!existsSync(program)) {
    spawnSync("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `${name}@${major}`], {
      stdio: "ignore",
    });
  }
  return program;
}
