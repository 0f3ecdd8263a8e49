/**
 * Parses a template to a tree with velocityjs. This file adds the package's missing types, and the differences to
 * Velocity 1.7, which API Gateway runs.
 */

import { QUOTAS } from "../../aws/limits";
import { readTemplate } from "../../aws/template";
import { TemplateError } from "./bounds";

export type Node = string | Tag | Block;
/** `[opening tag, ...content]` of `#if`, `#foreach`, `#macro`, `#define` and `#@macro`. */
export type Block = readonly [Tag, ...Node[]];

/** All kinds of tags in one type; `type` determines which fields are set. */
export interface Tag {
  readonly type: string;
  /** The name; for an index, the expression of the index. */
  readonly id?: string | Tag;
  readonly leader?: string;
  readonly isWraped?: boolean;
  readonly path?: readonly Tag[];
  readonly args?: readonly Tag[] | false;
  readonly value?: unknown;
  readonly isEval?: boolean;
  readonly isRange?: boolean;
  readonly equal?: readonly [Tag, Tag];
  readonly condition?: Tag;
  readonly to?: string;
  readonly from?: Tag;
  readonly expression?: readonly Tag[];
  readonly operator?: string;
}

export const isBlock = (node: Node): node is Block => Array.isArray(node);
export const isTag = (node: unknown): node is Tag => typeof node === "object" && node !== null && "type" in node;

/** Parsing costs about twenty renderings. */
const parsed = new Map<string, Node[]>();
const MAX_PARSED = 500;

/** The tree of a template. The trees are cached. */
export function parseTemplate(text: string): Node[] {
  const known = parsed.get(text);
  if (known) return known;
  if (Buffer.byteLength(text) > QUOTAS.mappingTemplateBytes)
    throw new TemplateError("The template is larger than 300 KB.");
  const nodes = parseAnew(text);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(text, nodes);
  return nodes;
}

function parseAnew(text: string): Node[] {
  const tree = readTemplate(text);
  if ("mistake" in tree) throw new TemplateError(`The template cannot be parsed: line ${tree.line}: ${tree.mistake}.`);
  // In the package's types, text nodes (strings) and blocks (arrays) are missing.
  return isNodes(tree) ? withoutIndents(tree) : [];
}

function isNodes(value: unknown): value is Node[] {
  return Array.isArray(value);
}

/** In Velocity 1.7, the blanks before `#set` are part of it, unless they are the end of a text. */
function withoutIndents(nodes: readonly Node[]): Node[] {
  const joined: Node[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (isTag(node) && node.type === "set" && typeof last === "string" && /^[ \t]*$/.test(last)) joined.pop();
    if (typeof node === "string" && typeof last === "string") joined[joined.length - 1] = last + node;
    else joined.push(isBlock(node) ? [node[0], ...withoutIndents(node.slice(1))] : node);
  }
  return joined;
}

/** A reference as it was written: what Velocity prints for a reference without a value. */
export function referenceText(reference: Tag): string {
  const path = (reference.path ?? []).map((step) => {
    if (step.type === "property") return `.${step.id}`;
    if (step.type === "method") return `.${step.id}(${(step.args || []).map(argumentText).join(", ")})`;
    return isTag(step.id) ? `[${argumentText(step.id)}]` : "";
  });
  const name = `${reference.id}${path.join("")}`;
  return `${reference.leader ?? "$"}${reference.isWraped ? `{${name}}` : name}`;
}

/** The call of a macro that does not exist, which Velocity prints as it was written. */
export function callText({ id, args }: Tag): string {
  return `#${id}(${(args || []).map(argumentText).join(", ")})`;
}

function argumentText(argument: unknown): string {
  if (!isTag(argument)) return String(argument);
  const { type, value, isEval, isRange } = argument;
  if (type === "references") return referenceText(argument);
  if (Array.isArray(value)) return `[${value.map(argumentText).join(isRange ? ".." : ", ")}]`;
  if (type === "map") {
    const entries = Object.entries(value ?? {}).map(([key, item]) => `"${key}": ${argumentText(item)}`);
    return `{${entries.join(", ")}}`;
  }
  if (type !== "string") return String(value);
  return isEval ? `"${value}"` : `'${value}'`;
}
