/** Parses the strings of Terraform's JSON syntax: text with `${expressions}` in it. */
import { TerraformError } from "./error";
import { Scanner } from "./scanner";

/** Terraform's expression syntax, as far as generated JSON uses it: https://developer.hashicorp.com/terraform/language/expressions */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "get"; readonly of: Expression; readonly key: Expression }
  | { readonly kind: "splat"; readonly of: Expression; readonly keys: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly spread: boolean }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression };

/** Parses a string. A string that consists of one interpolation has the type of that expression. */
export function parseTemplate(text: string): Expression {
  const parts = new Parser(text).template(undefined);
  const [only] = parts;
  if (only === undefined) return { kind: "literal", value: "" };
  return parts.length === 1 ? only : { kind: "template", parts };
}

export function parseExpression(text: string): Expression {
  return new Parser(text).whole();
}

/** Binary operators, from the lowest to the highest precedence. */
const BINARY = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
/** Maximum nesting, which protects the stack. Neither people nor cdktf write deeper nesting. */
const DEPTH = 200;

class Parser extends Scanner {
  private depth = 0;

  whole(): Expression {
    const expression = this.expression();
    this.space();
    if (this.at < this.text.length) this.fail(`unexpected ${JSON.stringify(this.text.slice(this.at, this.at + 10))}`);
    return expression;
  }

  /** Parses text up to `end` (a quote), or to the end of the input. */
  template(end: '"' | undefined): Expression[] {
    const parts: Expression[] = [];
    let literal = "";
    const flush = () => {
      if (literal !== "") parts.push({ kind: "literal", value: literal });
      literal = "";
    };
    while (this.at < this.text.length && this.text[this.at] !== end) {
      if (this.take("$${") || this.take("%%{")) {
        literal += `${this.text[this.at - 2]}{`;
      } else if (this.take("${")) {
        flush();
        this.take("~");
        parts.push(this.expression());
        this.space();
        this.take("~");
        this.expect("}");
      } else if (this.take("%{")) {
        throw new TerraformError(
          "unsupported",
          "template directives (%{…}) are not supported",
          "Use an expression instead",
        );
      } else if (end && this.take("\\")) {
        literal += this.escape();
      } else {
        literal += this.text[this.at++];
      }
    }
    flush();
    return parts;
  }

  private escape(): string {
    const unicode = this.match(/u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y);
    if (unicode) return String.fromCodePoint(Number.parseInt(unicode[1] ?? unicode[2] ?? "", 16));
    const letter = this.text[this.at++] ?? "";
    return ESCAPES[letter] ?? this.fail(`unknown escape \\${letter}`);
  }

  private expression(): Expression {
    if (++this.depth > DEPTH) this.fail("the expression is nested too deeply");
    const test = this.binary(0);
    let result = test;
    if (this.symbol("?")) {
      const then = this.expression();
      this.expect(":");
      result = { kind: "if", test, then, otherwise: this.expression() };
    }
    this.depth--;
    return result;
  }

  private binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.symbol(candidate));
      if (!operator) return left;
      left = { kind: "binary", operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    for (const operator of ["!", "-"]) {
      if (this.symbol(operator)) return { kind: "unary", operator, operand: this.unary() };
    }
    return this.postfix(this.primary());
  }

  private postfix(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (this.match(/\s*\[\s*\*\s*\]|\s*\.\*/y)) {
        const keys: Expression[] = [];
        for (let key = this.attribute(); key; key = this.attribute()) keys.push(key);
        of = { kind: "splat", of, keys };
        continue;
      }
      const key = this.attribute() ?? this.index();
      if (!key) return of;
      of = { kind: "get", of, key };
    }
  }

  private attribute(): Expression | undefined {
    const found = this.match(/\s*\.\s*([\p{L}_][\p{L}\p{N}_-]*|\d+)/uy);
    return found?.[1] === undefined ? undefined : { kind: "literal", value: found[1] };
  }

  private index(): Expression | undefined {
    if (!this.symbol("[")) return undefined;
    const key = this.expression();
    this.expect("]");
    return key;
  }

  private primary(): Expression {
    this.space();
    if (this.take('"')) {
      const parts = this.template('"');
      this.expect('"');
      return parts.length === 1 && parts[0]?.kind === "literal" ? parts[0] : { kind: "template", parts };
    }
    if (this.take("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.take("[")) return { kind: "list", items: this.series("]", () => this.expression()) };
    if (this.take("{")) return { kind: "object", entries: this.series("}", () => this.entry()) };
    const number = this.match(/\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number) return { kind: "literal", value: Number(number[0]) };
    const name = this.match(/[\p{L}_][\p{L}\p{N}_:-]*/uy)?.[0];
    if (name === undefined) return this.fail("expected an expression");
    return this.named(name);
  }

  private named(name: string): Expression {
    if (this.take("(")) {
      let spread = false;
      const args = this.series(")", () => {
        const argument = this.expression();
        spread = this.symbol("...");
        return argument;
      });
      return { kind: "call", name, args, spread };
    }
    if (name === "for") {
      throw new TerraformError(
        "unsupported",
        "for expressions are not supported",
        "Compute the value in the cdktf program instead",
      );
    }
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    return name === "null" ? { kind: "literal", value: null } : { kind: "name", name };
  }

  private entry(): readonly [Expression, Expression] {
    const key = this.expression();
    if (!this.symbol("=") && !this.symbol(":")) this.fail("= is missing in an object");
    return [key.kind === "name" ? { kind: "literal", value: key.name } : key, this.expression()];
  }

  private series<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.symbol(end)) {
      items.push(item());
      if (this.symbol(end)) break;
      if (!this.symbol(",") && end !== "}") this.fail(`, or ${end} is missing`);
    }
    return items;
  }
}
