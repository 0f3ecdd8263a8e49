/** Resolves one issuer, with published keys or a shared secret, to the function's settings. */
import { isContextVariable } from "../../aws/context-variables";
import { DEFAULTS } from "../../contract/defaults";
import {
  type Algorithm,
  ASYMMETRIC_ALGORITHMS,
  type AsymmetricAlgorithm,
  type ClaimRules,
  type ClaimValue,
  type Issuer,
  isLoopback,
  SYMMETRIC_ALGORITHMS,
} from "../../functions/authorizer/settings";
import { tokensIn } from "../../terminal/secret-look";
import type { Path } from "../document/tree";
import type { IssuerInput } from "../schema/issuer";
import { CLAIM_PATH, HTTP_URL } from "../schema/values";
import { checkJwks } from "./jwks";
import { PRESETS, type Preset, presetOf } from "./presets";
import { hostOf, isPrivate } from "./reachable";
import { asList, readReferenced, type Scope } from "./scope";
import { resolveSecrets } from "./secrets";

export interface ResolvedIssuer {
  readonly issuer: Issuer;
  /** The key set to package with the function, if the configuration names one. */
  readonly jwks: unknown;
}

/** Keys of `context.authorizer` that the function always sets. API Gateway's own are variables of `$context`. */
const OWN_CONTEXT = ["principalId", "exp"];

/**
 * Resolves an issuer to one entry of the settings, or to two if it has published keys and a shared secret: while an issuer
 * migrates from one to the other, both are valid. Each entry has algorithms of one kind, so that a token cannot choose the
 * kind of key that verifies it.
 */
export function resolveIssuer(input: IssuerInput, path: Path, scope: Scope): readonly ResolvedIssuer[] {
  const preset = presetOf(input);
  checkPreset(input, preset, path, scope);
  const rules = claimRules(input, preset, path, scope);
  const { algorithms = [], secret } = input;
  const asymmetric = of(ASYMMETRIC_ALGORITHMS, algorithms);
  const shared = of(SYMMETRIC_ALGORITHMS, algorithms);
  const isPublished =
    secret === undefined ||
    [preset, input.jwksUri, input.jwks].some((where) => where !== undefined) ||
    (asymmetric.length > 0 && shared.length > 0);
  checkAlgorithms(input, isPublished, path, scope);
  const resolved: ResolvedIssuer[] = [];
  if (isPublished) {
    const chosen = asymmetric.length > 0 ? asymmetric : (preset?.algorithms ?? [DEFAULTS.publishedKeysAlgorithm]);
    resolved.push(published(input, preset, rules, chosen, path, scope));
  }
  if (secret !== undefined) {
    const chosen = shared.length > 0 ? shared : [DEFAULTS.sharedSecretAlgorithm];
    const secrets = resolveSecrets(secret, [...path, "secret"], scope.report);
    resolved.push({ issuer: { ...rules, kind: "secret", algorithms: chosen, secrets }, jwks: undefined });
  }
  const others = preset?.others ?? [];
  return [
    ...resolved,
    ...others.flatMap((other) => resolved.map((one) => ({ ...one, issuer: { ...one.issuer, ...other } }))),
  ];
}

/** Reports settings that the preset sets, and values that are valid but probably mistakes. */
function checkPreset(input: IssuerInput, preset: Preset | undefined, path: Path, scope: Scope): void {
  for (const key of preset?.excludes ?? []) {
    if (input[key] === undefined) continue;
    scope.report.key([...path, key], `cannot be combined with \`${preset?.name}\`, which sets it.`);
  }
  if (/-admin\.okta(preview)?\.com$|-admin\.okta-emea\.com$/.test(input.okta?.domain ?? ""))
    scope.report([...path, "okta", "domain"], "is the address of Okta's Admin Console.", "Remove `-admin`.");
  if (input.entra?.tenant === "any")
    scope.report.warn(
      [...path, "entra", "tenant"],
      "users of every tenant of Microsoft Entra ID may connect.",
      "List the tenants.",
    );
}

/** Reports algorithms for which the issuer has no key. */
function checkAlgorithms(
  { algorithms = [], secret }: IssuerInput,
  isPublished: boolean,
  path: Path,
  scope: Scope,
): void {
  for (const [index, name] of algorithms.entries()) {
    const at = [...path, "algorithms", index];
    const isShared = SYMMETRIC_ALGORITHMS.some((known) => known === name);
    if (isShared && secret === undefined && scope.intact(...path, "secret"))
      scope.report(at, `\`${name}\` needs a shared secret, not published keys.`, "Add `secret: env`.");
    if (!isShared && !isPublished)
      scope.report(at, `\`${name}\` needs published keys, not a shared secret.`, "Remove `secret`.");
  }
}

/** Returns the algorithms of a kind, in the order of the file: an RSA key without `alg` is used with the first. */
const of = <T extends Algorithm>(kind: readonly T[], asked: readonly string[]): readonly T[] => [
  ...new Set(asked.flatMap((name) => kind.filter((known) => known === (name === "Ed25519" ? "EdDSA" : name)))),
];

