/** Splits an expression into tokens for the parser. */
import { TerraformError } from "./error";

export class Scanner {
  protected at = 0;

  constructor(protected readonly text: string) {}

  protected space(): void {
    this.match(/\s+/y);
  }

  protected take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  protected symbol(token: string): boolean {
    const before = this.at;
    this.space();
    if (this.take(token)) return true;
    this.at = before;
    return false;
  }

  protected expect(token: string): void {
    if (!this.symbol(token)) this.fail(`${token} is missing`);
  }

  protected match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  protected fail(problem: string): never {
    throw new TerraformError("syntax", `${problem} at character ${this.at + 1} of ${JSON.stringify(this.text)}`, "");
  }
}
