/**
 * `$input`, `$util`, `$context` and `$stageVariables`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
import { jsonText, parseJson } from "../../aws/json";
import { compileJsonPath, parseJsonPath } from "../../aws/json-path";
import { TemplateError } from "./bounds";
import { BuiltIn, copy, text } from "./values";

export interface TemplateScope {
  readonly context: Readonly<Record<string, unknown>>;
  readonly input: {
    readonly body: string;
    readonly querystring?: Readonly<Record<string, string>>;
    readonly header?: Readonly<Record<string, string>>;
    readonly path?: Readonly<Record<string, string>>;
  };
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** Variables that a template cannot set. A reference to one without a value prints an empty text. */
export const RESERVED: ReadonlySet<string> = new Set(["input", "util", "context", "stageVariables"]);

/** Creates a reserved variable when a template first uses it. */
export function reservedVariable(name: string, scope: TemplateScope): unknown {
  if (name === "input") return inputOf(scope.input);
  if (name === "util") return util;
  return copy(name === "context" ? scope.context : scope.stageVariables);
}

function inputOf(input: TemplateScope["input"]): BuiltIn {
  const groups = { path: input.path ?? {}, querystring: input.querystring ?? {}, header: input.header ?? {} };
  let parsed: { value: unknown } | undefined;
  const at = (path: unknown): unknown => {
    parsed ??= { value: copy(input.body === "" ? {} : (parseJson(input.body) ?? input.body)) };
    // Observed, not documented: a path without a value is an empty text.
    return jsonPath(text(path ?? "$"))(parsed.value) ?? "";
  };
  return new BuiltIn(
    {
      path: ([path]) => at(path),
      json: ([path]) => jsonText(at(path)),
      // Disputed for WebSocket APIs. The order is that of REST APIs: path, then query string, then header.
      params: ([name]) => {
        if (name === undefined) return copy(groups);
        const group = Object.values(groups).find((values) => Object.hasOwn(values, text(name)));
        return group?.[text(name)] ?? "";
      },
    },
    { body: input.body },
  );
}

function jsonPath(path: string): (root: unknown) => unknown {
  const steps = parseJsonPath(path);
  if (steps === undefined) throw new TemplateError(`JSONPath ${path} is not understood`);
  return compileJsonPath(steps);
}

const util = new BuiltIn({
  escapeJavaScript: ([value]) => escapeJavaScript(text(value)),
  parseJson: ([value]) => {
    const parsed = parseJson(text(value));
    if (parsed === undefined) throw new TemplateError("The argument of $util.parseJson is not JSON.");
    return copy(parsed);
  },
  urlEncode: ([value]) => {
    const encoded = encodeURIComponent(Buffer.from(text(value)).toString());
    return encoded.replace(/%20/g, "+").replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  },
  urlDecode: ([value]) => {
    try {
      return decodeURIComponent(text(value).replace(/\+/g, " "));
    } catch {
      throw new TemplateError("The argument of $util.urlDecode has a malformed %-sequence.");
    }
  },
  base64Encode: ([value]) => Buffer.from(text(value)).toString("base64"),
  base64Decode: ([value]) => Buffer.from(text(value), "base64").toString(),
});

const SHORT = new Map(Object.entries({ "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r" }));

/** Escapes a text like `StringEscapeUtils.escapeJavaScript` of Apache Commons. */
function escapeJavaScript(value: string): string {
  return value.replace(/["'\\/]|[^\x20-\x7e]/g, (c) => {
    if (/["'\\/]/.test(c)) return `\\${c}`;
    return SHORT.get(c) ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
