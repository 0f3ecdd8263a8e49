/** Indents JSON for reading. Numbers stay as they are written, which `JSON.parse` would not keep. */

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;

/** Returns the text indented; unchanged where it is not JSON, such as one that was cut. */
export function pretty(text: string): string {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return text;
  let out = "";
  let depth = 0;
  let previous = "";
  TOKEN.lastIndex = 0;
  for (let token = next(text); token !== ""; token = next(text)) {
    const closes = token === "}" || token === "]";
    const opened = previous === "{" || previous === "[";
    if (closes) depth -= 1;
    if (closes ? !opened : opened || previous === ",") out += `\n${"  ".repeat(depth)}`;
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth += 1;
    previous = token;
  }
  return out;
}

function next(text: string): string {
  return TOKEN.exec(text)?.[1] ?? "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
