/** The JSONPath of `$input.path` and `$input.json`: names, indexes, slices, `*` and `..`; no filters. */
import { TemplateError } from "./bounds";

const STEP = /\.\.|\.?\*|\[\*\]|\[(-?\d+)\]|\[(-?\d*):(-?\d*)\]|\[(["'])(.*?)\4\]|\.?([^.[\]*]+)/y;

/** What the path leads to; a list where it has `*`, `..` or a slice; undefined where it leads nowhere. */
export function jsonPath(root: unknown, path: string): unknown {
  let found = [root];
  let many = false;
  let deep = false;
  STEP.lastIndex = path.startsWith("$") ? 1 : 0;
  while (STEP.lastIndex < path.length) {
    const at = STEP.lastIndex;
    const match = STEP.exec(path);
    if (!match) throw new TemplateError(`JSONPath ${path} is not understood at ${path.slice(at)}`);
    const [step, index, from, to, , quoted, name] = match;
    const candidates: unknown[] = deep ? found.flatMap(descendants) : found;
    deep = step === "..";
    if (deep) many = true;
    else if (step.endsWith("*") || step === "[*]" || from !== undefined) {
      many = true;
      found = candidates.flatMap((item) =>
        from === undefined ? children(item) : Array.isArray(item) ? item.slice(int(from), int(to)) : [],
      );
    } else found = candidates.flatMap((item) => child(item, index ?? quoted ?? name ?? ""));
  }
  return many ? found : found[0];
}

const int = (digits: string | undefined): number | undefined => (digits ? Number(digits) : undefined);

function children(item: unknown): unknown[] {
  return typeof item === "object" && item !== null ? Object.values(item) : [];
}

function child(item: unknown, key: string): unknown[] {
  if (Array.isArray(item)) return /^-?\d+$/.test(key) ? item.slice(Number(key)).slice(0, 1) : [];
  if (typeof item !== "object" || item === null || !Object.hasOwn(item, key)) return [];
  return [Reflect.get(item, key)];
}

function descendants(item: unknown): unknown[] {
  return [item, ...children(item).flatMap(descendants)];
}