function claimRules(input: IssuerInput, preset: Preset | undefined, path: Path, scope: Scope): ClaimRules {
  const issuer = preset?.issuer ?? input.issuer;
  const audiences = preset?.audiences ?? asList(input.audience);
  // A setting that replaces the key may be there but invalid. That is reported already.
  const missing = (key: string) => [key, ...PRESETS, "issuers", "lambda"].every((each) => scope.intact(...path, each));
  if (issuer === undefined && missing("issuer")) {
    scope.report.key(path, "needs `issuer`, the exact `iss` claim of its tokens.");
  }
  if (audiences.length === 0 && missing("audience")) {
    scope.report.key(path, "needs `audience`: without it the authorizer would accept tokens for any other service.");
  }
  if (audiences.some((audience) => tokensIn(audience).length > 0))
    scope.report.key(
      [...path, preset?.audiences ? preset.name : "audience"],
      "has a client's secret in place of its id, which is public.",
      "Write the id.",
    );
  return {
    issuer: issuer ?? "",
    audiences,
    audienceClaim: preset?.audienceClaim ?? input.audienceClaim ?? DEFAULTS.audienceClaim,
    requiredClaims: required(input, preset, [...path, "requiredClaims"], scope),
    types: input.types ?? DEFAULTS.types,
    context: resolveContext(input, preset, [...path, "context"], scope),
  };
}

/** Returns the preset's requirements and those of the file. A claim that both require must meet both. */
function required({ requiredClaims = {} }: IssuerInput, preset: Preset | undefined, path: Path, { report }: Scope) {
  const all: Record<string, readonly ClaimValue[]> = { ...preset?.requiredClaims };
  for (const [claim, given] of Object.entries(requiredClaims)) {
    if (!CLAIM_PATH.test(claim))
      report.key([...path, claim], "expected the path of a claim, such as `realm_access.roles`.");
    if (/^(scope|scp)$/.test(claim) && asList(given).some((value) => /\s/.test(`${value}`)))
      report(
        [...path, claim],
        "no token could pass: a scope has no spaces.",
        "Write one scope, such as `read:quotes`.",
      );
    const presets = Object.hasOwn(all, claim) ? all[claim] : undefined;
    const values = asList(given).filter((value) => presets?.includes(value) ?? true);
    if (presets !== undefined && values.length === 0) {
      const accepted = presets.map((value) => `\`${value}\``).join(", ");
      report([...path, claim], `no token could pass: \`${preset?.name}\` requires ${accepted}.`);
    }
    all[claim] = values;
  }
  return all;
}

function resolveContext({ context }: IssuerInput, preset: Preset | undefined, path: Path, { report }: Scope) {
  for (const key of Object.keys(context ?? {})) {
    // `context.authorizer.<key>` must be valid in AWS's mapping grammar.
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(key)) {
      report.key([...path, key], "expected a key of letters, digits, `_` and `-`.");
    } else if (OWN_CONTEXT.includes(key) || isContextVariable(`authorizer.${key}`)) {
      report.key([...path, key], "is reserved: API Gateway or the authorizer sets it.");
    }
  }
  return context ?? { ...DEFAULTS.context, ...preset?.context };
}

function published(
  input: IssuerInput,
  preset: Preset | undefined,
  rules: ClaimRules,
  algorithms: readonly AsymmetricAlgorithm[],
  path: Path,
  scope: Scope,
): ResolvedIssuer {
  checkAddress(input, path, scope);
  const jwksUri = preset?.jwksUri ?? input.jwksUri;
  const jwks = input.jwks === undefined ? undefined : snapshot(input.jwks, algorithms, [...path, "jwks"], scope);
  return { issuer: { ...rules, kind: "jwks", algorithms, ...(jwksUri === undefined ? {} : { jwksUri }) }, jwks };
}

/** Reports an issuer whose keys could not be fetched, or not safely. On this machine, keys may be fetched over http. */
function checkAddress({ issuer, jwksUri, keycloak, ...input }: IssuerInput, path: Path, scope: Scope): void {
  // A setting that gives the address may be there but invalid. That is reported already.
  if (!["jwksUri", "secret", ...PRESETS].every((key) => scope.intact(...path, key))) return;
  const isPreset = PRESETS.some((name) => name in input);
  const [url, ...key] = keycloak
    ? [keycloak.realm, "keycloak", "realm"]
    : jwksUri
      ? [jwksUri, "jwksUri"]
      : [isPreset ? undefined : issuer, "issuer"];
  if (url === undefined) return;
  const at = [...path, ...key];
  if (/\/\.well-known\/(openid-configuration|oauth-authorization-server)$/.test(url)) {
    scope.report(
      at,
      "is the address of a discovery document.",
      `Write the \`issuer\` that is in it${url === issuer ? "." : ", and leave `jwksUri` out."}`,
    );
  } else if (isLoopback(url) && URL.canParse(url)) {
    if (scope.local) return;
    const { host } = new URL(url);
    scope.report(
      at,
      `the authorizer on AWS cannot reach \`${host}\`.`,
      "Use a public host. The local gateway accepts this address.",
    );
  } else if (/^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\//.test(url) && url === issuer) {
    scope.report(
      at,
      "is in no token: each has the issuer of its own tenant.",
      "Use the preset `entra`, with `tenant: any` or a list.",
    );
  } else if (!url.startsWith("https://") || (url === issuer && !HTTP_URL.test(url))) {
    if (url !== issuer) scope.report(at, `expected an https URL, not \`${url}\`.`);
    else
      scope.report(
        at,
        "is not an https URL, so the address of its keys is unknown.",
        "Set `jwksUri`, or `secret: env` for a shared secret.",
      );
  } else if (!scope.local && input.jwks === undefined && isPrivate(url)) {
    scope.report(
      at,
      `the authorizer on AWS cannot reach \`${hostOf(url)}\`.`,
      "Use a public host, or package the keys with `jwks`.",
    );
  }
}

function snapshot(file: string, algorithms: readonly Algorithm[], path: Path, scope: Scope): unknown {
  const text = readReferenced(scope, file, path);
  if (text === undefined) return undefined;
  const { document, mistake } = checkJwks(text, algorithms);
  if (mistake) scope.report(path, `\`${file}\` ${mistake}`);
  return document;
}
