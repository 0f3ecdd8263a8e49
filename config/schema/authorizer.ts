/** `authorizer`: who signs the tokens, and what of them reaches the backend. */
import * as z from "zod/mini";
import { INTEGRATION_TIMEOUT_MS, LAMBDA } from "../../aws/limits";
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from "../../functions/authorizer/settings";
import {
  describe,
  either,
  HTTPS_URL,
  LAMBDA_ARN,
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

const cognito = map(
  {
    userPoolId: text(
      "a user pool id such as `eu-west-1_AbCdEf123`",
      /^[a-z]{2,3}(-[a-z]+)+-\d_[A-Za-z0-9]+$/,
      "The user pool.",
    ),
    clientId: oneOrMore(
      text("an app client id, letters and digits", /^[A-Za-z0-9]{1,128}$/),
      "an app client id, or a list of them",
      "App clients whose tokens are taken.",
    ),
    tokenUse: z.optional(oneOf(["access", "id"], "Which of Cognito's tokens the client sends. Default: `access`.")),
  },
  "a map with `userPoolId` and `clientId`",
  "An Amazon Cognito user pool, in place of `issuer` and `audience`: checks `token_use` and the client.",
);

const github = map(
  {
    repository: oneOrMore(
      text("a repository such as `octo-org/quotes`", /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/),
      "a repository such as `octo-org/quotes`, or a list of them",
      "Repositories whose workflows may connect.",
    ),
  },
  "a map with `repository`",
  "GitHub Actions' own tokens, in place of `issuer`: give the `audience` that the workflow asks for.",
);

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
          "Environment variables of the function that hold the secrets, newest first, at most two. Default: `HS256_SECRET`, `HS256_SECRET_PREVIOUS`.",
        ),
      ),
      ssm: z.optional(
        list(
          parameterName,
          "a list of SSM parameters",
          "SSM SecureString parameters that hold the secrets, newest first, at most two.",
        ),
      ),
    }),
  ],
  "`env`, or a map with `env` or `ssm`",
  "A secret shared with the issuer (HS256, HS384, HS512), in place of its public keys. `env`: Terraform's sensitive variables `hs256_secret` and `hs256_secret_previous`.",
);

/** What belongs to one issuer; the same keys stand directly under `authorizer` or in its list of `issuers`. */
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
      "Audiences, one of which the token must name.",
    ),
  ),
  audienceClaim: z.optional(oneOf(["aud", "client_id"], "The claim that holds the audience. Default: `aud`.")),
  jwksUri: z.optional(
    text("an https URL", HTTPS_URL, "Where the issuer publishes its keys. Default: `<issuer>/.well-known/jwks.json`."),
  ),
  jwks: z.optional(
    text(
      "a path to a JSON Web Key Set file, relative to this one",
      /^[^\0${}%]{1,1024}$/,
      "File with a copy of the issuer's keys, shipped with the function so that a cold start fetches nothing. New keys are still fetched.",
    ),
  ),
  algorithms: z.optional(
    list(
      oneOf([...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS]),
      "a list of algorithms",
      "Accepted signatures. Default: `RS256` for published keys, `HS256` for a shared secret.",
    ),
  ),
  secret: z.optional(secret),
  cognito: z.optional(cognito),
  github: z.optional(github),
  requiredClaims: z.optional(
    record(
      oneOrMore(text("a text", /^[^$%{}]{1,256}$/), "a text, or a list of them", "One of these texts."),
      "a map of claims to texts",
      "Claims that must be there, each a text, or a list of texts, with one of those listed. No others can be required.",
    ),
  ),
  types: z.optional(
    list(
      text("a `typ` header such as `JWT`, or an empty text", /^[A-Za-z0-9.+/-]{0,64}$/),
      "a list of `typ` headers",
      'Accepted `typ` headers; `""` takes a token without one. Default: `["", JWT, at+jwt]`.',
    ),
  ),
  context: z.optional(
    record(
      word("the name of a claim"),
      "a map of context keys to claims",
      "What the backend may be told, as `context.authorizer.<key>`: key to claim. `exp` is always there. Default: `userId: sub`, `orgId: org_id`.",
    ),
  ),
};

const issuer = describe(map(issuerKeys, "a map with `issuer` and `audience`"), "One of several issuers.", "issuer");

const authorizerKeys = map(
  {
    ...issuerKeys,
    issuers: z.optional(
      list(issuer, "a list of issuers", "Several issuers, each with the keys of one, in place of `issuer`."),
    ),
    lambda: z.optional(
      text(
        "the ARN of a Lambda function",
        LAMBDA_ARN,
        "An authorizer function of your own, in place of the bundled one.",
      ),
    ),
    tokenParameter: z.optional(
      text(
        "a query-string parameter such as `token`",
        /^[A-Za-z0-9._$-]{1,128}$/,
        "Query-string parameter that carries the token. Default: `token`.",
      ),
    ),
    identitySources: z.optional(
      list(
        z.string("an identity source such as `route.request.querystring.token`"),
        "a list of identity sources",
        "What a client must send to be looked at; without all of it API Gateway answers 401. Default: `[route.request.querystring.<tokenParameter>]`.",
      ),
    ),
    invalidToken: z.optional(
      describe(
        z.literal([401, 403], "401 or 403"),
        "Status for a token that does not pass. 401 makes AWS count each as a Lambda error. Default: 403.",
      ),
    ),
    clockSkewSeconds: z.optional(whole(0, 60, "seconds", "Tolerance for `exp`, `nbf` and `iat`. Default: 30.")),
    maxLifetimeSeconds: z.optional(
      whole(60, 31_536_000, "seconds", "Longest life that a token may have. Default: 86400, one day."),
    ),
    memoryMb: z.optional(
      whole(LAMBDA.memoryMb.least, LAMBDA.memoryMb.most, "megabytes", "Memory of the function. Default: 256."),
    ),
    timeoutSeconds: z.optional(
      whole(1, INTEGRATION_TIMEOUT_MS.most / 1000, "seconds", "Time that the function may take. Default: 5."),
    ),
    logRetentionDays: z.optional(retentionDays("Days that the function's log is kept. Default: 30.")),
  },
  "`none`, or a map with `issuer` and `audience`",
);

export const authorizer = either(
  [z.literal("none"), authorizerKeys],
  "`none`, or a map with `issuer` and `audience`",
  "Who may connect. `none`: everybody.",
);

export type IssuerInput = z.infer<typeof issuer>;
export type AuthorizerInput = z.infer<typeof authorizerKeys>;
