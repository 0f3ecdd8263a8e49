/** Parses YAML text to a located tree. Rejects hostile input: alias bombs, deep nesting, and keys such as `__proto__`. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
} from "yaml";
import { type Entry, emptyMap, type ListNode, type MapNode, type Node, type Path } from "./tree";

/** A syntax mistake at an offset of the text. */
export interface SyntaxMistake {
  readonly at: number;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

export interface Parsed {
  readonly root: MapNode;
  readonly mistakes: readonly SyntaxMistake[];
  position(offset: number): { line: number; column: number };
}

/** Maximum number of nodes, far more than a real configuration has. Values that aliases repeat are counted each time. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 32;
const MAX_SYNTAX_ERRORS = 3;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

export function parse(text: string): Parsed {
  const lines = new LineCounter();
  const position = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes: SyntaxMistake[] = [];
  const document = compose(text, lines, mistakes);
  // After a syntax error, parts of the tree are missing. Checking it would report settings as missing that the file has.
  if (!document || mistakes.length > 0) return { root: emptyMap(0, []), mistakes, position };

  const node = document.contents ? new Converter(mistakes).convert(document.contents, [], 0) : undefined;
  if (node?.kind === "map") return { root: node, mistakes, position };
  if (mistakes.length === 0) {
    mistakes.push({
      at: node?.at ?? 0,
      path: [],
      message: "expected a map with `name`, `backend` and `authorizer`, but the file has none.",
    });
  }
  return { root: emptyMap(0, []), mistakes, position };
}

function compose(text: string, lineCounter: LineCounter, mistakes: SyntaxMistake[]): Document.Parsed | undefined {
  try {
    const document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false, // Duplicates are reported by this module, at the second key.
      stringKeys: false,
      logLevel: "error", // With `silent`, a second document would not be reported.
    });
    // After one syntax error, the parser reports others that are only its consequences.
    for (const { code, pos, message } of [...document.errors.slice(0, MAX_SYNTAX_ERRORS), ...document.warnings]) {
      const what = code === "MULTIPLE_DOCS" ? "expected one YAML document, not several." : `not valid YAML: ${message}`;
      mistakes.push({ at: pos[0], path: [], message: what });
    }
    return document;
  } catch {
    // The parser is recursive: a few thousand nested brackets overflow its stack.
    mistakes.push({ at: 0, path: [], message: "the file is nested too deeply." });
    return undefined;
  }
}

class Converter {
  private readonly anchors = new Map<string, YamlNode>();
  /** Collections that are being converted. An alias to one of them would recurse forever. */
  private readonly open = new Set<YamlNode>();
  private count = 0;
  private stopped = false;

  constructor(private readonly mistakes: SyntaxMistake[]) {}

  convert(node: YamlNode, path: Path, depth: number): Node | undefined {
    const at = node.range?.[0] ?? 0;
    if (this.stopped) return undefined;
    if (++this.count > MAX_NODES || depth > MAX_DEPTH) {
      this.stopped = true;
      const limits = `${MAX_NODES} values or ${MAX_DEPTH} levels`;
      this.report(at, path, `the file is too large: it has more than ${limits}, aliases included.`);
      return undefined;
    }
    if (isAlias(node)) return this.alias(node, at, path, depth);
    if ("anchor" in node && node.anchor) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.scalar(node.value, node.source ?? "", at, path);
    this.open.add(node);
    const collection = isSeq<YamlNode>(node)
      ? this.list(node, at, path, depth)
      : isMap<YamlNode, YamlNode | null>(node)
        ? this.map(node, at, path, depth)
        : undefined;
    this.open.delete(node);
    return collection;
  }

  private alias({ source }: Alias, at: number, path: Path, depth: number): Node | undefined {
    const target = this.anchors.get(source);
    if (target && !this.open.has(target)) return this.convert(target, path, depth);
    const why = target
      ? "this alias refers to a value that contains it."
      : `no anchor \`&${source}\` is defined above this alias.`;
    this.report(at, path, why);
    return undefined;
  }

  private list({ items }: YAMLSeq<YamlNode>, at: number, path: Path, depth: number): ListNode {
    const nodes = items.flatMap((item, index) => this.convert(item, [...path, index], depth + 1) ?? []);
    return { kind: "list", at, path, items: nodes };
  }

  private map({ items }: YAMLMap<YamlNode, YamlNode | null>, at: number, path: Path, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    for (const { key, value } of items) {
      const keyAt = key.range?.[0] ?? at;
      const name = this.key(key, keyAt, path);
      if (name === undefined) continue;
      const inner = [...path, name];
      if (entries.has(name)) {
        this.report(keyAt, inner, "duplicate key: already defined above.");
        continue;
      }
      const empty: Node = { kind: "scalar", at: keyAt, path: inner, value: null, source: "" };
      const node = value ? this.convert(value, inner, depth + 1) : empty;
      if (node) entries.set(name, { keyAt, node });
    }
    return { kind: "map", at, path, entries };
  }

  private key(key: YamlNode, at: number, path: Path): string | undefined {
    const value = isScalar(key) ? key.value : undefined;
    if (typeof value === "number" || typeof value === "boolean")
      return isScalar(key) ? (key.source ?? String(value)) : undefined;
    if (typeof value !== "string") {
      this.report(at, path, "expected a text as key.");
      return undefined;
    }
    if (!FORBIDDEN_KEYS.has(value)) return value;
    this.report(at, path, `\`${value}\` cannot be a key.`);
    return undefined;
  }

  private scalar(value: unknown, source: string, at: number, path: Path): Node | undefined {
    if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
      return { kind: "scalar", at, path, value, source };
    }
    this.report(at, path, "expected plain text, a number, true or false.");
    return undefined;
  }

  private report(at: number, path: Path, message: string): void {
    this.mistakes.push({ at, path, message });
  }
}
