/**
 * Response parameters of an integration response: set headers of the answer to a handshake. No other answer has headers.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid-integrationresponses.html
 */
import { type JsonPath, parseJsonPath } from "./json-path";
import { isParameterName, parseMappingSource, type StaticSource } from "./parameter-mapping";

/** The value of a response parameter: a header or a part of the backend's answer, or a fixed value. */
export type ResponseSource =
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "body"; readonly path: JsonPath }
  | StaticSource;

/** A parsed response parameter. */
export interface ResponseParameter {
  /** Name of the header to set. */
  readonly header: string;
  readonly source: ResponseSource;
}

/**
 * Parses a response parameter.
 *
 * @returns undefined if AWS would reject its target or its source
 * @example
 * parseResponseParameter("method.response.header.X-Id", "integration.response.body.user.id");
 * // { header: "X-Id", source: { kind: "body", path: … } }
 */
export function parseResponseParameter(target: string, source: string): ResponseParameter | undefined {
  const [, header = ""] = /^method\.response\.header\.(.+)$/.exec(target) ?? [];
  const read = parseResponseSource(source);
  return read === undefined || !isParameterName(header) ? undefined : { header, source: read };
}

function parseResponseSource(text: string): ResponseSource | undefined {
  const [, location, name = ""] = /^integration\.response\.(header|body)\.(.+)$/.exec(text) ?? [];
  if (location === "header") return isParameterName(name) ? { kind: "header", name } : undefined;
  if (location === "body") {
    const path = parseJsonPath(`.${name}`);
    return path && { kind: "body", path };
  }
  const source = parseMappingSource(text);
  return "kind" in source && source.kind === "static" ? source : undefined;
}
