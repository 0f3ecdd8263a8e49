/** Evaluates expressions. A {@link Scope} resolves the names in them. */

import { call } from "./builtin-functions";
import { TerraformError } from "./error";
import type { Expression } from "./parser";
import { asFlag, asNumber, asText, describe, equal, isObject, type Value } from "./values";

export interface Scope {
  /** Folder to which paths are relative. */
  readonly folder: string;
  /**
   * Returns the value of a reference such as `["aws_lambda_function", "authorizer", "arn"]`, and the number of parts
   * that it used.
   */
  resolve(path: readonly string[]): { readonly value: Value; readonly taken: number };
}

export function evaluate(expression: Expression, scope: Scope): Value {
  const of = (inner: Expression) => evaluate(inner, scope);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return expression.parts.map((part) => asText(of(part))).join("");
    case "name":
    case "get":
      return reference(expression, scope);
    case "splat": {
      const value = of(expression.of);
      const items = Array.isArray(value) ? value : value === null ? [] : [value];
      return items.map((item) => expression.keys.map(of).reduce(member, item));
    }
    case "call":
      return callWith(expression, scope);
    case "list":
      return expression.items.map(of);
    case "object":
      return Object.fromEntries(expression.entries.map(([key, value]) => [asText(of(key)), of(value)]));
    case "unary":
      return expression.operator === "!" ? !asFlag(of(expression.operand)) : -asNumber(of(expression.operand));
    case "binary":
      return binary(expression, of);
    case "if":
      return of(asFlag(of(expression.test)) ? expression.then : expression.otherwise);
  }
}

function reference(expression: Expression, scope: Scope): Value {
  const keys: Value[] = [];
  let root = expression;
  for (; root.kind === "get"; root = root.of) keys.unshift(evaluate(root.key, scope));
  if (root.kind !== "name") return keys.reduce<Value>(member, evaluate(root, scope));
  const path = [root.name];
  for (const key of keys) {
    if (typeof key !== "string") break;
    path.push(key);
  }
  const { value, taken } = scope.resolve(path);
  try {
    return keys.slice(taken - 1).reduce<Value>(member, value);
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    throw new TerraformError(
      "unknown",
      `${[root.name, ...keys].join(".")} is not known to the local gateway: ${error.problem}`,
      "",
    );
  }
}

function member(value: Value, key: Value): Value {
  const index = typeof key === "number" || (typeof key === "string" && /^\d+$/.test(key)) ? Number(key) : undefined;
  const name = asText(key);
  let found: Value | undefined;
  if (Array.isArray(value)) found = index === undefined ? undefined : value[index];
  // A single block is an object in JSON and a list of one in Terraform.
  else if (isObject(value)) found = Object.hasOwn(value, name) ? value[name] : index === 0 ? value : undefined;
  if (found === undefined) throw new TerraformError("unknown", `${describe(value)} has no ${JSON.stringify(name)}`, "");
  return found;
}

function callWith({ name, args, spread }: Extract<Expression, { kind: "call" }>, scope: Scope): Value {
  if (name === "try" || name === "can") {
    for (const argument of args) {
      try {
        const value = evaluate(argument, scope);
        return name === "can" ? true : value;
      } catch (error) {
        if (!(error instanceof TerraformError) || error.code === "unsupported") throw error;
      }
    }
    if (name === "can") return false;
    throw new TerraformError("value", "try: no argument can be evaluated", "");
  }
  const values = args.map((argument) => evaluate(argument, scope));
  const last = values.at(-1);
  return call(name, spread && Array.isArray(last) ? [...values.slice(0, -1), ...last] : values, scope.folder);
}

function binary(
  { operator, left, right }: Extract<Expression, { kind: "binary" }>,
  of: (expression: Expression) => Value,
): Value {
  switch (operator) {
    case "&&":
      return asFlag(of(left)) && asFlag(of(right));
    case "||":
      return asFlag(of(left)) || asFlag(of(right));
    case "==":
      return equal(of(left), of(right));
    case "!=":
      return !equal(of(left), of(right));
    default:
      return arithmetic(operator, asNumber(of(left)), asNumber(of(right)));
  }
}

function arithmetic(operator: string, left: number, right: number): Value {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    default:
      return left >= right;
  }
}
