/** Finds the installed programs that tests and benchmarks run. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Root folder of this project. npm starts tests and benchmarks there. */
export const ROOT = process.cwd();
/** Where `npm run test:tools` puts what is not installed. */
const FETCHED = join(ROOT, "build/tools");

export type Tool =
  | "terraform"
  | "provider"
  | "moto"
  | "aws"
  | "boto3"
  | "flask"
  | "fastapi"
  | "django"
  | "pytest"
  | "chromium";

/** Returns whether a tool is installed on this machine. */
export function isInstalled(name: Tool): boolean {
  return find[name]() !== undefined;
}

/** Returns the path of a tool. @throws if it is not installed */
export function tool(name: Tool): string {
  const path = find[name]();
  if (path === undefined) throw new Error(`${name} was not found`);
  return path;
}

const find: Record<Tool, () => string | undefined> = {
  terraform: once(() => onPath("terraform")),
  provider: once(providerMirror),
  moto: once(() => onPath("moto_server")),
  aws: once(() => onPath("aws")),
  boto3: once(() => pythonWith("boto3")),
  flask: once(() => pythonWith("flask", "boto3")),
  fastapi: once(() => pythonWith("fastapi", "uvicorn", "boto3")),
  django: once(() => pythonWith("django")),
  pytest: once(() => pythonWith("pytest", "boto3")),
  chromium: once(() => onPath("chromium") ?? onPath("chromium-browser") ?? onPath("google-chrome")),
};

function once<T>(look: () => T): () => T {
  let found: { value: T } | undefined;
  return () => {
    found ??= { value: look() };
    return found.value;
  };
}

/** The Python that has these packages: the one that was fetched, the first in PATH, or the distribution's. */
function pythonWith(...packages: readonly string[]): string | undefined {
  const pythons = [join(FETCHED, "python/bin/python3"), onPath("python3"), "/usr/bin/python3"].filter(
    (path) => path !== undefined,
  );
  return pythons.find((path) => spawnSync(path, ["-c", `import ${packages.join(", ")}`]).status === 0);
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...folders, join(FETCHED, "bin"), join(FETCHED, "python/bin")]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Finds a filesystem mirror that contains the AWS provider: one of Terraform's implied local mirror directories
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories),
 * or a folder of that layout directly below a usual installation prefix.
 */
function providerMirror(): string | undefined {
  const implied = [
    join(FETCHED, "providers"),
    join(homedir(), ".terraform.d/plugins"),
    join(homedir(), ".local/share/terraform/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
  ];
  const below = ["/opt", "/usr/local", "/usr/local/share", "/usr/share", "/usr/local/lib", "/usr/lib"].flatMap(
    (prefix) => folders(prefix).map((name) => join(prefix, name)),
  );
  return [...implied, ...below].find((mirror) =>
    folders(mirror).some((host) => existsSync(join(mirror, host, "hashicorp", "aws"))),
  );
}

/** Returns the path of the AWS provider's program. @throws if it is not installed */
export function providerProgram(): string {
  const mirror = tool("provider");
  const [file] = readdirSync(mirror, { recursive: true, encoding: "utf8" })
    .filter((path) => /[\\/]hashicorp[\\/]aws[\\/].*terraform-provider-aws[^\\/]*$/.test(path))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  if (file === undefined) throw new Error(`${mirror} has no terraform-provider-aws`);
  return join(mirror, file);
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
