/** The schema of `authorizer`: which clients may connect, where they send the token, and the authorizer's function. */
import * as z from "zod/mini";
import { FUNCTION_ARN } from "../../aws/arn";
import { LAMBDA_RUNTIME_NAMES, LAMBDA_RUNTIMES } from "../../aws/lambda-runtimes";
import { INTEGRATION_TIMEOUT_MS, LAMBDA } from "../../aws/limits";
import { DEFAULTS } from "../../contract/defaults";
import { issuer, issuerKeys } from "./issuer";
import { byDefault, describe, either, list, map, oneOf, oneOrMore, retentionDays, text, whole } from "./values";

const EXPECTED = "`none`, `iam`, or a map with `issuer` and `audience`";

const queryParameter = (description: string) =>
  text("a query-string parameter such as `token`", /^[A-Za-z0-9._$-]{1,128}$/, description);

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

/**
 * `https://host[:port]`, without a path. Browsers send origins in lower case (RFC 6454 section 6.2). The pages of hybrid apps
 * and of browser extensions have schemes of their own.
 */
const ORIGIN =
  /^((https?:\/\/|https:\/\/\*\.([a-z0-9_-]+\.)+)[a-z0-9_-]+(\.[a-z0-9_-]+)*|https?:\/\/\[::1\]|(capacitor|ionic|tauri):\/\/localhost|[a-z]+(-[a-z]+)*-extension:\/\/[a-z0-9-]+)(:\d{1,5})?$/;

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

export type AuthorizerInput = z.infer<typeof authorizerKeys>;
export type TokenPlaceInput = z.infer<typeof tokenPlace>;
