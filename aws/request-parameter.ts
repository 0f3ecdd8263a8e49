/**
 * Route request parameters: what a client sends with its handshake, declared on `$connect` so that mappings may read it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */
import {
  type MappingSource,
  parseMappingSource,
  type RequestSource,
  type RequestSourceText,
} from "./parameter-mapping";

export interface RequestParameter<Text extends RequestSourceText = RequestSourceText> {
  readonly source: RequestSource<Text>;
  /** Whether API Gateway answers 400 where it is missing. */
  readonly required: boolean;
}

/**
 * The declared parameter from AWS's text for it, or undefined.
 *
 * @example
 * parseRequestParameter("route.request.querystring.stocks"); // { kind: "request", location: "querystring", name: "stocks", text: "…" }
 */
export function parseRequestParameter(text: string): RequestSource | undefined {
  const source = parseMappingSource(text);
  return "kind" in source && source.kind === "request" ? source : undefined;
}

/**
 * The texts under which a route can have declared what a mapping reads, the first of them as AWS documents it; none
 * where it needs no declaration. One declaration is for the single value and for the list of values alike.
 * https://github.com/hashicorp/terraform-provider-aws/issues/18387
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
