/** Resolves where clients send the token, and which pages may connect. */
import { headerOwner } from "../../aws/headers";
import { DEFAULTS } from "../../contract/defaults";
import type { TokenPlace } from "../../functions/authorizer/settings";
import type { Path } from "../document/tree";
import type { AuthorizerInput, TokenPlaceInput } from "../schema/authorizer";
import { asList, type Scope } from "./scope";

/** Returns the places of the token, and reports those that no client could use or that are unsafe. */
export function resolveTokenPlaces(input: AuthorizerInput, scope: Scope): readonly TokenPlace[] {
  const { token, tokenParameter, allowedOrigins } = input;
  checkOrigins(allowedOrigins, scope);
  if (token === undefined) return [{ query: tokenParameter ?? DEFAULTS.tokenParameter }];
  const path = ["authorizer", "token"];
  if (tokenParameter !== undefined)
    scope.report.key(["authorizer", "tokenParameter"], "cannot be combined with `token`, which sets it.");
  const seen = new Set<string>();
  const places = asList(token).flatMap((given, index) => {
    const at = Array.isArray(token) ? [...path, index] : path;
    const place = resolvePlace(given, at, scope);
    if (place === undefined) return [];
    // Names of headers have no case.
    const identity = JSON.stringify(place).replace(/(?<="header":).*/, (name) => name.toLowerCase());
    if (seen.has(identity)) scope.report(at, "is listed already.");
    seen.add(identity);
    return [place];
  });
  if (
    places.some((place) => "cookie" in place) &&
    allowedOrigins === undefined &&
    scope.intact("authorizer", "allowedOrigins")
  )
    scope.report.key(
      path,
      "needs `allowedOrigins`: a browser sends the cookie for a page of any origin, so every page could connect as its visitor.",
      "List the origins of your pages.",
    );
  return places;
}

function resolvePlace(given: TokenPlaceInput, path: Path, scope: Scope): TokenPlace | undefined {
  const { query, header, cookie } = given;
  if (query !== undefined && header === undefined && cookie === undefined) return { query };
  if (cookie !== undefined && header === undefined && query === undefined) return { cookie };
  if (header === undefined || query !== undefined || cookie !== undefined) {
    if (scope.intact(...path))
      scope.report(
        path,
        "expected one of `query`, `header` and `cookie`.",
        "For several places, write a list: `[{ query: token }, { header: Authorization }]`.",
      );
    return undefined;
  }
  const mistake = mistakeInHeader(header.toLowerCase());
  if (mistake) scope.report([...path, "header"], ...mistake);
  return { header };
}

function mistakeInHeader(name: string): [mistake: string, hint?: string] | undefined {
  if (name === "cookie") return ["has all cookies.", "Write `cookie: NAME`, the name of the cookie with the token."];
  if (name === "sec-websocket-protocol")
    return [
      "a subprotocol cannot carry the token: API Gateway does not send it back with an HTTP integration, and browsers then close the connection.",
      "Use `query` or `cookie` for browsers.",
    ];
  if (name === "origin" || name.startsWith("sec-websocket-") || headerOwner(name) !== undefined)
    return [`\`${name}\` has another purpose in a handshake, or API Gateway sets it.`, "Use `Authorization`."];
  return undefined;
}

/** Reports origins that no browser sends. */
function checkOrigins(origins: readonly string[] = [], { report }: Scope): void {
  for (const [index, origin] of origins.entries()) {
    const path = ["authorizer", "allowedOrigins", index];
    if (/^https:.*:443$|^http:.*:80$/.test(origin)) report(path, "browsers leave out the default port.", "Remove it.");
    if (origins.indexOf(origin) < index) report(path, "is listed already.");
  }
}

/** The identity source that a client needs for a token in this place. */
export function identitySourceOf(place: TokenPlace): string {
  if ("query" in place) return `route.request.querystring.${place.query}`;
  return `route.request.header.${"header" in place ? place.header : "Cookie"}`;
}
