/** Resolves `authorizer`: none, an existing function, or the bundled function with its settings. */

import type { IdentitySource } from "../../aws/identity-source";
import { DEFAULTS } from "../../contract/defaults";
import type { AuthorizerSettings } from "../../functions/authorizer/settings";
import { readIdentitySource } from "../expressions/identity-source";
import type { Authorizer } from "../model";
import type { AuthorizerInput } from "../schema/authorizer";
import { resolveIssuer } from "./issuer";
import { PRESETS } from "./presets";
import type { Scope } from "./scope";

/** Settings of one issuer. If there is `issuers`, they are in its entries. */
const ISSUER_KEYS = [
  "issuer",
  "audience",
  "audienceClaim",
  "jwksUri",
  "jwks",
  "algorithms",
  "secret",
  ...PRESETS,
  "requiredClaims",
  "types",
  "context",
] as const;
/** Settings of the bundled function only. */
const FUNCTION_KEYS = [
  "issuers",
  "tokenParameter",
  "invalidToken",
  "clockSkewSeconds",
  "maxLifetimeSeconds",
  "memoryMb",
  "timeoutSeconds",
  "reservedConcurrency",
  "logRetentionDays",
] as const;

export function resolveAuthorizer(
  input: "none" | AuthorizerInput,
  stageVariables: ReadonlySet<string>,
  scope: Scope,
): Authorizer {
  if (input === "none") return { kind: "none" };
  const tokenSource = `route.request.querystring.${input.tokenParameter ?? DEFAULTS.tokenParameter}`;
  const texts = input.identitySources ?? [tokenSource];
  const identitySources = resolveIdentitySources(texts, stageVariables, scope);

  if (input.lambda !== undefined) {
    for (const key of [...ISSUER_KEYS, ...FUNCTION_KEYS]) {
      if (key in input)
        scope.report.key(
          ["authorizer", key],
          "is a setting of the bundled authorizer and cannot be combined with `lambda`.",
        );
    }
    return { kind: "lambda", functionArn: input.lambda, identitySources };
  }
  if (
    input.identitySources &&
    identitySources.length === texts.length &&
    !texts.includes(tokenSource) &&
    scope.intact("authorizer", "identitySources")
  ) {
    scope.report.key(
      ["authorizer", "identitySources"],
      `expected \`${tokenSource}\` in the list: it carries the token.`,
    );
  }
  const resolved = resolveIssuers(input, scope);
  const settings: AuthorizerSettings = {
    issuers: resolved.map(({ issuer }) => issuer),
    tokenParameter: input.tokenParameter ?? DEFAULTS.tokenParameter,
    invalidToken: input.invalidToken ?? DEFAULTS.invalidToken,
    clockSkew: input.clockSkewSeconds ?? DEFAULTS.clockSkewSeconds,
    maxLifetime: input.maxLifetimeSeconds ?? DEFAULTS.maxLifetimeSeconds,
  };
  return {
    kind: "verify",
    identitySources,
    function: {
      settings,
      jwks: Object.fromEntries(
        resolved.flatMap(({ issuer, jwks }) => (jwks === undefined ? [] : [[issuer.issuer, jwks]])),
      ),
      memoryMb: input.memoryMb ?? DEFAULTS.memoryMb,
      timeoutSeconds: input.timeoutSeconds ?? DEFAULTS.timeoutSeconds,
      reservedConcurrency: input.reservedConcurrency,
      logRetentionDays: input.logRetentionDays ?? DEFAULTS.logRetentionDays,
    },
  };
}

function resolveIssuers(input: AuthorizerInput, scope: Scope) {
  const path = ["authorizer"];
  if (!input.issuers) return resolveIssuer(input, path, scope);
  for (const key of ISSUER_KEYS) {
    if (key in input) scope.report.key([...path, key], "belongs to one issuer: move it into an entry of `issuers`.");
  }
  const seen = new Set<string>();
  return input.issuers.flatMap((each, index) => {
    const resolved = resolveIssuer(each, [...path, "issuers", index], scope);
    const names = resolved.map(({ issuer }) => `${issuer.kind} ${issuer.issuer}`);
    if (names.some((name) => seen.has(name)))
      scope.report([...path, "issuers", index], "has the same `issuer` as one above; only the first would be used.");
    for (const name of names) seen.add(name);
    return resolved;
  });
}

/** Returns the identity sources that a client can satisfy, and reports others. */
function resolveIdentitySources(
  texts: readonly string[],
  stageVariables: ReadonlySet<string>,
  scope: Scope,
): IdentitySource[] {
  return texts.flatMap((text, index) => {
    const path = ["authorizer", "identitySources", index];
    const source = readIdentitySource(text, stageVariables);
    if (!("mistake" in source)) {
      if (texts.indexOf(text) < index) scope.report(path, "is listed already.");
      return [source];
    }
    scope.report(path, `${source.mistake}.`, source.hint);
    return [];
  });
}

/**
 * Returns the keys of `context.authorizer` that a mapping may use, or undefined for an existing function, whose keys
 * are unknown.
 */
export function contextKeys(authorizer: Authorizer): ReadonlySet<string> | undefined {
  if (authorizer.kind === "lambda") return undefined;
  if (authorizer.kind === "none") return new Set();
  return new Set([
    "principalId",
    "exp",
    ...authorizer.function.settings.issuers.flatMap(({ context }) => Object.keys(context)),
  ]);
}
