/** Splits and formats the HCL that cdktf renders, which is valid but has no layout. */

/** A top-level block, such as `resource "aws_apigatewayv2_api" "api" { … }`. */
export interface Block {
  /** Type and labels: `["resource", "aws_apigatewayv2_api", "api"]`. */
  readonly head: readonly string[];
  readonly text: string;
}

const OPENS = /[{[(]$/;
const CLOSES = /^[}\])]/;

/** Returns the top-level blocks. A line that ends with a bracket opens one, and a line that begins with one closes it. */
export function blocksOf(hcl: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let depth = 0;
  for (const line of hcl.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    lines.push(line);
    if (CLOSES.test(line)) depth--;
    if (OPENS.test(line)) depth++;
    if (depth > 0) continue;
    blocks.push({ head: headOf(lines[0] ?? ""), text: lines.join("\n") });
    lines = [];
  }
  return blocks;
}

const headOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\w+)/g)].map(([, label, word]) => label ?? word ?? "");

/** Formats a block as `terraform fmt` does, and writes references without quotes. */
export function formatted({ text }: Block): string {
  const lines = text.replaceAll(/(?<=[[{])\n(?=[\]}])/g, "").split("\n");
  let depth = 0;
  let list = "";
  const indented = lines.map((line) => {
    if (CLOSES.test(line)) depth--;
    const plain = withoutQuotes(line, list);
    if (OPENS.test(line)) {
      depth++;
      list = line;
    }
    if (CLOSES.test(line)) list = "";
    return { indent: "  ".repeat(OPENS.test(line) ? depth - 1 : depth), text: plain };
  });
  return aligned(indented).join("\n");
}

/** Removes the quotes of a value that is one reference or expression, and of addresses in meta-arguments. */
function withoutQuotes(line: string, list: string): string {
  if (list.startsWith("depends_on")) return line.replace(/^"(.*)"(,?)$/, "$1$2");
  if (line.startsWith("provider = ")) return line.replaceAll('"', "");
  const [, key = "", inner] = /^(\S+ = )"\$\{(.*)\}"$/.exec(line) ?? [];
  return inner !== undefined && isOneExpression(inner) ? `${key}${withSpaces(inner)}` : line;
}

/** Writes spaces inside of the braces of an expression's objects, but not inside of its texts. */
function withSpaces(expression: string): string {
  const TEXT = /"(?:[^"\\$]|\\.|\$(?!\{)|\$\{[^}]*\})*"/g;
  const texts: string[] = [];
  const spaced = expression
    .replaceAll(TEXT, (text) => `"${texts.push(text) - 1}"`)
    .replaceAll(/\{(?=[^ }])/g, "{ ")
    .replaceAll(/(?<=[^ {])\}/g, " }");
  return spaced.replaceAll(/"(\d+)"/g, (_, index: string) => texts[Number(index)] ?? "");
}

/** Whether a text is one expression, not the middle of several interpolations such as `a}-${b`. */
function isOneExpression(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

interface Line {
  readonly indent: string;
  readonly text: string;
}

const ATTRIBUTE = /^("[^"]*"|[\w-]+) += +(.*[^{[(])$/;

/** Aligns the equals signs of adjacent attributes that have one line. */
function aligned(lines: readonly Line[]): string[] {
  const result: string[] = [];
  let group: (Line & { readonly key: string; readonly value: string })[] = [];
  const end = () => {
    const width = Math.max(...group.map(({ key }) => key.length));
    result.push(...group.map(({ indent, key, value }) => `${indent}${key.padEnd(width)} = ${value}`));
    group = [];
  };
  for (const line of lines) {
    const [, key, value] = ATTRIBUTE.exec(line.text) ?? [];
    if (key === undefined || value === undefined || (group[0] && group[0].indent !== line.indent)) end();
    if (key === undefined || value === undefined) result.push(`${line.indent}${line.text}`);
    else group.push({ ...line, key, value });
  }
  end();
  return result;
}
