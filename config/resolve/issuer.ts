/** Resolves one issuer, with published keys or a shared secret, to the function's settings. */
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import {
  type Algorithm,
  ASYMMETRIC_ALGORITHMS,
  type ClaimRules,
  type Issuer,
  SETTINGS_VARIABLE,
  SYMMETRIC_ALGORITHMS,
} from "../../functions/authorizer/settings";
import { looksSecret } from "../../terminal/secret-look";
import type { Path } from "../document/tree";
import type { IssuerInput } from "../schema/authorizer";
import { checkJwks } from "./jwks";
import { type Preset, presetOf } from "./presets";
import { asList, readReferenced, type Scope } from "./scope";

export interface ResolvedIssuer {
  readonly issuer: Issuer;
  /** The key set to package with the function, if the configuration names one. */
  readonly jwks: unknown;
}

/** Maximum number of secrets: the current and the previous one, so that a secret can be rotated. */
const MAX_SECRETS = 2;
/** Variables that Lambda reserves: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLE = /^(AWS_|LAMBDA_|_|TZ$|LANG$|PATH$|NODE_)/;
/**
 * A secret's Terraform variable has its name in lower case. Terraform reserves some names
 * (https://developer.hashicorp.com/terraform/language/values/variables#declaring-an-input-variable), and
 * one is the variable of the origin secret.
 */
const RESERVED_NAME = /^(SOURCE|VERSION|PROVIDERS|COUNT|FOR_EACH|LIFECYCLE|DEPENDS_ON|LOCALS)$/;
/** Keys of `context.authorizer` that API Gateway or the function always sets. */
const OWN_CONTEXT = ["principalId", "integrationLatency", "exp"];

export function resolveIssuer(input: IssuerInput, path: Path, scope: Scope): ResolvedIssuer {
  const preset = presetOf(input);
  for (const key of preset?.excludes ?? []) {
    if (input[key] === undefined) continue;
    scope.report.key([...path, key], `cannot be combined with \`${preset?.name}\`, which sets it.`);
  }
  const rules = claimRules(input, preset, path, scope);
  return input.secret === undefined ? published(input, preset, rules, path, scope) : shared(input, rules, path, scope);
}

function claimRules(input: IssuerInput, preset: Preset | undefined, path: Path, scope: Scope): ClaimRules {
  const issuer = preset?.issuer ?? input.issuer;
  const audiences = preset?.audiences ?? asList(input.audience);
  // An invalid preset would have set it.
  const missing = (key: string) => [key, "cognito", "github"].every((each) => scope.intact(...path, each));
  if (issuer === undefined && missing("issuer")) {
    scope.report.key(path, "needs `issuer`, the exact `iss` claim of its tokens.");
  }
  if (audiences.length === 0 && missing("audience")) {
    scope.report.key(path, "needs `audience`: without it the authorizer would accept tokens for any other service.");
  }
  const required = Object.fromEntries(
    Object.entries(input.requiredClaims ?? {}).map(([claim, values]) => [claim, asList(values)]),
  );
  return {
    issuer: issuer ?? "",
    audiences,
    audienceClaim: preset?.audienceClaim ?? input.audienceClaim ?? DEFAULTS.audienceClaim,
    requiredClaims: { ...preset?.requiredClaims, ...required },
    types: input.types ?? DEFAULTS.types,
    context: resolveContext(input, preset, [...path, "context"], scope),
  };
}

function resolveContext({ context }: IssuerInput, preset: Preset | undefined, path: Path, { report }: Scope) {
  for (const key of Object.keys(context ?? {})) {
    // `context.authorizer.<key>` must be valid in AWS's mapping grammar.
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(key)) {
      report.key([...path, key], "expected a key of letters, digits, `_` and `-`.");
    } else if (OWN_CONTEXT.includes(key)) {
      report.key([...path, key], "is reserved: API Gateway or the authorizer sets it.");
    }
  }
  return context ?? { ...DEFAULTS.context, ...(preset && { orgId: preset.organization }) };
}

