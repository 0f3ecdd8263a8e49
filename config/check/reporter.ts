/** Collects mistakes, each at the place in the file that made it. */
import type { Parsed } from "../document/parse";
import { locate, type Node, type Path } from "../document/tree";
import type { Problem } from "../errors";

/** Reports a mistake in the value at a path. */
export interface Report {
  (path: Path, message: string, hint?: string): void;
  /** The same about the key: one that should not be there, or whose map lacks something. */
  key(path: Path, message: string, hint?: string): void;
}

/** Enough to work with; past it something is wrong with the file as a whole. */
const MAX_PROBLEMS = 100;

export class Reporter {
  private readonly found = new Map<string, Problem>();

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly position: Parsed["position"],
  ) {}

  at(offset: number, path: Path, message: string, hint?: string): void {
    const { line, column } = this.position(offset);
    // What stands above the environments is checked once for each, but said once.
    const identity = `${line}:${column}:${message}`;
    if (this.found.has(identity) || this.found.size >= MAX_PROBLEMS) return;
    const key = path.join(".");
    const excerpt = lineOf(this.text, line);
    this.found.set(identity, { file: this.file, line, column, key, message, hint, excerpt });
  }

  /** Reports into the file at what a path of this tree came from. */
  for(root: Node): Report {
    const report =
      (what: "key" | "value") =>
      (path: Path, message: string, hint?: string): void => {
        const place = locate(root, path, what);
        this.at(place.at, place.path, message, hint);
      };
    return Object.assign(report("value"), { key: report("key") });
  }

  get problems(): Problem[] {
    return [...this.found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

const lineOf = (text: string, line: number) => text.split(/\r?\n/, line)[line - 1];
