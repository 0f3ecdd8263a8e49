/** One issuer: its form (published keys, shared secret, Cognito, GitHub) to the settings that the function reads. */
import {
  ASYMMETRIC_ALGORITHMS,
  type ClaimRules,
  type Issuer,
  SYMMETRIC_ALGORITHMS,
} from "../../functions/authorizer/settings";
import type { Path } from "../document/tree";
import type { IssuerInput } from "../schema/authorizer";
import { checkJwks } from "./jwks";
import { asList, readReferenced, type Scope } from "./scope";

export interface ResolvedIssuer {
  readonly issuer: Issuer;
  /** The snapshot of its keys, if there is one. */
  readonly jwks: unknown;
}

const DEFAULT_TYPES = ["", "JWT", "at+jwt"];
const DEFAULT_CONTEXT = { userId: "sub", orgId: "org_id" };
const DEFAULT_VARIABLES = ["HS256_SECRET", "HS256_SECRET_PREVIOUS"];
/** https://docs.github.com/en/actions/reference/security/oidc */
const GITHUB = "https://token.actions.githubusercontent.com";
const GITHUB_SAYS = ["issuer", "audienceClaim", "secret", "jwksUri"] as const;
const COGNITO_SAYS = [...GITHUB_SAYS, "github", "audience"] as const;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLE = /^(AWS_|LAMBDA_|_|TZ$|LANG$|PATH$|NODE_|AUTHORIZER_SETTINGS$)/;

export function resolveIssuer(input: IssuerInput, path: Path, scope: Scope): ResolvedIssuer {
  const preset = input.cognito ? cognito(input.cognito) : input.github ? github(input.github) : undefined;
  const exclusive = input.cognito ? COGNITO_SAYS : input.github ? GITHUB_SAYS : [];
  for (const key of exclusive) {
    if (input[key] !== undefined)
      scope.report(
        [...path, key],
        `cannot stand beside \`${input.cognito ? "cognito" : "github"}\`, which says it already.`,
        undefined,
        "key",
      );
  }

  const issuer = preset?.issuer ?? input.issuer;
  const audiences = preset?.audiences ?? asList(input.audience);
  const missing = (key: string) => [key, "cognito", "github"].every((each) => scope.intact(...path, each));
  if (issuer === undefined && missing("issuer"))
    scope.report(path, "needs `issuer`, the exact `iss` claim of its tokens.", undefined, "key");
  if (audiences.length === 0 && missing("audience")) {
    scope.report(path, "needs `audience`: without it a token made for any other service would do.", undefined, "key");
  }
  const rules: ClaimRules = {
    issuer: issuer ?? "",
    audiences,
    audienceClaim: preset?.audienceClaim ?? input.audienceClaim ?? "aud",
    requiredClaims: {
      ...preset?.requiredClaims,
      ...Object.fromEntries(
        Object.entries(input.requiredClaims ?? {}).map(([claim, values]) => [claim, asList(values)]),
      ),
    },
    types: input.types ?? DEFAULT_TYPES,
    context: input.context ?? { ...DEFAULT_CONTEXT, ...preset?.context },
  };
  checkContext(rules.context, [...path, "context"], scope);
  return input.secret === undefined ? published(input, rules, path, scope) : shared(input, rules, path, scope);
}

function cognito({ userPoolId, clientId, tokenUse = "access" }: NonNullable<IssuerInput["cognito"]>) {
  const region = userPoolId.split("_")[0] ?? "";
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    issuer: `https://cognito-idp.${region}.${suffix}/${userPoolId}`,
    audiences: asList(clientId),
    // Access tokens have no `aud`: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
    audienceClaim: tokenUse === "access" ? ("client_id" as const) : ("aud" as const),
    requiredClaims: { token_use: [tokenUse] },
    context: { orgId: "custom:org_id" },
  };
}

function github({ repository }: NonNullable<IssuerInput["github"]>) {
  return {
    issuer: GITHUB,
    audiences: undefined,
    audienceClaim: "aud" as const,
    requiredClaims: { repository: asList(repository) },
    context: { orgId: "repository_owner" },
  };
}

