/** Resolves `authorizer`: none, IAM, an existing function, or the bundled function with its settings. */

import type { IdentitySource } from "../../aws/identity-source";
import {
  isNearDeprecation,
  LAMBDA_RUNTIME_NAMES,
  LAMBDA_RUNTIMES,
  type LambdaRuntimeName,
} from "../../aws/lambda-runtimes";
import { DEFAULTS } from "../../contract/defaults";
import type { AuthorizerSettings, TokenPlace } from "../../functions/authorizer/settings";
import { readIdentitySource } from "../expressions/identity-source";
import type { Authorizer } from "../model";
import type { AuthorizerInput } from "../schema/authorizer";
import { resolveIssuer } from "./issuer";
import { PRESETS } from "./presets";
import type { Scope } from "./scope";
import { identitySourceOf, resolveTokenPlaces } from "./token-places";

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
  "token",
  "allowedOrigins",
  "invalidToken",
  "clockSkewSeconds",
  "maxLifetimeSeconds",
  "memoryMb",
  "timeoutSeconds",
  "runtime",
  "reservedConcurrency",
  "logRetentionDays",
] as const;

export function resolveAuthorizer(
  input: "iam" | "none" | AuthorizerInput,
  stageVariables: ReadonlySet<string>,
  scope: Scope,
): Authorizer {
  if (input === "iam" || input === "none") return { kind: input };
  const places = input.lambda === undefined ? resolveTokenPlaces(input, scope) : [{ query: DEFAULTS.tokenParameter }];
  const texts = input.identitySources ?? defaultSources(places);
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
  if (input.identitySources && identitySources.length === texts.length) checkSources(texts, places, scope);
  const { allowedOrigins } = input;
  const [only, ...others] = places;
  const resolved = resolveIssuers(input, scope);
  const settings: AuthorizerSettings = {
    issuers: resolved.map(({ issuer }) => issuer),
    ...(only && "query" in only && others.length === 0 ? { tokenParameter: only.query } : { tokenPlaces: places }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
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
      runtime: resolveRuntime(input, scope),
      reservedConcurrency: input.reservedConcurrency,
      logRetentionDays: input.logRetentionDays ?? DEFAULTS.logRetentionDays,
    },
  };
}

/**
 * API Gateway requires every identity source of every client, so several places have none:
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
 */
const defaultSources = (places: readonly TokenPlace[]): readonly string[] =>
  places.length === 1 ? places.map(identitySourceOf) : [];

/** Reports identity sources without the only place of the token, or with one of several. */
function checkSources(texts: readonly string[], places: readonly TokenPlace[], { report, intact }: Scope): void {
  const path = ["authorizer", "identitySources"];
  if (!["identitySources", "token", "tokenParameter", "lambda"].every((key) => intact("authorizer", key))) return;
  const sources = places.map(identitySourceOf);
  for (const source of sources) {
    const index = texts.indexOf(source);
    if (sources.length === 1 && index < 0)
      report.key(path, `expected \`${source}\` in the list: it carries the token.`);
    if (sources.length > 1 && index >= 0)
      report([...path, index], "would be required of every client, also of one that sends the token in another place.");
  }
}

function resolveRuntime({ runtime = DEFAULTS.runtime }: AuthorizerInput, { report, today, local }: Scope) {
  const { deprecated, noUpdates } = LAMBDA_RUNTIMES[runtime];
  // The local gateway runs the function with its own Node.js.
  if (today && !local && isNearDeprecation(runtime, today))
    report.warn(
      ["authorizer", "runtime"],
      `AWS deprecates \`${runtime}\` on ${deprecated}, and rejects changes of the function from ${noUpdates} on.`,
      successorOf(runtime),
    );
  return runtime;
}

function successorOf(runtime: LambdaRuntimeName): string {
  const next = LAMBDA_RUNTIME_NAMES[LAMBDA_RUNTIME_NAMES.indexOf(runtime) + 1];
  return next === undefined
    ? "Update this project."
    : `Set \`runtime: ${next}\`, which needs version ${LAMBDA_RUNTIMES[next].provider} of Terraform's AWS provider.`;
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
  if (authorizer.kind !== "verify") return new Set();
  return new Set([
    "principalId",
    "exp",
    ...authorizer.function.settings.issuers.flatMap(({ context }) => Object.keys(context)),
  ]);
}
