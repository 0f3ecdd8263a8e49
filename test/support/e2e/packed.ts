/** Packs the npm package and installs it in folders outside of the repository, as a user does. */
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { succeed } from "../../../harness/programs";
import { ROOT } from "../../../harness/tools";

export interface Tarball {
  readonly path: string;
  /** Size of the tarball in bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Paths of the files in the package. */
  readonly files: readonly string[];
}

/** Runs `npm pack`, which builds the package first. */
export async function pack(folder: string): Promise<Tarball> {
  const { stdout } = await succeed("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    env: npmEnvironment(),
  });
  const parsed: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed ?? {});
  const { filename, size, unpackedSize, files } = packed;
  return { path: join(folder, filename), size, unpackedSize, files: files.map(({ path }: { path: string }) => path) };
}

/** Installs packages into a new folder. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--legacy-peer-deps", ...packages];
  await succeed("npm", args, { cwd: folder, env: npmEnvironment() });
}

/** Links packages of this repository, which are too large to install again for each test. */
export function link(folder: string, packages: readonly string[]): void {
  for (const name of packages) {
    const path = join(folder, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), path);
  }
}

/** The environment without what npm sets for a script of this project. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_OPTIONS|JEST_)/.test(name)),
  );
}

export const outside = (): string => mkdtempSync(join(tmpdir(), "consumer-"));

/** Copies a folder of the repository. */
export const copy = (path: string, to: string): void => cpSync(join(ROOT, path), to, { recursive: true });
