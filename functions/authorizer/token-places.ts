/**
 * Finds the token in the places that the settings name, and checks the origin of the page. This module is loaded only if
 * the settings have such places or origins, and imports only types from the handler.
 */
import type { DenyReason, denyUnless } from "./errors";
import type { JsonObject } from "./json";
import type { AuthorizerSettings, TokenPlace } from "./settings";

type Settings = Pick<AuthorizerSettings, "tokenParameter" | "tokenPlaces" | "allowedOrigins">;

/** The token. @throws Denied unless exactly one place has one, and the page's origin is allowed */
export function findToken(
  event: JsonObject,
  { tokenParameter = "", tokenPlaces = [{ query: tokenParameter }], allowedOrigins }: Settings,
  deny: typeof denyUnless,
): string {
  /** The one value of a parameter or header; "" if there is none. */
  const oneOf = (single: unknown, multi: unknown, isName: (name: string) => boolean, repeated: DenyReason): string => {
    const [last = [], all = []] = [single, multi].map((map) =>
      Object.entries(Object(map)).flatMap(([name, value]): unknown => (isName(name) ? value : [])),
    );
    // The single-value map has only the last of several values, and a proxy or a log may have used another one.
    const isOne = all.length === 1 && last.length === 1 && all[0] === last[0];
    deny(isOne || (all.length === 0 && last.length === 0), repeated);
    return typeof last[0] === "string" ? last[0] : "";
  };
  // API Gateway passes the names of headers on as the client has written them.
  const header = (wanted: string, repeated: DenyReason = "token_repeated") =>
    oneOf(event.headers, event.multiValueHeaders, (name) => name.toLowerCase() === wanted.toLowerCase(), repeated);
  const { queryStringParameters: single, multiValueQueryStringParameters: multi } = event;
  const tokenIn = (place: TokenPlace): string => {
    if ("query" in place) return oneOf(single, multi, (name) => name === place.query, "token_repeated");
    if ("header" in place) return tokenInHeader(place.header, header(place.header));
    const cookies = cookiesNamed(place.cookie, header("cookie"));
    // A page of another subdomain can set a second cookie with the same name.
    deny(cookies.length < 2, "token_repeated");
    return cookies[0] ?? "";
  };

  const found = tokenPlaces.map((place) => ({ place, token: tokenIn(place) })).filter(({ token }) => token !== "");
  const [first, ...others] = found;
  deny(first !== undefined, "token_missing");
  deny(others.length === 0, "token_repeated");
  if (allowedOrigins) {
    const origin = header("origin", "origin_not_allowed");
    // Only browsers send the header, and always. Other clients have no cookies of a user who visits a page.
    const isAllowed = origin ? allowedOrigins.some((allowed) => fits(origin, allowed)) : !("cookie" in first.place);
    deny(isAllowed, "origin_not_allowed", "Origin", allowedOrigins, origin);
  }
  return first.token;
}

/** RFC 6750 section 2.1. Another scheme, such as `Basic`, is not about the token. */
const tokenInHeader = (name: string, value: string): string =>
  name.toLowerCase() === "authorization" ? (/^Bearer +(.*)$/is.exec(value)?.[1] ?? "") : value;

/** The values of the cookies of this name, which may be in quotes: https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1 */
const cookiesNamed = (name: string, header: string): readonly string[] =>
  header
    .split(/; ?/)
    .flatMap((pair) => (pair.startsWith(`${name}=`) ? pair.slice(name.length + 1).replace(/^"(.*)"$/, "$1") : []));

/** Whether an origin is the allowed one, or of one of its subdomains: https://www.rfc-editor.org/rfc/rfc6454#section-6.2 */
function fits(origin: string, allowed: string): boolean {
  const [start = "", end] = allowed.split("*");
  if (end === undefined) return origin === allowed;
  const subdomain = origin.slice(start.length, -end.length);
  return origin === start + subdomain + end && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(subdomain);
}
