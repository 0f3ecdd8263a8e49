/** Checks the settings when they are made, so that no function is deployed with invalid or unsafe ones. Not in its zip. */
import { Failure } from "./errors";
import { isObject, type JsonObject, listOf, objectOf } from "./json";
import type { AuthorizerSettings } from "./settings";

/** A pattern for the JSON text of a value, or the forms of an object's members, or of all items of a `list` or `map`. */
type Form = RegExp | { readonly [name: string]: Form };

const TEXT = /^".+"$/;
/** http only on this machine, where the local gateway runs the function. */
const WEB = /^"(https:\/\/[^/]|http:\/\/(([\w-]+\.)*localhost|127(\.\d+){3}|\[::1\])(:\d+)?[/"])/;
const TEXTS = { list: TEXT } as const;
const RULES = {
  issuer: TEXT,
  audiences: TEXTS,
  audienceClaim: TEXT,
  requiredClaims: { map: { list: /^(".*"|true|false|-?\d{1,16})$/ } },
  types: { list: /^"/ },
  context: { map: TEXT },
} as const;
const JWKS = {
  ...RULES,
  algorithms: { list: /^"([RPE]S(256|384|512)|EdDSA)"$/ },
  jwksUri: new RegExp(`^undefined$|${WEB.source}`),
} as const;
/** Without `jwksUri`, the issuer is where the discovery document is. */
const DISCOVERED = { issuer: WEB } as const;
const SECRET = {
  ...RULES,
  algorithms: { list: /^"HS(256|384|512)"$/ },
  secrets: { from: /^"(env|ssm)"$/, names: TEXTS },
} as const;
const SETTINGS = {
  issuers: { list: { kind: /^"(jwks|secret)"$/ } },
  tokenParameter: /^(undefined|".+")$/,
  invalidToken: /^40[13]$/,
  clockSkew: /^([1-5]?\d|60)$/,
  maxLifetime: /^[1-9]\d*$/,
  fetchBudgetMs: /^(undefined|[1-9]\d*)$/,
  explain: /^(undefined|true|false)$/,
} as const;

const PLACES = { list: /^\{"(query|header|cookie)":".+"\}$/ } as const;
const ORIGINS = { list: /^"[a-z-]+:..[^/]+"$/ } as const;

function must(fits: boolean, path: string, form: unknown): void {
  if (!fits) throw new Failure("invalid_settings", `${path} must be ${form}.`);
}

function check(value: unknown, form: Form, path: string): void {
  if (form instanceof RegExp) {
    must(form.test(`${JSON.stringify(value)}`), path, form);
    return;
  }
  const { list, map = list, ...members } = form;
  must(list ? listOf(value).length > 0 : isObject(value), path, list ? "a list" : "an object");
  const actual: JsonObject = Object(value);
  for (const name of Object.keys(map ? actual : members)) {
    check(actual[name], map ?? members[name] ?? TEXT, `${path}.${name}`);
  }
}

/** @throws {Failure} `invalid_settings`, with the path and the expected form, if a value does not have its form */
export function checkSettings(settings: unknown): asserts settings is AuthorizerSettings {
  check(settings, SETTINGS, "settings");
  checkTokenPlaces(objectOf(settings));
  const seen = new Set<string>();
  for (const issuer of listOf(objectOf(settings).issuers).map(objectOf)) {
    const name = `Issuer ${issuer.issuer}`;
    check(issuer, issuer.kind === "jwks" ? JWKS : SECRET, name);
    if (issuer.kind === "jwks" && issuer.jwksUri === undefined) check(issuer, DISCOVERED, name);
    must(!seen.has(`${issuer.kind} ${issuer.issuer}`), name, `the only one of the kind ${issuer.kind}`);
    seen.add(`${issuer.kind} ${issuer.issuer}`);
  }
}

function checkTokenPlaces({ tokenParameter, tokenPlaces, allowedOrigins }: JsonObject): void {
  must(
    (tokenParameter === undefined) !== (tokenPlaces === undefined),
    "settings",
    "with tokenParameter or tokenPlaces",
  );
  if (tokenPlaces !== undefined) check(tokenPlaces, PLACES, "settings.tokenPlaces");
  const hasCookie = listOf(tokenPlaces).some((place) => "cookie" in objectOf(place));
  if (hasCookie || allowedOrigins !== undefined) check(allowedOrigins, ORIGINS, "settings.allowedOrigins");
}
