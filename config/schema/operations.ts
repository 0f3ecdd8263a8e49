/** The schemas of `iam`, `stage`, `logs`, `alarms`, `domain`, `ssm` and `adopted`. */
import * as z from "zod/mini";
import { CERTIFICATE_ARN, POLICY_ARN, TOPIC_ARN } from "../../aws/arn";
import { LOGGING_LEVELS } from "../../aws/enumerations";
import { IAM_PATH, STAGE_NAME, STAGE_VARIABLE_VALUE } from "../../aws/names";
import { DEFAULTS } from "../../contract/defaults";
import { throttle } from "./routes";
import { byDefault, either, flag, list, map, oneOf, record, retentionDays, text, whole } from "./values";

export const iam = map(
  {
    permissionsBoundary: z.optional(
      text("the ARN of an IAM policy", POLICY_ARN, "Permissions boundary of every role. Default: none."),
    ),
    path: z.optional(
      text(
        "a path that begins and ends with `/`, such as `/teams/quotes/`",
        IAM_PATH,
        `Path of the roles and the connections policy. It cannot be changed later without replacing them. ${byDefault(DEFAULTS.iamPath)}`,
      ),
    ),
  },
  "a map with `permissionsBoundary` or `path`",
  "What an organization requires of IAM roles and policies.",
);

const stageName = text(
  "a stage name of letters, digits, `_` and `-`, at most 128",
  STAGE_NAME,
  "Name of the stage, and the path in its URL. Default: the environment's name.",
);
export const stage = either(
  [
    stageName,
    map({
      name: z.optional(stageName),
      variables: z.optional(
        record(
          text("a text of letters, digits and `-._~:/?#&=,`, at most 512", STAGE_VARIABLE_VALUE),
          "a map of names to texts",
          "Stage variables, for `stageVariables.<name>` in mappings.",
        ),
      ),
      throttle: z.optional(
        throttle(
          `Limits for each route that does not set its own. Default: burst ${DEFAULTS.throttle.burst}, rate ${DEFAULTS.throttle.rate}.`,
        ),
      ),
      detailedMetrics: z.optional(flag("CloudWatch metrics per route. Default: false.")),
    }),
  ],
  "a stage name of letters, digits, `_` and `-`, or a map",
  "The stage: its name, or a map.",
);

export const logs = map(
  {
    access: z.optional(
      flag(
        "Access log: one JSON line per event, never the query string. Needs the account's logging role. Default: false.",
      ),
    ),
    execution: z.optional(
      oneOf(
        LOGGING_LEVELS,
        `Execution log. Never logs payloads. Needs the account's logging role. ${byDefault(DEFAULTS.executionLog)}`,
      ),
    ),
    retentionDays: z.optional(
      retentionDays(`Retention of both logs, in days. ${byDefault(DEFAULTS.logRetentionDays)}`),
    ),
    manageAccountRole: z.optional(
      flag(
        "Manage the IAM role with which API Gateway writes logs. There is one per account and region, shared by all its APIs. Default: false.",
      ),
    ),
  },
  "a map with `access` or `execution`",
  "API Gateway's logs.",
);

const threshold = (alarm: keyof typeof DEFAULTS.alarmThresholds, what: string) =>
  z.optional(whole(1, 1_000_000, "a count per period", `${what} ${byDefault(DEFAULTS.alarmThresholds[alarm])}`));
const alarmKeys = map({
  topicArns: z.optional(
    list(text("the ARN of an SNS topic", TOPIC_ARN), "a list of SNS topics", "SNS topics to notify. Default: none."),
  ),
  periodSeconds: z.optional(
    whole(
      60,
      86_400,
      "seconds, in whole minutes",
      `Length of a period, in seconds. ${byDefault(DEFAULTS.alarmPeriodSeconds)}`,
    ).check(z.multipleOf(60, "seconds, in whole minutes, from 60 to 86400")),
  ),
  evaluationPeriods: z.optional(
    whole(
      1,
      100,
      "periods",
      `Consecutive periods in which the threshold must be reached. ${byDefault(DEFAULTS.alarmEvaluationPeriods)}`,
    ),
  ),
  thresholds: z.optional(
    map(
      {
        integrationErrors: threshold("integrationErrors", "4xx and 5xx answers of the backend."),
        clientErrors: threshold("clientErrors", "Requests that API Gateway rejected before they reached the backend."),
        executionErrors: threshold("executionErrors", "Errors of API Gateway itself."),
        authorizerErrors: threshold("authorizerErrors", "Authorizer invocations that failed."),
        authorizerThrottles: threshold("authorizerThrottles", "Authorizer invocations that Lambda throttled."),
      },
      "a map of alarms to counts",
      "Count per period at which each alarm goes off.",
    ),
  ),
});
export const alarms = either(
  [z.boolean(), alarmKeys],
  "true, false or a map with `topicArns`",
  "CloudWatch alarms. `true`: alarms with the default settings. Default: false.",
);

export const domain = map(
  {
    name: text(
      "a host name such as `ws.example.com`",
      /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      "The host name.",
    ),
    certificateArn: z.optional(
      text(
        "the ARN of an ACM certificate",
        CERTIFICATE_ARN,
        "ACM certificate for the host name, in the API's region. Required unless `existing` is set.",
      ),
    ),
    existing: z.optional(
      flag(
        "Only map the stage to a domain name of API Gateway that is managed elsewhere, for example by another environment. Several stages can share it, each with its own `basePath`. Default: false.",
      ),
    ),
    basePath: z.optional(
      text(
        "a path such as `quotes`, without slashes around it",
        /^[A-Za-z0-9\-._~!'()*+,]+(\/[A-Za-z0-9\-._~!'()*+,]+)*$/,
        "Path under which the stage is served. Default: the root.",
      ),
    ),
    zoneId: z.optional(
      text(
        "a Route 53 hosted zone id such as `Z0123456789ABCDEFGHIJ`",
        /^Z[A-Z0-9]{1,31}$/,
        "Route 53 hosted zone for the alias record. Default: no record is created.",
      ),
    ),
  },
  "a map with `name` and `certificateArn` or `existing`",
  "A custom domain.",
);

export const ssm = either(
  [z.boolean(), text("a path such as `/quotes/prod`", /^(?!\/(aws|ssm)(\/|$))(\/[A-Za-z0-9_.-]+){1,12}$/i)],
  "true, false or a path such as `/quotes/prod`",
  "SSM parameters with the outputs, at `<path>/v1/<OUTPUT>`. Default: true, at `/<name>/<environment>`.",
);

export const adopted = map(
  {
    record: z.optional(
      text(
        "a path relative to this file",
        /^[^\0${}%]{1,1024}$/,
        "File with the ids of the API's resources, which the command `adopt` writes.",
      ),
    ),
    imported: z.optional(
      flag(
        "Whether the import was applied. Then there are no import blocks, and the next deploy records in the state what later deploys compare. Default: false.",
      ),
    ),
    keep: z.optional(
      record(
        either(
          [z.literal(false), z.null(), z.record(z.string(), z.unknown())],
          "false, or a map of Terraform arguments to values",
          "Terraform's arguments of one resource. An empty value: without the argument. `false`: the resource is not managed.",
        ),
        "a map of resources, such as `routes/$connect`, to Terraform arguments",
        "What the API has and no option can express, by resource. To use this project's value instead, remove the line.",
      ),
    ),
  },
  "a map with `record` and `keep`",
  "An API that was created without this project: Terraform imports it and changes nothing. The command `adopt` writes this setting (docs/adopt.md). Default: Terraform creates the API.",
);
