/** The schema of one issuer of tokens: its keys or secret, and the claims that its tokens must have. */
import * as z from "zod/mini";
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from "../../functions/authorizer/settings";
import { PRESET_SCHEMAS } from "./presets";
import {
  byDefault,
  CLAIM_PATH,
  describe,
  either,
  HTTP_URL_WITH_QUERY,
  list,
  map,
  oneOf,
  oneOrMore,
  record,
  text,
} from "./values";

const word = (what: string) => text(what, /^[^\s${}'"]{1,256}$/);
const path = (description?: string) =>
  text("the path of a claim, such as `realm_access.roles`", CLAIM_PATH, description);

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

const safe = "a whole number between -9007199254740991 and 9007199254740991";
const claimNumber = z.number(safe).check(z.int(safe), z.gte(Number.MIN_SAFE_INTEGER), z.lte(Number.MAX_SAFE_INTEGER));

/** The settings of one issuer, directly under `authorizer` or in an entry of `issuers`. */
export const issuerKeys = {
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
    path(`Path of the claim with the audience, such as \`azp\`. ${byDefault(DEFAULTS.audienceClaim)}`),
  ),
  jwksUri: z.optional(
    text(
      "an https URL",
      HTTP_URL_WITH_QUERY,
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
      'Required claims (paths) and their accepted values. A claim in the token must be one of the values, or a list of values of one type that contains one. `scope` and `scp` may also be a text of several scopes. `true` and `"true"` are different, and so are `3` and `"3"`.',
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
      path(),
      "a map of context keys to claims",
      `Claims that mappings can send to the backend, as \`context.authorizer.<key>\`: key to path of a claim, such as \`roles: realm_access.roles\`. \`exp\` is always set. Default: ${Object.entries(
        DEFAULTS.context,
      )
        .map(([key, claim]) => `\`${key}: ${claim}\``)
        .join(", ")}.`,
    ),
  ),
};

export const issuer = describe(
  map(issuerKeys, "a map with `issuer` and `audience`"),
  "One of several issuers.",
  "issuer",
);

export type IssuerInput = z.infer<typeof issuer>;
