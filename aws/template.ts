/**
 * Parses mapping templates, which have the syntax of Apache Velocity 1.7. The parser is that of velocityjs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html
 */
import { parse } from "velocityjs";

/** A mistake that makes a template fail whenever API Gateway renders it. */
export interface TemplateMistake {
  readonly mistake: string;
  /** Line in the template, from 1. */
  readonly line: number;
}

interface Tag {
  readonly type: string;
  readonly pos?: { readonly first_line?: number };
}

/**
 * Parses a template. Unlike velocityjs alone, it rejects blocks that are not closed, as Velocity does.
 *
 * @returns the syntax tree as nodes of velocityjs, or the first mistake
 * @example
 * readTemplate("#if($context.stage)"); // { mistake: "`#if` has no `#end`", line: 1 }
 */
export function readTemplate(text: string): readonly unknown[] | TemplateMistake {
  const source = text.replace(/\r\n/g, "\n").replace(/#stop(?![\w(])/g, "#stop()");
  try {
    const nodes: unknown = parse(source);
    return isList(nodes) ? (blockMistake(source) ?? nodes) : [];
  } catch (error) {
    return syntaxMistake(error);
  }
}

/** A private-use character. Appended to a template, it shows in which block the template ends. */
const END = "\uE000";

function blockMistake(source: string): TemplateMistake | undefined {
  // velocityjs parses `#{if}` as text, so its `#end` would be reported as one too many.
  if (/#\{(?!(?:end|else)\})/.test(source)) return undefined;
  const nodes: unknown = parse(`${source}\n${END}`);
  if (!isList(nodes)) return undefined;
  const open = nodes.find((node) => isList(node) && node.flat(Number.POSITIVE_INFINITY).some(isEnd));
  if (isList(open) && isTag(open[0])) return { mistake: `\`#${open[0].type}\` has no \`#end\``, line: lineOf(open[0]) };
  if (!isEnd(nodes.at(-1))) {
    return { mistake: "`#end` closes no block", line: source.slice(0, source.lastIndexOf("#end")).split("\n").length };
  }
  const stray = strayElse(nodes);
  return stray && { mistake: `\`#${stray.type}\` is in no \`#if\``, line: lineOf(stray) };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isTag = (value: unknown): value is Tag => typeof value === "object" && value !== null && "type" in value;
const isEnd = (value: unknown): value is string => typeof value === "string" && value.endsWith(END);
const lineOf = ({ pos }: Tag): number => pos?.first_line ?? 1;

/** Readable names for tokens of velocityjs. */
const TOKENS: Readonly<Record<string, string>> = {
  CONTENT: "text",
  EOF: "end of the template",
  CLOSE_PARENTHESIS: "`)`",
  OPEN_PARENTHESIS: "`(`",
};

function syntaxMistake(error: unknown): TemplateMistake {
  const message = error instanceof Error ? error.message : String(error);
  const line = Number(/error on line (\d+)/.exec(message)?.[1] ?? 1);
  const token = /, got '(.*)'$/.exec(message)?.[1];
  return {
    mistake: token === undefined ? "it cannot be parsed" : `unexpected ${TOKENS[token] ?? `\`${token}\``}`,
    line,
  };
}

function strayElse(nodes: readonly unknown[], block = ""): Tag | undefined {
  for (const node of nodes) {
    if (isList(node)) {
      const [tag, ...content] = node;
      const inner = strayElse(content, isTag(tag) ? tag.type : "");
      if (inner) return inner;
    } else if (isTag(node) && /^else/.test(node.type) && block !== "if") return node;
  }
  return undefined;
}
