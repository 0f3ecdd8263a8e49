/** Collects mistakes and warnings with their positions in the file, and masks the file's secrets in them. */
import { MASK } from "../../terminal/mask";
import { looksSecret } from "../../terminal/secret-look";
import type { Parsed } from "../document/parse";
import { locate, type Node, type Path } from "../document/tree";
import type { Problem } from "../errors";
import { FileSecrets, ROTATE } from "./secrets";

/** Reports a mistake in the value at a path. */
export interface Report {
  (path: Path, message: string, hint?: string): void;
  /** Reports a mistake in the key at a path: it is not allowed, or its map is incomplete. */
  key(path: Path, message: string, hint?: string): void;
  /** Warns about the key at a path. The configuration is still valid. */
  warn(path: Path, message: string, hint?: string): void;
}

/** Maximum number of problems in a report. */
const MAX_PROBLEMS = 100;

interface Found {
  readonly problem: Problem;
  /** The environments in which it was found. Undefined stands for the whole file. */
  readonly environments: (string | undefined)[];
}

/** Mistakes or warnings, by position and message. */
type Findings = Map<string, Found>;

export class Reporter {
  private readonly foundMistakes: Findings = new Map();
  private readonly foundWarnings: Findings = new Map();
  private readonly environments = new Set<string>();
  private foundSecrets: FileSecrets | undefined;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly position: Parsed["position"],
  ) {}

  /** The file's secrets. They are searched for when there is something to report, because the search takes time. */
  private get secrets(): FileSecrets {
    this.foundSecrets ??= new FileSecrets(this.text);
    return this.foundSecrets;
  }

  /** Reports a mistake at an offset of the file. */
  at(offset: number, path: Path, message: string, hint?: string): void {
    this.add(this.foundMistakes, offset, path, message, hint);
  }

  private add(to: Findings, offset: number, path: Path, message: string, hint?: string, environment?: string): void {
    const { line, column } = this.position(offset);
    // A shared setting is checked once per environment, but reported once.
    const identity = `${line}:${column}:${message}`;
    const known = to.get(identity);
    if (known) known.environments.push(environment);
    if (known || to.size >= MAX_PROBLEMS) return;
    const secret = this.secrets.has(line);
    const shown = secret ? [hint, ROTATE].filter(Boolean).join(" ") : hint;
    const problem = {
      file: this.file,
      line,
      column,
      key: path.map((step) => (looksSecret(`${step}`) ? MASK : step)).join("."),
      message: this.secrets.hide(message, line),
      hint: shown && this.secrets.hide(shown, line),
      excerpt: this.secrets.excerpt(line),
    };
    to.set(identity, { problem, environments: [environment] });
  }

  /**
   * Returns a report for a tree. It finds the position of a path in the file: a shared setting or one of an
   * environment.
   */
  for(root: Node, environment?: string): Report {
    if (environment !== undefined) this.environments.add(environment);
    const report =
      (to: Findings, what: "key" | "value") =>
      (path: Path, message: string, hint?: string): void => {
        const place = locate(root, path, what);
        this.add(to, place.at, place.path, message, hint, environment);
      };
    return Object.assign(report(this.foundMistakes, "value"), {
      key: report(this.foundMistakes, "key"),
      warn: report(this.foundWarnings, "key"),
    });
  }

  get problems(): Problem[] {
    return this.inOrder(this.foundMistakes);
  }

  get warnings(): Problem[] {
    return this.inOrder(this.foundWarnings);
  }

  private inOrder(findings: Findings): Problem[] {
    return [...findings.values()]
      .map((found) => this.withEnvironments(found))
      .sort((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Adds the names of the affected environments if a shared setting is wrong in some environments only. */
  private withEnvironments({ problem, environments }: Found): Problem {
    const names = [...new Set(environments)].filter((name) => name !== undefined);
    if (names.length === 0 || names.length === this.environments.size || /^environments\b/.test(problem.key))
      return problem;
    const list = names.map((name) => `\`${name}\``).join(", ");
    const where = `This affects ${names.length === 1 ? "environment" : "environments"} ${list} only.`;
    return { ...problem, hint: problem.hint === undefined ? where : `${problem.hint} ${where}` };
  }
}
