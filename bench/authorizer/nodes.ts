/** Other Node.js versions, from the npm packages that hold their programs. Where one cannot be had, it is left out. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Node {
  readonly version: string;
  readonly program: string;
}

const versionOf = (program: string): string => spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();

/** One program for each major version that there is, and a line for each that there is not. */
export function findNodes(majors: readonly number[], say: (line: string) => void): Node[] {
  return majors.flatMap((major) => {
    const program = process.versions.node.startsWith(`${major}.`) ? process.execPath : install(major);
    if (program && existsSync(program)) return [{ version: versionOf(program), program }];
    say(`Node ${major} cannot be had here: left out.`);
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
