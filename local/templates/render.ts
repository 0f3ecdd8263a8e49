/** Renders the directives of a parsed template by Velocity 1.7's rules, within bounds. */
import { entriesOf, setMember } from "../../aws/json";
import { MAX_DEPTH, MAX_ITERATIONS, MAX_OUTPUT, MAX_STEPS, TemplateError } from "./bounds";
import { Evaluator } from "./evaluate";
import { callText, isBlock, isTag, type Node, parseTemplate, referenceText, type Tag } from "./syntax";
import { isMap, newMap, text } from "./values";
import { RESERVED } from "./variables";

/** They are parsed as calls of macros. */
const DIRECTIVES: ReadonlySet<string> = new Set(["stop", "evaluate", "parse", "include"]);

export class Renderer extends Evaluator {
  #out = "";
  #steps = 0;
  #depth = 0;
  #ended: "break" | "stop" | undefined;
  readonly #macros = new Map<string, { parameters: string[]; content: readonly Node[] }>();

  render(nodes: readonly Node[]): string {
    this.#nodes(nodes);
    return this.#out;
  }

  #nodes(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (this.#ended) return;
      this.#steps += 1;
      if (this.#steps > MAX_STEPS) throw new TemplateError(`The template takes more than ${MAX_STEPS} steps.`);
      if (typeof node === "string") this.#write(node);
      else if (isBlock(node)) this.#block(node[0], node.slice(1));
      else this.#tag(node);
    }
  }

  #write(part: string): void {
    if (this.#out.length + part.length > MAX_OUTPUT) throw new TemplateError("The template renders more than 10 MB.");
    this.#out += part;
  }

  protected renderApart(nodes: readonly Node[]): string {
    if (this.#depth >= MAX_DEPTH) throw new TemplateError(`The template nests macros more than ${MAX_DEPTH} deep.`);
    this.#depth += 1;
    const outside = this.#out;
    this.#out = "";
    this.#nodes(nodes);
    const inside = this.#out;
    this.#out = outside;
    this.#depth -= 1;
    return inside;
  }

  #tag(tag: Tag): void {
    if (tag.type === "references") this.#write(this.#printed(tag));
    else if (tag.type === "set" && tag.equal) this.#set(...tag.equal);
    else if (tag.type === "break") this.#ended = "break";
    else if (tag.type === "raw") this.#write(String(tag.value));
    else if (tag.type === "macro_call") this.#macroCall(tag, undefined);
  }

  #block(tag: Tag, content: readonly Node[]): void {
    if (tag.type === "if") this.#if(tag, content);
    else if (tag.type === "foreach") this.#forEach(tag, content);
    else if (tag.type === "define") this.defined.set(String(tag.id), content);
    else if (tag.type === "macro_body") this.#macroCall(tag, content);
    else if (tag.type === "macro") {
      const parameters = (tag.args || []).map(({ id }) => String(id));
      this.#macros.set(String(tag.id), { parameters, content });
    }
  }

  #if(tag: Tag, content: readonly Node[]): void {
    let chosen = this.isTrue(tag.condition);
    let start = 0;
    for (const [index, node] of content.entries()) {
      if (!isTag(node) || (node.type !== "elseif" && node.type !== "else")) continue;
      if (chosen) {
        this.#nodes(content.slice(start, index));
        return;
      }
      chosen = node.type === "else" || this.isTrue(node.condition);
      start = index + 1;
    }
    if (chosen) this.#nodes(content.slice(start));
  }

  #forEach(tag: Tag, content: readonly Node[]): void {
    const from = tag.from ? this.value(tag.from) : undefined;
    const all = Array.isArray(from) ? from : isMap(from) ? entriesOf(from).map(([, value]) => value) : [];
    const items = all.slice(0, MAX_ITERATIONS);
    const names = [tag.to ?? "", "foreach", "velocityCount", "velocityHasNext"];
    const before = names.map((name) => this.variables.get(name));
    for (const [index, item] of items.entries()) {
      const hasNext = index + 1 < items.length;
      const loop = { index, count: index + 1, hasNext, first: index === 0, last: !hasNext, parent: before[1] };
      const values = [item, newMap(Object.entries(loop)), index + 1, hasNext];
      for (const [at, name] of names.entries()) this.variables.set(name, values[at]);
      this.#nodes(content);
      if (this.#ended) break;
    }
    for (const [at, name] of names.entries()) this.variables.set(name, before[at]);
    if (this.#ended === "break") this.#ended = undefined;
  }

  #macroCall(tag: Tag, body: readonly Node[] | undefined): void {
    const args = tag.args || [];
    if (tag.id === "stop") {
      this.#ended = "stop";
    } else if (tag.id === "evaluate") {
      const template = args[0] ? this.value(args[0]) : undefined;
      if (typeof template === "string") this.#write(this.renderApart(parseTemplate(template)));
    }
    // #parse and #include read files, and API Gateway has no files.
    const macro = this.#macros.get(String(tag.id));
    if (!macro) {
      if (!body && !DIRECTIVES.has(String(tag.id))) this.#write(callText(tag));
      return;
    }
    const names = [...macro.parameters, "bodyContent"];
    const values = macro.parameters.map((_, at) => (args[at] ? this.value(args[at]) : undefined));
    values.push(body ? this.renderApart(body) : undefined);
    const before = names.map((name) => this.variables.get(name));
    for (const [at, name] of names.entries()) this.variables.set(name, values[at]);
    this.#write(this.renderApart(macro.content));
    for (const [at, name] of names.entries()) this.variables.set(name, before[at]);
  }

  #set(target: Tag, source: Tag): void {
    const value = this.value(source);
    const name = String(target.id);
    // Velocity 1.7 keeps the old value when the new one is null; API Gateway's own variables cannot be set.
    if (value === undefined || value === null || RESERVED.has(name)) return;
    const path = target.path ?? [];
    const last = path.at(-1);
    if (!last) {
      this.variables.set(name, value);
      return;
    }
    const owner = this.follow(this.variable(name), path.slice(0, -1));
    const key = last.type === "index" && isTag(last.id) ? this.value(last.id) : last.id;
    if (isMap(owner)) setMember(owner, text(key), value);
    else if (Array.isArray(owner) && Number(key) >= 0 && Number(key) < owner.length) owner[Number(key)] = value;
  }

  #printed(reference: Tag): string {
    const value = this.value(reference);
    if (value !== undefined && value !== null) return text(value);
    return reference.leader === "$!" || RESERVED.has(String(reference.id)) ? "" : referenceText(reference);
  }
}
