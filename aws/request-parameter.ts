/**
 * Route request parameters: query parameters and headers of the handshake. `$connect` must declare those that mappings
 * read.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */
import {
  type MappingSource,
  parseMappingSource,
  type RequestSource,
  type RequestSourceText,
} from "./parameter-mapping";

/** A declared request parameter. */
export interface RequestParameter<Text extends RequestSourceText = RequestSourceText> {
  readonly source: RequestSource<Text>;
  /** Whether API Gateway answers 400 if a handshake does not contain the parameter. */
  readonly required: boolean;
}

/**
 * Parses the key of a request parameter.
 *
 * @returns undefined if AWS would reject it
 * @example
 * parseRequestParameter("route.request.querystring.stocks"); // { kind: "request", location: "querystring", name: "stocks", text: "…" }
 */
export function parseRequestParameter(text: string): RequestSource | undefined {
  const source = parseMappingSource(text);
  return "kind" in source && source.kind === "request" ? source : undefined;
}

/**
 * Returns the keys by which a route can declare what a mapping reads. The first one is the form that AWS documents. One
 * declaration covers both the single value and the list of values.
 * https://github.com/hashicorp/terraform-provider-aws/issues/18387
 *
 * @returns an empty list if the source needs no declaration
 */
export function declarationsOf(source: MappingSource): readonly RequestSourceText[] {
  if (source.kind !== "request") return [];
  const { location, name, text } = source;
  switch (location) {
    case "multivaluequerystring":
      return [`route.request.querystring.${name}`, text];
    case "multivalueheader":
      return [`route.request.header.${name}`, text];
    default:
      return [text];
  }
}
