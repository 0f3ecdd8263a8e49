/** The `authorizer` settings that `init` writes for each identity provider, with example values for what is not known yet. */
import { notOneOf, pair, UsageError, type Value } from "../../terminal/values";

/** Settings of a provider by key, with example values. */
type Settings = Readonly<Record<string, string>>;

interface Provider {
  /** Settings beside the preset, such as `audience`. */
  readonly beside?: Settings;
  /** Settings of the preset. */
  readonly preset?: Settings;
}

/** Providers by the name of their preset in gateway.yaml, and `issuer` for any other OpenID provider. */
const PROVIDERS: Readonly<Record<string, Provider>> = {
  issuer: { beside: { issuer: "https://login.example.com/", audience: "quotes" } },
  auth0: { preset: { domain: "tenant.eu.auth0.com" }, beside: { audience: "https://quotes.example.com" } },
  clerk: { preset: { domain: "clerk.example.com", origin: "https://app.example.com" } },
  cognito: { preset: { userPoolId: "us-east-1_EXAMPLE00", clientId: "1example23456789" } },
  entra: {
    preset: { tenant: "00000000-0000-0000-0000-000000000000" },
    beside: { audience: "00000000-0000-0000-0000-000000000001" },
  },
  firebase: { preset: { project: "example-project" } },
  github: { preset: { repository: "example-org/quotes" }, beside: { audience: "quotes" } },
  gitlab: { preset: { project: "example-group/quotes" }, beside: { audience: "quotes" } },
  google: { preset: { clientId: "example.apps.googleusercontent.com" } },
  keycloak: { preset: { realm: "https://login.example.com/realms/quotes", clientId: "quotes" } },
  okta: { preset: { domain: "example.okta.com" }, beside: { audience: "quotes" } },
  secret: { beside: { issuer: "https://login.example.com/", audience: "quotes" } },
  supabase: { preset: { project: "exampleproject" } },
};

export const PROVIDER_NAMES: readonly string[] = [...Object.keys(PROVIDERS), "none"];

/** The name of a provider, or the URL of an OpenID issuer. */
export const provider: Value<string> = {
  placeholder: "NAME|URL",
  parse(given) {
    if (/^https:\/\//.test(given) || PROVIDER_NAMES.includes(given)) return given;
    throw notOneOf(given, [...PROVIDER_NAMES, "an issuer's URL"]);
  },
};

export const setting = pair("=", "KEY=VALUE");

/** Returns the keys that a provider needs, with example values. */
export function settingsOf(name: string): Settings {
  const { beside, preset } = PROVIDERS[kindOf(name)] ?? {};
  return { ...preset, ...beside, ...(name === kindOf(name) ? {} : { issuer: name }) };
}

/**
 * Returns the value of `authorizer`.
 *
 * @param given values that replace the examples
 * @throws UsageError for a setting that the provider does not have
 */
export function authorizerOf(name: string, given: Settings): unknown {
  const kind = kindOf(name);
  const examples = settingsOf(name);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(examples, key));
  if (unknown !== undefined) {
    const keys = Object.keys(examples).join(", ");
    const hint = keys ? `Its settings are ${keys}; add others to the file.` : "It has none.";
    throw new UsageError(`Provider ${kind} has no setting ${unknown}.`, hint);
  }
  if (kind === "none") return "none";
  const settings: Settings = { ...examples, ...given };
  const { preset = {} } = PROVIDERS[kind] ?? {};
  const inner = Object.entries(settings).filter(([key]) => Object.hasOwn(preset, key));
  const outer = Object.entries(settings).filter(([key]) => !Object.hasOwn(preset, key));
  return {
    ...(inner.length > 0 ? { [kind]: Object.fromEntries(inner) } : {}),
    ...Object.fromEntries(outer),
    ...(kind === "secret" ? { secret: "env" } : {}),
  };
}

const kindOf = (name: string): string => (name.startsWith("https://") ? "issuer" : name);
