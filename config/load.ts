/** Reads `gateway.yaml`: merges each environment, checks it, and reports all mistakes together. */

import { readFileSync, statSync } from "node:fs";
import { DEFAULTS } from "../contract/defaults";
import { codeOf } from "../terminal/error";
import { checkCollisions } from "./check/collisions";
import { read } from "./check/read";
import { Reporter } from "./check/reporter";
import { parse } from "./document/parse";
import { emptyMap, isNull, type MapNode, merge, type Node } from "./document/tree";
import { ConfigError, type ConfigErrorCode, type Problem } from "./errors";
import { fileReader } from "./files";
import type { Environment } from "./model";
import { resolveEnvironment } from "./resolve/environment";
import { ENVIRONMENT_NAME } from "./schema";

export interface Loaded {
  readonly environments: readonly Environment[];
  /** Probable mistakes, with which the configuration is still valid. `formatWarnings` returns their text. */
  readonly warnings: readonly Problem[];
}

export interface LoadOptions {
  /** Whether the API is served on this machine. Addresses that AWS cannot reach are then accepted. @default false */
  readonly local?: boolean;
  /** For warnings about dates, such as a runtime that AWS deprecates. @default no such warnings */
  readonly today?: Date;
}

/** Maximum size of a configuration. Large templates can be separate files. */
const MAX_BYTES = 1024 * 1024;
const MAX_ENVIRONMENTS = 50;

/**
 * Reads a configuration file.
 *
 * @param file path of the file. Other files that it names are relative to its folder.
 * @throws {ConfigError} with every mistake in the file; no other error is thrown
 * @example
 * const { environments } = loadConfig("gateway.yaml");
 */
export function loadConfig(file: string, options?: LoadOptions): Loaded {
  return parseConfig(readConfig(file), file, fileReader(file), options);
}

function readConfig(file: string): string {
  try {
    if (statSync(file).size > MAX_BYTES)
      throw unreadable(file, "config-unreadable", `is larger than ${MAX_BYTES / 1024} KB.`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = codeOf(error) ?? "unknown error";
    if (code === "ENOENT") {
      throw unreadable(
        file,
        "config-not-found",
        "file not found.",
        "Create it with `npx websocket-gateway init`, or name another with --config or the environment variable GATEWAY_CONFIG.",
      );
    }
    if (code === "EISDIR") {
      throw unreadable(file, "config-unreadable", "is a folder.", "Name the file in it, such as gateway.yaml.");
    }
    throw unreadable(
      file,
      "config-unreadable",
      code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is not UTF-8." : `cannot be read (${code}).`,
    );
  }
}

const unreadable = (file: string, code: ConfigErrorCode, message: string, hint?: string) =>
  new ConfigError(code, [{ file, line: 0, column: 0, key: "", message, hint, excerpt: undefined }]);

/**
 * Reads the text of a configuration.
 *
 * @param file name of the file in error messages
 * @param readFile returns the text of a file that the configuration names
 * @throws {ConfigError} with every mistake in the text; no other error is thrown
 * @example
 * parseConfig("name: quotes\nbackend: https://api.example.com\nauthorizer: none", "gateway.yaml", () => "");
 */
export function parseConfig(
  text: string,
  file: string,
  readFile: (path: string) => string,
  { local = false, today }: LoadOptions = {},
): Loaded {
  const parsed = parse(text);
  const reporter = new Reporter(file, text, parsed.position);
  for (const { at, path, message, hint } of parsed.mistakes) reporter.at(at, path, message, hint);
  if (parsed.mistakes.length > 0) throw new ConfigError("config-syntax", reporter.problems);

  const trees = split(parsed.root, reporter);
  const environments = [...trees].flatMap(([environment, tree]) => {
    const found = read(tree, reporter.for(tree, environment));
    if (!found) return [];
    const report = reporter.for(found.tree, environment);
    return [resolveEnvironment(found, { environment, report, readFile, local, today })];
  });
  checkCollisions(environments, reporter.for(parsed.root));
  if (reporter.problems.length > 0) throw new ConfigError("config-invalid", reporter.problems);
  return { environments, warnings: reporter.warnings };
}

/** Returns one tree per environment: the file without `environments`, merged with the environment's settings. */
function split(root: MapNode, reporter: Reporter): Map<string, MapNode> {
  const { environments, ...rest } = Object.fromEntries(root.entries);
  const base: MapNode = { ...root, entries: new Map(Object.entries(rest)) };
  if (!environments) return new Map([[DEFAULTS.environment, base]]);

  const trees = new Map<string, MapNode>();
  const report = reporter.for(root);
  const { node } = environments;
  if (node.kind !== "map" || node.entries.size === 0) {
    report.key(["environments"], "expected a map of names to settings, such as `prod: {}`.");
    return new Map([[DEFAULTS.environment, base]]);
  }
  if (node.entries.size > MAX_ENVIRONMENTS) report.key(["environments"], `expected at most ${MAX_ENVIRONMENTS}.`);
  for (const [name, entry] of [...node.entries].slice(0, MAX_ENVIRONMENTS)) {
    const path = ["environments", name];
    if (!ENVIRONMENT_NAME.test(name)) {
      report.key(path, "expected a name of lower-case letters, digits and `-`, at most 40.");
    }
    const over: Node = isNull(entry.node) ? emptyMap(entry.keyAt, path) : entry.node;
    if (over.kind !== "map") {
      report(path, "expected a map with the settings of this environment.");
      continue;
    }
    for (const key of ["name", "environments"]) {
      if (over.entries.has(key))
        report.key([...path, key], "must be the same for every environment: set it at the top level.");
    }
    const merged = merge(base, withBackendUrl(base, over));
    if (merged.kind === "map") trees.set(name, merged);
  }
  return trees;
}

/**
 * Converts a `backend` that is a text, so that it overrides only the `url` of a `backend` map and keeps its other
 * settings.
 */
function withBackendUrl(base: MapNode, over: MapNode): MapNode {
  const backend = over.entries.get("backend");
  if (base.entries.get("backend")?.node.kind !== "map" || backend?.node.kind !== "scalar" || isNull(backend.node))
    return over;
  const node: MapNode = { ...emptyMap(backend.node.at, backend.node.path), entries: new Map([["url", backend]]) };
  return { ...over, entries: new Map(over.entries).set("backend", { ...backend, node }) };
}
