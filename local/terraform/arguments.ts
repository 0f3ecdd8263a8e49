/** Reads the arguments of a block. An argument is evaluated when it is read. */
import type { Body } from "./document";
import { placed, TerraformError } from "./error";
import { evaluate, type Scope } from "./evaluate";
import { parseTemplate } from "./parser";
import { asText, isObject, type Value } from "./values";

/** Evaluates a JSON value, in which every string is a template, including keys. */
export function evaluateJson(value: Value, scope: Scope): Value {
  if (typeof value === "string") return evaluate(parseTemplate(value), scope);
  if (Array.isArray(value)) return value.map((item) => evaluateJson(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [asText(evaluateJson(key, scope)), evaluateJson(item, scope)]),
  );
}

const META = ["//", "depends_on", "lifecycle", "provider", "provisioner", "connection", "timeouts"];

export class Arguments {
  private readonly read = new Set<string>();

  constructor(
    /** The block's name in messages, such as `aws_apigatewayv2_api.main`. */
    readonly address: string,
    private readonly body: Body,
    private readonly scope: Scope,
  ) {}

  has(name: string): boolean {
    return Object.hasOwn(this.body, name) && this.body[name] !== null;
  }

  /** Returns the value of an argument, or undefined if it is missing or null. */
  value(name: string): Value | undefined {
    this.read.add(name);
    if (!this.has(name)) return undefined;
    const value = placed(`${this.address}.${name}`, () => evaluateJson(this.body[name] ?? null, this.scope));
    return value ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : placed(`${this.address}.${name}`, () => asText(value));
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === "") throw new TerraformError("value", `${name} is missing`, "", this.address);
    return text;
  }

  /** Returns the blocks with this name. In JSON, one block is an object and several are a list. */
  blocks(name: string): Arguments[] {
    this.read.add(name);
    const found = this.body[name] ?? [];
    const bodies = Array.isArray(found) ? found : [found];
    return bodies.filter(isObject).map((body) => new Arguments(`${this.address}.${name}`, body, this.scope));
  }

  block(name: string): Arguments | undefined {
    return this.blocks(name)[0];
  }

  /** Returns the names of arguments that have not been read, without the `known` ones. */
  unread(known: readonly string[] = []): string[] {
    return Object.keys(this.body).filter(
      (name) => !this.read.has(name) && !META.includes(name) && !known.includes(name),
    );
  }
}
