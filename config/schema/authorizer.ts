/** The schema of `authorizer`: issuers of tokens, checks, and the claims that mappings can use. */

import * as z from "zod/mini";
import { FUNCTION_ARN } from "../../aws/arn";
import { LAMBDA_RUNTIME_NAMES, LAMBDA_RUNTIMES } from "../../aws/lambda-runtimes";
import { INTEGRATION_TIMEOUT_MS, LAMBDA } from "../../aws/limits";
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from "../../functions/authorizer/settings";
import { PRESET_SCHEMAS } from "./presets";
import {
  byDefault,
  describe,
  either,
  HTTP_URL,
  list,
  map,
  oneOf,
  oneOrMore,
  record,
  retentionDays,
  text,
  whole,
} from "./values";

const word = (what: string) => text(what, /^[^\s$%{}'"]{1,256}$/);

const EXPECTED = "`none`, `iam`, or a map with `issuer` and `audience`";

const queryParameter = (description: string) =>
  text("a query-string parameter such as `token`", /^[A-Za-z0-9._$-]{1,128}$/, description);

const environmentVariable = text(
  "the name of an environment variable, such as `HS256_SECRET`",
  /^[A-Z][A-Z0-9_]{0,127}$/,
);
const parameterName = text(
  "the name of an SSM parameter, such as `/quotes/hs256-secret`",
  /^(\/[A-Za-z0-9_.-]+){1,15}$|^[A-Za-z0-9_.-]+$/,
);
const secret = either(
  [
    z.literal("env"),
    map({
      env: z.optional(
        list(
          environmentVariable,
          "a list of environment variables",
          `Environment variables of the function with the secrets, newest first, at most two. Default: ${DEFAULTS.secretVariables.map((name) => `\`${name}\``).join(", ")}.`,
        ),
      ),
      ssm: z.optional(
        list(
          parameterName,
          "a list of SSM parameters",
          "SSM SecureString parameters with the secrets, newest first, at most two.",
        ),
      ),
    }),
  ],
  "`env`, or a map with `env` or `ssm`",
  `A secret shared with the issuer (HS256, HS384, HS512), instead of its public keys, or beside them if \`jwksUri\` or a preset is set. \`env\`: Terraform's sensitive variables \`${VARIABLES.hs256Secret}\` and \`${VARIABLES.hs256SecretPrevious}\`.`,
);

const tokenPlace = describe(
  map(
    {
      query: z.optional(queryParameter("A query parameter.")),
      header: z.optional(
        text(
          "a header such as `Authorization`",
          /^[A-Za-z0-9._-]{1,128}$/,
          "A header: `Authorization` with `Bearer` before the token, or another one with only the token. Browsers cannot send it.",
        ),
      ),
      cookie: z.optional(
        text(
          "the name of a cookie, such as `session`",
          /^[A-Za-z0-9._-]{1,128}$/,
          "A cookie, which browsers send to a custom domain of the same site. Needs `allowedOrigins`.",
        ),
      ),
    },
    "a map with `query`, `header` or `cookie`",
  ),
  undefined,
  "tokenPlace",
);

/** `https://host[:port]`, without a path. Browsers send origins in lower case (RFC 6454 section 6.2). */
const ORIGIN = /^(https?:\/\/|https:\/\/\*\.([a-z0-9-]+\.)+)[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/;

const safe = "a whole number between -9007199254740991 and 9007199254740991";
const claimNumber = z.number(safe).check(z.int(safe), z.gte(Number.MIN_SAFE_INTEGER), z.lte(Number.MAX_SAFE_INTEGER));

/** The settings of one issuer, directly under `authorizer` or in an entry of `issuers`. */
const issuerKeys = {
  issuer: z.optional(
    describe(
      word("the exact `iss` claim, such as `https://login.example.com/`"),
      "The exact `iss` claim of the tokens.",
    ),
  ),
  audience: z.optional(
    oneOrMore(
      word("the `aud` claim"),
      "an audience, or a list of them",
      "Accepted audiences; the token must have one of them.",
    ),
  ),
  audienceClaim: z.optional(
    describe(
      word("the path of a claim"),
      `Path of the claim with the audience, such as \`azp\`. ${byDefault(DEFAULTS.audienceClaim)}`,
    ),
  ),
  jwksUri: z.optional(
    text(
      "an https URL",
      HTTP_URL,
      "URL of the issuer's key set. Default: the one in `<issuer>/.well-known/openid-configuration`.",
    ),
  ),
  jwks: z.optional(
    text(
      "a path to a JSON Web Key Set file, relative to this one",
      /^[^\0${}%]{1,1024}$/,
      "File with a copy of the issuer's keys. It is packaged with the function, so that a cold start fetches no keys. New keys are still fetched.",
    ),
  ),
  algorithms: z.optional(
    list(
      oneOf([...ASYMMETRIC_ALGORITHMS, "Ed25519", ...SYMMETRIC_ALGORITHMS]),
      "a list of algorithms",
      `Accepted signature algorithms. Default: \`${DEFAULTS.publishedKeysAlgorithm}\` for published keys, \`${DEFAULTS.sharedSecretAlgorithm}\` for a shared secret.`,
    ),
  ),
  secret: z.optional(secret),
  ...PRESET_SCHEMAS,
  requiredClaims: z.optional(
    record(
      oneOrMore(
        either([text("a text", /^[^$%{}]{1,256}$/), claimNumber, z.boolean()], "a text, a number or a boolean", ""),
        "a text, a number or a boolean, or a list of them",
        "One of these values.",
      ),
      "a map of claims to values",
      'Required claims (paths) and their accepted values. A claim in the token must be one of the values, or a list of values of one type that contains one. `true` and `"true"` are different, and so are `3` and `"3"`.',
    ),
  ),
  types: z.optional(
    list(
      text("a `typ` header such as `JWT`, or an empty text", /^[A-Za-z0-9.+/-]{0,64}$/),
      "a list of `typ` headers",
      `Accepted \`typ\` headers; \`""\` accepts a token without one. Default: \`[${DEFAULTS.types.map((type) => type || '""').join(", ")}]\`.`,
    ),
  ),
  context: z.optional(
    record(
      word("the path of a claim"),
      "a map of context keys to claims",
      `Claims that mappings can send to the backend, as \`context.authorizer.<key>\`: key to path of a claim, such as \`roles: realm_access.roles\`. \`exp\` is always set. Default: ${Object.entries(
        DEFAULTS.context,
      )
        .map(([key, claim]) => `\`${key}: ${claim}\``)
        .join(", ")}.`,
    ),
  ),
};

const issuer = describe(map(issuerKeys, "a map with `issuer` and `audience`"), "One of several issuers.", "issuer");

const authorizerKeys = map(
  {
    ...issuerKeys,
    issuers: z.optional(
      list(issuer, "a list of issuers", "Several issuers, each with the settings of one, instead of `issuer`."),
    ),
    lambda: z.optional(
      text("the ARN of a Lambda function", FUNCTION_ARN, "Your own authorizer function, instead of the bundled one."),
    ),
    tokenParameter: z.optional(
      queryParameter(`Query-string parameter that carries the token. ${byDefault(DEFAULTS.tokenParameter)}`),
    ),
    token: z.optional(
      oneOrMore(
        tokenPlace,
        "a map with `query`, `header` or `cookie`, or a list of them",
        "Where clients send the token, instead of `tokenParameter`. With a list, each client sends it in one of these places. Default: `query: token`.",
      ),
    ),
    allowedOrigins: z.optional(
      list(
        text("an origin such as `https://app.example.com` or `https://*.example.com`", ORIGIN),
        "a list of origins",
        "Origins of web pages that may connect; `*` stands for all subdomains. Clients that are not browsers send no origin, and may connect unless their token is in a cookie. Default: all.",
      ),
    ),
    identitySources: z.optional(
      list(
        z.string("an identity source such as `route.request.querystring.token`"),
        "a list of identity sources",
        "What a client must send. If one is missing, API Gateway answers 401 and does not call the authorizer. Default: the place of the token, such as `[route.request.querystring.token]`; none if there are several places.",
      ),
    ),
    invalidToken: z.optional(
      describe(
        z.literal([401, 403], "401 or 403"),
        `HTTP status for a rejected token. With 401, AWS counts each rejection as a Lambda error. ${byDefault(DEFAULTS.invalidToken)}`,
      ),
    ),
    clockSkewSeconds: z.optional(
      whole(
        0,
        60,
        "seconds",
        `Tolerance for \`exp\`, \`nbf\` and \`iat\`, in seconds. ${byDefault(DEFAULTS.clockSkewSeconds)}`,
      ),
    ),
    maxLifetimeSeconds: z.optional(
      whole(
        60,
        31_536_000,
        "seconds",
        `Longest accepted lifetime of a token, in seconds. Default: ${DEFAULTS.maxLifetimeSeconds}, one day.`,
      ),
    ),
    memoryMb: z.optional(
      whole(
        LAMBDA.memoryMb.least,
        LAMBDA.memoryMb.most,
        "megabytes",
        `Memory of the function, in MB. ${byDefault(DEFAULTS.memoryMb)}`,
      ),
    ),
    timeoutSeconds: z.optional(
      whole(
        1,
        INTEGRATION_TIMEOUT_MS.most / 1000,
        "seconds",
        `Timeout of the function, in seconds. ${byDefault(DEFAULTS.timeoutSeconds)}`,
      ),
    ),
    reservedConcurrency: z.optional(
      whole(
        1,
        100_000,
        "invocations at once",
        "Invocations of the function at once that are reserved for it, which is also the most that it gets. Default: none.",
      ),
    ),
    runtime: z.optional(
      oneOf(
        LAMBDA_RUNTIME_NAMES,
        `Runtime of the function. \`nodejs24.x\` needs version ${LAMBDA_RUNTIMES["nodejs24.x"].provider} of Terraform's AWS provider. ${byDefault(DEFAULTS.runtime)}`,
      ),
    ),
    logRetentionDays: z.optional(
      retentionDays(`Retention of the function's log, in days. ${byDefault(DEFAULTS.logRetentionDays)}`),
    ),
  },
  EXPECTED,
);

export const authorizer = either(
  [z.literal("none"), z.literal("iam"), authorizerKeys],
  EXPECTED,
  "Which clients may connect. `none`: all clients. `iam`: clients that sign the handshake with credentials of an IAM role or user.",
);

export type IssuerInput = z.infer<typeof issuer>;
export type AuthorizerInput = z.infer<typeof authorizerKeys>;
export type TokenPlaceInput = z.infer<typeof tokenPlace>;
