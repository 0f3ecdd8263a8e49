/**
 * Response parameters of an integration response: headers of the answer to a handshake, the only answer that has some.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid-integrationresponses.html
 */
import { type JsonPath, parseJsonPath } from "./json-path";
import { isParameterName, parseMappingSource, type StaticSource } from "./parameter-mapping";

export type ResponseSource =
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "body"; readonly path: JsonPath }
  | StaticSource;

export interface ResponseParameter {
  /** Name of the header that is set. */
  readonly header: string;
  readonly source: ResponseSource;
}

/**
 * The parameter from AWS's texts for its target and its source, or undefined.
 *
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
