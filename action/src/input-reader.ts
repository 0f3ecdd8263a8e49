/** Reads single inputs of the action from the runner's environment, and collects the mistakes in them. */
import { ActionFailure } from "./failure";

export class InputReader {
  private readonly problems: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Records a mistake. `message` continues the sentence that begins with the input's name. */
  refuse(name: string, message: string): void {
    this.problems.push(`\`${name}\` ${message}`);
  }

  /** Ends the reading. @throws ActionFailure `invalid-input` with every mistake */
  requireValid(): void {
    const { problems } = this;
    if (problems.length === 0) return;
    throw new ActionFailure("invalid-input", `The step has invalid inputs: ${problems.join("; ")}.`, {
      hint: "Correct them in the workflow file.",
      problems: problems.map((message) => ({ message })),
    });
  }

  /** Returns an input's text, or undefined if it is empty. */
  text(name: string): string | undefined {
    return this.raw(name) || undefined;
  }

  /** Returns a text that has to match a pattern. */
  matching(name: string, fallback: string, pattern: RegExp, expected: string): string {
    const value = this.text(name) ?? fallback;
    if (!pattern.test(value)) this.refuse(name, expected);
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value !== undefined && value !== "true" && value !== "false") this.refuse(name, "must be `true` or `false`");
    return value === undefined ? fallback : value === "true";
  }

  choice<const T extends string>(name: string, allowed: readonly T[], fallback: T): T;
  choice<const T extends string>(name: string, allowed: readonly T[]): T | undefined;
  choice(name: string, allowed: readonly string[], fallback?: string): string | undefined {
    const value = this.text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) this.refuse(name, `must be one of ${allowed.join(", ")}`);
    return found ?? fallback;
  }

  /** Returns values that are separated by white space or commas, each of which has to match a pattern. */
  list(name: string, pattern: RegExp, expected: string): readonly string[] {
    const values = this.raw(name)
      .split(/[\s,]+/)
      .filter(Boolean);
    if (!values.every((value) => pattern.test(value))) this.refuse(name, expected);
    return values;
  }

  /** Returns the pairs of an input with one `name=value` a line. Empty lines and lines that begin with `#` are ignored. */
  pairs(name: string): readonly (readonly [name: string, value: string])[] {
    const lines = this.raw(name)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    return lines.flatMap((line) => {
      const at = line.indexOf("=");
      if (at > 0) return [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
      this.refuse(name, "takes one `name=value` a line");
      return [];
    });
  }

  /** The runner sets `INPUT_<NAME>`: blanks become underscores, hyphens stay. White space around a value is ignored. */
  private raw(name: string): string {
    return (this.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  }
}
