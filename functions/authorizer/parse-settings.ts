/** Parses and checks the settings when the function starts, so that it does not run with invalid or unsafe ones. */
import { Failure } from "./errors";
import { isObject, type JsonObject, listOf, objectOf, parseJson } from "./json";
import { type AuthorizerSettings, SETTINGS_VARIABLE } from "./settings";

/** A pattern for the JSON text of a value, or the forms of an object's members, or of all items of a `list` or `map`. */
type Form = RegExp | { readonly [name: string]: Form };

const TEXT = /^".+"$/;
const TEXTS = { list: TEXT } as const;
const RULES = {
  issuer: TEXT,
  audiences: TEXTS,
  audienceClaim: /^"(aud|client_id)"$/,
  requiredClaims: { map: TEXTS },
  types: { list: /^"/ },
  context: { map: TEXT },
} as const;
const JWKS = { ...RULES, algorithms: { list: /^"([RPE]S(256|384|512)|EdDSA)"$/ }, jwksUri: /^"https:..[^/]/ } as const;
const SECRET = {
  ...RULES,
  algorithms: { list: /^"HS(256|384|512)"$/ },
  secrets: { from: /^"(env|ssm)"$/, names: TEXTS },
} as const;
const SETTINGS = {
  issuers: { list: { kind: /^"(jwks|secret)"$/ } },
  tokenParameter: TEXT,
  invalidToken: /^40[13]$/,
  clockSkew: /^([1-5]?\d|60)$/,
  maxLifetime: /^[1-9]\d*$/,
} as const;

function must(fits: boolean, path: string, form: unknown): void {
  if (!fits) throw new Failure("invalid_settings", `${path} must be ${form}.`);
}

/** @throws {Failure} `invalid_settings`, with the path and the expected form, if a value does not have its form */
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

function checkSettings(settings: unknown): asserts settings is AuthorizerSettings {
  check(settings, SETTINGS, SETTINGS_VARIABLE);
  for (const issuer of listOf(objectOf(settings).issuers).map(objectOf)) {
    check(issuer, issuer.kind === "jwks" ? JWKS : SECRET, `Issuer ${issuer.issuer}`);
  }
}

export function parseSettings(text = ""): AuthorizerSettings {
  const settings = parseJson(text);
  checkSettings(settings);
  return settings;
}
