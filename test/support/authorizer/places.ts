/** Runs the tables with the token in a header or a cookie: the authorizer gets the same events, with the token moved there. */

import { carry } from "../../../contract/token";
import type { TokenPlace } from "../../../functions/authorizer/settings";
import type { Subject } from "./door";

export const PLACES: readonly (readonly [name: string, place: TokenPlace])[] = [
  ["the header Authorization", { header: "Authorization" }],
  ["another header", { header: "X-Token" }],
  ["a cookie", { cookie: "__Host-session" }],
];

const ORIGIN = "https://app.example.com";

/** The subject, whose authorizers accept the token in this place only. */
export const movedTo = (place: TokenPlace, subject: Subject): Subject => ({
  ...subject,
  createAuthorizer: ({ tokenParameter = "token", ...settings }, world) => {
    const allowedOrigins = "cookie" in place ? { allowedOrigins: [ORIGIN] } : {};
    const authorize = subject.createAuthorizer({ ...settings, ...allowedOrigins, tokenPlaces: [place] }, world);
    return (event) => authorize(moved(event, tokenParameter, place));
  },
});

type Entries = Readonly<Record<string, unknown>>;

function moved(event: unknown, parameter: string, place: TokenPlace): unknown {
  if (typeof event !== "object" || event === null) return event;
  const { headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters, ...rest }: Entries = {
    ...event,
  };
  const origin = { Origin: ORIGIN };
  const single: Entries = Object(queryStringParameters);
  const multi: Entries = Object(multiValueQueryStringParameters);
  return {
    ...rest,
    headers: { ...Object(headers), ...origin, ...header(single, parameter, place) },
    multiValueHeaders: { ...Object(multiValueHeaders), Origin: [ORIGIN], ...header(multi, parameter, place) },
  };
}

/** The header with the values of the parameter, if there are any. */
function header(map: Entries, parameter: string, place: TokenPlace): Entries {
  if (!Object.hasOwn(map, parameter)) return {};
  const value = map[parameter];
  const name = Object.keys(carry("", place).headers)[0] ?? "";
  const written = (token: unknown) => (typeof token === "string" ? carry(token, place).headers[name] : token);
  return { [name]: Array.isArray(value) ? value.map(written) : written(value) };
}
