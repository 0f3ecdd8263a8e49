/** Removes settings that `gateway.yaml` does not accept. The comparison then keeps what they would have set. */
import { ConfigError, parseConfig } from "../../config";
import { AdoptError } from "../errors";
import { NO_BACKEND } from "./backend";
import type { Tree } from "./tree";

export interface Validation {
  /** Returns a file that the configuration names. */
  readonly readFile: (path: string) => string;
  /** Whether the API is on this machine. */
  readonly local: boolean;
}

/** Settings that must be there, with the value that the comparison can replace. */
const REQUIRED: Readonly<Record<string, string>> = { backend: NO_BACKEND, authorizer: "none" };
const ROUNDS = 50;

/** Returns the settings without those that are rejected. @throws {AdoptError} `not-expressible` if something else is wrong */
export function validSettings(settings: Tree, { readFile, local }: Validation): Tree {
  let tree = settings;
  for (let round = 0; round < ROUNDS; round++) {
    try {
      parseConfig(JSON.stringify(tree), "gateway.yaml", readFile, { local });
      return tree;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const before = tree;
      for (const { key } of error.problems) tree = withoutSetting(tree, key);
      if (tree === before) throw notExpressible(error);
    }
  }
  return tree;
}

/** Removes the setting of a dotted path, whose keys may contain dots, or the nearest one above it. */
function withoutSetting(tree: Tree, path: string): Tree {
  const name = Object.keys(tree)
    .filter((key) => path === key || path.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (name === undefined) return tree;
  const rest = path.slice(name.length + 1);
  const value = tree[name];
  const inner = isTree(value) && rest !== "" ? withoutSetting(value, rest) : undefined;
  if (isTree(value) && inner !== undefined && inner !== value) return { ...tree, [name]: inner };
  const { [name]: _, ...others } = tree;
  const fallback = REQUIRED[name];
  // An authorizer is one unit: without its function, the rest of it means the bundled one.
  return fallback === undefined || value === fallback ? others : { ...others, [name]: fallback };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const notExpressible = (error: ConfigError): AdoptError =>
  new AdoptError("not-expressible", `gateway.yaml cannot express this API: ${error.message}`);
