/**
 * Identity sources: values that a handshake must contain. Without one of them, API Gateway answers 401 and does not invoke
 * the authorizer. HTTP APIs use the form `$request.…`, which WebSocket APIs reject.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
 */
import {
  type ContextSource,
  type InvalidSource,
  type MappingSource,
  parseMappingSource,
  type RequestSource,
  type StageVariableSource,
} from "./parameter-mapping";

/** AWS's text of an identity source. */
export type IdentitySourceText =
  | `route.request.${"querystring" | "header"}.${string}`
  | `stageVariables.${string}`
  | `context.${string}`;

/** A parsed identity source. */
export type IdentitySource =
  | RequestSource<`route.request.${"querystring" | "header"}.${string}`>
  | ContextSource
  | StageVariableSource;

/**
 * Why a text is not an identity source. `HTTP API`: it has the form of HTTP APIs. `kind`: it is a valid mapping source of
 * a kind that cannot be an identity source.
 */
export type InvalidIdentity =
  | InvalidSource
  | { readonly invalid: "HTTP API" }
  | { readonly invalid: "kind"; readonly source: MappingSource };

/**
 * Parses an identity source.
 *
 * @returns the source, or the reason why AWS would reject it
 *
 * @example
 * parseIdentitySource("route.request.header.Authorization"); // { kind: "request", location: "header", … }
 * parseIdentitySource("$request.header.Authorization"); // { invalid: "HTTP API" }
 */
export function parseIdentitySource(text: string): IdentitySource | InvalidIdentity {
  if (text.startsWith("$request.")) return { invalid: "HTTP API" };
  const source = parseMappingSource(text);
  if ("invalid" in source) return source;
  switch (source.kind) {
    case "context":
    case "authorizer":
    case "stageVariable":
      return source;
    case "request": {
      const { location, name } = source;
      if (location !== "querystring" && location !== "header") return { invalid: "kind", source };
      return { kind: "request", text: `route.request.${location}.${name}`, location, name };
    }
    case "body":
    case "static":
      return { invalid: "kind", source };
  }
}
