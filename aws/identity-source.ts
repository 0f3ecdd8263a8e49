/**
 * Identity sources: what a handshake must bring before API Gateway invokes the authorizer; else it answers 401. HTTP
 * APIs write them `$request.…`, which WebSocket APIs refuse.
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

export type IdentitySourceText =
  | `route.request.${"querystring" | "header"}.${string}`
  | `stageVariables.${string}`
  | `context.${string}`;

export type IdentitySource =
  | RequestSource<`route.request.${"querystring" | "header"}.${string}`>
  | ContextSource
  | StageVariableSource;

/** Why a text is no identity source: no mapping source either, or one that is known but does not identify. */
export type InvalidIdentity =
  | InvalidSource
  | { readonly invalid: "HTTP API" }
  | { readonly invalid: "kind"; readonly source: MappingSource };

/**
 * An identity source from AWS's text for it, or why there is none.
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
