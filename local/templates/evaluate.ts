/** Evaluates the expressions of a template by Velocity 1.7's rules: references, literals, arithmetic and conditions. */
import { entriesOf, exactNumber } from "../../aws/json";
import { bounded, MAX_ITERATIONS } from "./bounds";
import { callMethod } from "./methods";
import { newDouble } from "./numbers";
import { isTag, type Node, parseTemplate, referenceText, type Tag } from "./syntax";
import { arithmetic, compare, field, isEqual, isMap, isTrue, newMap } from "./values";
import { RESERVED, reservedVariable, type TemplateScope } from "./variables";

/** As conditions these are false in Velocity 1.7; a reference to such a value is true. */
const LITERALS: ReadonlySet<string> = new Set(["string", "integer", "decimal", "array", "map"]);

export abstract class Evaluator {
  protected readonly variables = new Map<string, unknown>();
  /** Contents of `#define` blocks. */
  protected readonly defined = new Map<string, readonly Node[]>();

  constructor(private readonly scope: TemplateScope) {}

  /** Renders nodes to a separate text instead of the output. */
  protected abstract renderApart(nodes: readonly Node[]): string;

  protected variable(name: string): unknown {
    if (RESERVED.has(name) && !this.variables.has(name)) this.variables.set(name, reservedVariable(name, this.scope));
    const content = this.defined.get(name);
    return content && !this.variables.has(name) ? this.renderApart(content) : this.variables.get(name);
  }

  protected follow(start: unknown, path: readonly Tag[]): unknown {
    let value = start;
    for (const step of path) {
      if (value === undefined || value === null) return undefined;
      if (step.type === "method") {
        const args = (step.args || []).map((argument) => this.value(argument));
        value = bounded(callMethod(value, String(step.id), args));
      } else if (step.type === "index") {
        value = field(value, isTag(step.id) ? this.value(step.id) : undefined);
      } else {
        const name = String(step.id);
        value =
          field(value, name) ?? (name === "empty" && !isMap(value) ? callMethod(value, "isEmpty", []) : undefined);
      }
    }
    return value;
  }

  protected isTrue(condition: Tag | undefined): boolean {
    if (condition === undefined || LITERALS.has(condition.type)) return false;
    if (condition.operator === "parenthesis") return this.isTrue(condition.expression?.[0]);
    return isTrue(this.value(condition));
  }

  protected value(tag: Tag): unknown {
    switch (tag.type) {
      case "references":
        return this.follow(this.variable(String(tag.id)), tag.path ?? []);
      case "string":
        return this.string(tag);
      case "integer":
        return exactNumber(String(BigInt(String(tag.value))));
      case "decimal":
        return newDouble(Number(tag.value));
      case "bool":
        return tag.value === "null" ? null : tag.value === "true";
      case "array":
        return this.array(tag);
      case "map":
        return newMap(isMap(tag.value) ? entriesOf(tag.value).map(([key, item]) => [key, this.item(item)]) : []);
      case "math":
        return this.math(tag.operator ?? "", tag.expression ?? []);
      default:
        return undefined;
    }
  }

  private string(tag: Tag): string {
    const value = String(tag.value);
    if (!tag.isEval) return value;
    const unescaped = value.replace(/\\"/g, '"');
    return /[$#]/.test(unescaped) ? this.renderApart(parseTemplate(unescaped)) : unescaped;
  }

  private item(item: unknown): unknown {
    return isTag(item) ? this.value(item) : item;
  }

  private array(tag: Tag): unknown[] {
    const items = Array.isArray(tag.value) ? tag.value : [];
    if (!tag.isRange) return items.map((item) => this.item(item));
    const [from = 0, to = 0] = items.map((item) => Number(this.item(item)));
    const length = Math.min(Math.abs(to - from) + 1, MAX_ITERATIONS);
    return Number.isInteger(length) ? Array.from({ length }, (_, at) => (from <= to ? from + at : from - at)) : [];
  }

  private math(operator: string, [first, second]: readonly Tag[]): unknown {
    if (!first) return undefined;
    if (operator === "&&") return this.isTrue(first) && this.isTrue(second);
    if (operator === "||") return this.isTrue(first) || this.isTrue(second);
    if (operator === "not") return !this.isTrue(first);
    const left = this.value(first);
    if (operator === "parenthesis") return left;
    if (operator === "minus") return arithmetic("-", 0, left);
    const right = second ? this.value(second) : undefined;
    if (operator === "==") return isEqual(left, right);
    if (operator === "!=") return !isEqual(left, right);
    if (/[<>]/.test(operator)) return compare(operator, left, right);
    if (operator === "+" && second && (typeof left === "string" || typeof right === "string")) {
      return bounded(arithmetic("+", addend(first, left), addend(second, right)));
    }
    return bounded(arithmetic(operator, left, right));
  }
}

/** A reference without a value is added to a text as it is written. */
function addend(tag: Tag, value: unknown): unknown {
  if ((value !== undefined && value !== null) || tag.type !== "references") return value;
  return RESERVED.has(String(tag.id)) ? "" : referenceText(tag);
}
