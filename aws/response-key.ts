/**
 * Integration response keys: which answer of a backend a response is for.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
 */

/** As AWS writes it: `$default`, or a regular expression between slashes such as `/2\d\d/`. */
export type ResponseKeyText = "$default" | `/${string}/`;

export type ResponseKey =
  | { readonly kind: "default"; readonly text: "$default" }
  /** `pattern` is for the whole of what it is compared with: a status, or the error message of a function. */
  | { readonly kind: "pattern"; readonly text: `/${string}/`; readonly pattern: string };

/**
 * The key from its text, or undefined where the text is none.
 *
 * @example
 * parseResponseKey("/2\\d\\d/"); // { kind: "pattern", text: "/2\\d\\d/", pattern: "2\\d\\d" }
 * parseResponseKey("200"); // undefined
 */
export function parseResponseKey(text: string): ResponseKey | undefined {
  if (text === "$default") return { kind: "default", text };
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  if (pattern === undefined || compile(pattern) === undefined) return undefined;
  return { kind: "pattern", text: `/${pattern}/`, pattern };
}

/** What the key matches: undefined for `$default`, which is for what no other key matches. */
export function responsePattern(key: ResponseKey): RegExp | undefined {
  return key.kind === "default" ? undefined : compile(key.pattern);
}

/** API Gateway uses Java's dialect. What both dialects have, which is what keys use, is compiled here as JavaScript. */
function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, "s");
  } catch {
    return undefined;
  }
}