function published(input: IssuerInput, rules: ClaimRules, path: Path, scope: Scope): ResolvedIssuer {
  const algorithms = ASYMMETRIC_ALGORITHMS.filter((algorithm) => (input.algorithms ?? ["RS256"]).includes(algorithm));
  for (const [index, algorithm] of (input.algorithms ?? []).entries()) {
    if (SYMMETRIC_ALGORITHMS.some((symmetric) => symmetric === algorithm)) {
      scope.report(
        [...path, "algorithms", index],
        `\`${algorithm}\` takes a shared secret, not published keys.`,
        "Say where the secret is: `secret: env`.",
      );
    }
  }
  let jwksUri = input.jwksUri;
  if (jwksUri === undefined) {
    jwksUri = `${rules.issuer.replace(/\/+$/, "")}/.well-known/${input.github ? "jwks" : "jwks.json"}`;
    if (input.issuer !== undefined && !input.issuer.startsWith("https://")) {
      scope.report(
        [...path, "issuer"],
        "is no https URL, so where its keys are published must be said.",
        "Give `jwksUri`, or `secret: env` for a shared secret.",
      );
    }
  }
  const jwks = input.jwks === undefined ? undefined : snapshot(input.jwks, [...path, "jwks"], scope);
  return { issuer: { ...rules, kind: "jwks", algorithms, jwksUri }, jwks };
}

function snapshot(file: string, path: Path, scope: Scope): unknown {
  const text = readReferenced(scope, file, path);
  if (text === undefined) return undefined;
  const { document, mistake } = checkJwks(text);
  if (mistake) scope.report(path, `\`${file}\` ${mistake}`);
  return document;
}

function shared(input: IssuerInput, rules: ClaimRules, path: Path, scope: Scope): ResolvedIssuer {
  for (const key of ["jwksUri", "jwks"] as const) {
    if (input[key] !== undefined)
      scope.report(
        [...path, key],
        "cannot stand beside `secret`: a token is signed one way or the other.",
        undefined,
        "key",
      );
  }
  const algorithms = SYMMETRIC_ALGORITHMS.filter((algorithm) => (input.algorithms ?? ["HS256"]).includes(algorithm));
  for (const [index, algorithm] of (input.algorithms ?? []).entries()) {
    if (ASYMMETRIC_ALGORITHMS.some((asymmetric) => asymmetric === algorithm)) {
      scope.report(
        [...path, "algorithms", index],
        `\`${algorithm}\` takes published keys, not a shared secret.`,
        "Take `secret` away.",
      );
    }
  }
  const secret = input.secret === "env" || input.secret === undefined ? {} : input.secret;
  const at = [...path, "secret"];
  if (secret.env && secret.ssm) scope.report(at, "expected `env` or `ssm`, not both.", undefined, "key");
  const from = secret.ssm ? "ssm" : "env";
  const names = secret.ssm ?? secret.env ?? DEFAULT_VARIABLES;
  if (names.length > 2)
    scope.report([...at, from], "expected at most two: the secret, and the one before it.", undefined, "key");
  for (const [index, name] of names.entries()) {
    if (from === "env" && RESERVED_VARIABLE.test(name))
      scope.report([...at, from, index], `\`${name}\` belongs to Lambda.`);
    if (names.indexOf(name) < index) scope.report([...at, from, index], `\`${name}\` is listed already.`);
  }
  return { issuer: { ...rules, kind: "secret", algorithms, secrets: { from, names } }, jwks: undefined };
}

function checkContext(context: Readonly<Record<string, string>>, path: Path, { report }: Scope): void {
  for (const key of Object.keys(context)) {
    // `context.authorizer.<key>` has to be a name of AWS's mapping grammar; these two are its own.
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(key))
      report([...path, key], "expected a key of letters, digits, `_` and `-`.", undefined, "key");
    if (key === "principalId" || key === "integrationLatency" || key === "exp")
      report([...path, key], "is set already, and not from a claim of your choice.", undefined, "key");
  }
}
