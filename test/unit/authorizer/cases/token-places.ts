/** Where the token may be, and which pages may connect. */
import type { AuthorizerSettings } from "../../../../functions/authorizer/settings";
import { type Case, connect, rs256, settings } from "../../../support/authorizer/door";
import { expectation } from "../../../support/authorizer/expectation";

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** An event with these headers, each with one value or several, and with this query string. */
const event = (headers: Headers, query: Readonly<Record<string, string>> = {}) =>
  connect("", {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().at(-1)])),
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
  });

const placed = ({ tokenPlaces, allowedOrigins }: Pick<AuthorizerSettings, "tokenPlaces" | "allowedOrigins">) => {
  const { tokenParameter, ...others } = settings();
  return {
    settings: {
      ...others,
      ...(tokenPlaces ? { tokenPlaces } : { tokenParameter: tokenParameter ?? "" }),
      ...(allowedOrigins ? { allowedOrigins } : {}),
    },
  };
};

const APP = "https://app.example.com";
const header = placed({ tokenPlaces: [{ header: "Authorization" }] });
const own = placed({ tokenPlaces: [{ header: "X-Token" }] });
const cookie = placed({ tokenPlaces: [{ cookie: "session" }], allowedOrigins: [APP, "https://*.pages.example.com"] });
const query = placed({ allowedOrigins: [APP, "capacitor://localhost"] });
const anywhere = placed({
  tokenPlaces: [{ query: "token" }, { header: "Authorization" }, { header: "X-Token" }, { cookie: "session" }],
  allowedOrigins: [APP],
});

const allowed = expectation("allow");
const missing = expectation("token_missing");
const repeated = expectation("token_repeated");
const origin = expectation("origin_not_allowed");
const bearer = () => `Bearer ${rs256()}`;
const session = () => `session=${rs256()}`;

export const TOKEN_PLACES: readonly Case[] = [
  allowed("a bearer token", () => event({ Authorization: bearer() }), header),
  allowed("a bearer token, in another case", () => event({ authorization: `bEARER  ${rs256()}` }), header),
  missing("a token without Bearer", () => event({ Authorization: rs256() }), header),
  missing("another scheme", () => event({ Authorization: "Basic dXNlcjpwYXNz" }), header),
  missing("a token in the query string, where only a header is accepted", () => event({}, { token: rs256() }), header),
  repeated("two bearer tokens", () => event({ Authorization: [bearer(), bearer()] }), header),
  repeated("a header in two cases", () => event({ Authorization: bearer(), authorization: bearer() }), header),
  repeated(
    "header maps that disagree",
    () => ({ ...event({ Authorization: bearer() }), headers: { Authorization: `Bearer ${rs256({ sub: "user-2" })}` } }),
    header,
  ),
  repeated(
    "a header in two cases in one map only",
    () => ({ ...event({ Authorization: bearer() }), headers: { Authorization: bearer(), authorization: "Bearer x" } }),
    header,
  ),
  repeated("no map with all headers", () => ({ ...event({ Authorization: bearer() }), multiValueHeaders: {} }), header),
  repeated("only the map with all headers", () => ({ ...event({ Authorization: bearer() }), headers: {} }), header),
  expectation("token_malformed")(
    "two tokens in one header",
    () => event({ Authorization: `${bearer()}, ${bearer()}` }),
    header,
  ),
  missing("a header of another map", () => event({ constructor: bearer() }), header),
  allowed("a header of one's own", () => event({ "x-token": rs256() }), own),
  expectation("token_malformed")("Bearer in a header of one's own", () => event({ "X-Token": bearer() }), own),

  allowed("a cookie from an allowed page", () => event({ Cookie: session(), Origin: APP }), cookie),
  allowed(
    "a cookie among others",
    () => event({ Cookie: `a=b; xsession=x; ${session()}; session.0=y`, Origin: APP }),
    cookie,
  ),
  allowed("a cookie in quotes", () => event({ Cookie: `a="b"; session="${rs256()}"`, Origin: APP }), cookie),
  expectation("token_malformed")("half a quote", () => event({ Cookie: `session="${rs256()}`, Origin: APP }), cookie),
  missing("a cookie in quotes that is empty", () => event({ Cookie: 'session=""', Origin: APP }), cookie),
  missing("another cookie", () => event({ Cookie: `Session=${rs256()}; sessions=x`, Origin: APP }), cookie),
  missing("no cookie", () => event({ Origin: APP }), cookie),
  repeated(
    "a second cookie of this name, from another subdomain",
    () => event({ Cookie: `session=x; ${session()}`, Origin: APP }),
    cookie,
  ),
  repeated("two headers with cookies", () => event({ Cookie: [session(), "a=b"], Origin: APP }), cookie),
  origin("a cookie from another page", () => event({ Cookie: session(), Origin: "https://evil.example" }), cookie),
  origin("a cookie without an origin", () => event({ Cookie: session() }), cookie),
  origin("a cookie from a page without an address", () => event({ Cookie: session(), Origin: "null" }), cookie),
  origin("two origins", () => event({ Cookie: session(), Origin: [APP, "https://evil.example"] }), cookie),

  ...[
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.example",
    "https://evil.example/https://app.example.com",
    "https://APP.example.com",
    "https://pages.example.com",
    "https://evilpages.example.com",
    "https://a.pages.example.com.evil.example",
    "https://evil.example/.pages.example.com",
    "https://evil.example#.pages.example.com",
    "https://evil@a.pages.example.com",
    "https://.pages.example.com",
    "http://a.pages.example.com",
    "https://a.pages.example.com:8443",
  ].map((from) => origin(`the origin ${from}`, () => event({ Cookie: session(), Origin: from }), cookie)),
  ...["https://a.pages.example.com", "https://a-1.b.pages.example.com", "https://feature_1.pages.example.com"].map(
    (from) => allowed(`the subdomain ${from}`, () => event({ Cookie: session(), Origin: from }), cookie),
  ),

  allowed("a token in the query string, from an allowed page", () => event({ Origin: APP }, { token: rs256() }), query),
  allowed(
    "a token in the query string, from a page of a hybrid app",
    () => event({ Origin: "capacitor://localhost" }, { token: rs256() }),
    query,
  ),
  allowed("a token in the query string, from no page", () => event({}, { token: rs256() }), query),
  origin(
    "a token in the query string, from another page",
    () => event({ origin: "https://evil.example" }, { token: rs256() }),
    query,
  ),

  allowed("one of several: the query string", () => event({ Origin: APP }, { token: rs256() }), anywhere),
  allowed("one of several: the header", () => event({ Authorization: bearer() }), anywhere),
  allowed("one of several: the other header", () => event({ "X-Token": rs256() }), anywhere),
  allowed("one of several: the cookie", () => event({ Cookie: session(), Origin: APP }), anywhere),
  allowed(
    "one of several: the others are empty",
    () => event({ Authorization: "Basic eDp5", "X-Token": "", Cookie: session(), Origin: APP }, { token: "" }),
    anywhere,
  ),
  missing("none of several", () => event({ Origin: APP, Cookie: "a=b" }), anywhere),
  repeated("two of several, both good", () => event({ Authorization: bearer() }, { token: rs256() }), anywhere),
  repeated(
    "two of several, one good",
    () => event({ Authorization: "Bearer x", Cookie: session(), Origin: APP }),
    anywhere,
  ),
  repeated("two headers of several", () => event({ Authorization: bearer(), "X-Token": rs256() }), anywhere),
];