function published(
  input: IssuerInput,
  preset: Preset | undefined,
  rules: ClaimRules,
  path: Path,
  scope: Scope,
): ResolvedIssuer {
  const hint = "Add `secret: env`.";
  const algorithms = pick(
    ASYMMETRIC_ALGORITHMS,
    input,
    DEFAULTS.publishedKeysAlgorithm,
    ["a shared secret, not published keys", hint],
    path,
    scope,
  );
  if (!preset && !input.jwksUri && input.issuer && !input.issuer.startsWith("https://")) {
    scope.report(
      [...path, "issuer"],
      "is not an https URL, so the address of its keys is unknown.",
      "Set `jwksUri`, or `secret: env` for a shared secret.",
    );
  }
  const jwksUri = preset?.jwksUri ?? input.jwksUri ?? `${rules.issuer.replace(/\/+$/, "")}/.well-known/jwks.json`;
  const jwks = input.jwks === undefined ? undefined : snapshot(input.jwks, algorithms, [...path, "jwks"], scope);
  return { issuer: { ...rules, kind: "jwks", algorithms, jwksUri }, jwks };
}

function snapshot(file: string, algorithms: readonly Algorithm[], path: Path, scope: Scope): unknown {
  const text = readReferenced(scope, file, path);
  if (text === undefined) return undefined;
  const { document, mistake } = checkJwks(text, algorithms);
  if (mistake) scope.report(path, `\`${file}\` ${mistake}`);
  return document;
}

function shared(input: IssuerInput, rules: ClaimRules, path: Path, scope: Scope): ResolvedIssuer {
  for (const key of ["jwksUri", "jwks"] as const) {
    if (input[key] === undefined) continue;
    scope.report.key(
      [...path, key],
      "cannot be combined with `secret`: tokens are verified with published keys or with a secret.",
    );
  }
  const hint = "Remove `secret`.";
  const algorithms = pick(
    SYMMETRIC_ALGORITHMS,
    input,
    DEFAULTS.sharedSecretAlgorithm,
    ["published keys, not a shared secret", hint],
    path,
    scope,
  );
  const secrets = resolveSecrets(input.secret, [...path, "secret"], scope.report);
  return { issuer: { ...rules, kind: "secret", algorithms, secrets }, jwks: undefined };
}

function resolveSecrets(secret: IssuerInput["secret"], path: Path, report: Scope["report"]) {
  const { env, ssm } = typeof secret === "object" ? secret : {};
  if (env && ssm) report.key(path, "expected `env` or `ssm`, not both.");
  const from = ssm ? ("ssm" as const) : ("env" as const);
  const names = ssm ?? env ?? DEFAULTS.secretVariables;
  if (names.length > MAX_SECRETS)
    report.key([...path, from], "expected at most two: the current secret and the previous one.");
  for (const [index, name] of names.entries()) {
    if (looksSecret(name)) {
      const what = from === "env" ? "an environment variable" : "an SSM parameter";
      report(
        [...path, from, index],
        `is the name of ${what}, but this looks like the secret itself.`,
        "Write the name.",
      );
    }
    if (from === "env" && (RESERVED_VARIABLE.test(name) || name === SETTINGS_VARIABLE))
      report([...path, from, index], `\`${name}\` is reserved by Lambda.`);
    if (from === "env" && (RESERVED_NAME.test(name) || name.toLowerCase() === VARIABLES.originSecret))
      report(
        [...path, from, index],
        `Terraform's variable \`${name.toLowerCase()}\` cannot be used: the name is reserved.`,
      );
    if (names.indexOf(name) < index) report([...path, from, index], `\`${name}\` is listed already.`);
  }
  return { from, names };
}

/**
 * Returns the configured algorithms. All are of one kind, so that a token cannot choose the kind of key that verifies
 * it.
 */
function pick<T extends Algorithm>(
  kind: readonly T[],
  { algorithms = [] }: IssuerInput,
  fallback: T,
  [takes, hint]: readonly [takes: string, hint: string],
  path: Path,
  { report }: Scope,
): readonly T[] {
  const picked = kind.filter((algorithm) => algorithms.some((asked) => asked === algorithm));
  for (const [index, asked] of algorithms.entries()) {
    if (kind.some((algorithm) => algorithm === asked)) continue;
    report([...path, "algorithms", index], `\`${asked}\` needs ${takes}.`, hint);
  }
  return algorithms.length === 0 ? [fallback] : picked;
}
