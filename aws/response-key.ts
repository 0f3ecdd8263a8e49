/**
 * Integration response keys: select the integration response for an answer of the backend.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
 */

/** AWS's text of a key: `$default`, or a regular expression between slashes, such as `/2\d\d/`. */
export type ResponseKeyText = "$default" | `/${string}/`;

/** A parsed response key. */
export type ResponseKey =
  | { readonly kind: "default"; readonly text: "$default" }
  /** `pattern` must match the whole status, or the whole error message of a Lambda function. */
  | { readonly kind: "pattern"; readonly text: `/${string}/`; readonly pattern: string };

/**
 * Parses a response key.
 *
 * @returns undefined if AWS would reject it
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

/** Compiles the pattern of a key. Returns undefined for `$default`, which is used if no other key matches. */
export function responsePattern(key: ResponseKey): RegExp | undefined {
  return key.kind === "default" ? undefined : compile(key.pattern);
}

/** API Gateway uses Java's dialect of regular expressions. Keys use only features that JavaScript has as well. */
function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, "s");
  } catch {
    return undefined;
  }
}
