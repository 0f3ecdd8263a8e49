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

interface Found {
  readonly problem: Problem;
  /** Whom it was found for; undefined: the file as a whole. */
  readonly environments: (string | undefined)[];
}

export class Reporter {
  private readonly found = new Map<string, Found>();
  private readonly environments = new Set<string>();

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly position: Parsed["position"],
  ) {}

  at(offset: number, path: Path, message: string, hint?: string, environment?: string): void {
    const { line, column } = this.position(offset);
    // What stands above the environments is checked once for each, but said once.
    const identity = `${line}:${column}:${message}`;
    const known = this.found.get(identity);
    if (known) known.environments.push(environment);
    if (known || this.found.size >= MAX_PROBLEMS) return;
    const problem = {
      file: this.file,
      line,
      column,
      key: path.join("."),
      message,
      hint,
      excerpt: lineOf(this.text, line),
    };
    this.found.set(identity, { problem, environments: [environment] });
  }

  /** Reports into the file at what a path of this tree came from: the file's own, or that of an environment. */
  for(root: Node, environment?: string): Report {
    if (environment !== undefined) this.environments.add(environment);
    const report =
      (what: "key" | "value") =>
      (path: Path, message: string, hint?: string): void => {
        const place = locate(root, path, what);
        this.at(place.at, place.path, message, hint, environment);
      };
    return Object.assign(report("value"), { key: report("key") });
  }

  get problems(): Problem[] {
    return [...this.found.values()]
      .map((found) => this.withEnvironments(found))
      .sort((a, b) => a.line - b.line || a.column - b.column);
  }

  /** What stands above the environments and is wrong for some of them only is right as it stands: who makes it wrong? */
  private withEnvironments({ problem, environments }: Found): Problem {
    const names = [...new Set(environments)].filter((name) => name !== undefined);
    if (names.length === 0 || names.length === this.environments.size || /^environments\b/.test(problem.key))
      return problem;
    const where = `So it is in ${names.map((name) => `\`${name}\``).join(", ")} only.`;
    return { ...problem, hint: problem.hint === undefined ? where : `${problem.hint} ${where}` };
  }
}

const lineOf = (text: string, line: number) => text.split(/\r?\n/, line)[line - 1];
