/**
 * The definition of `gateway.yaml`. The validator, the JSON Schema for editors and the manual's table are generated
 * from it.
 */

import * as z from "zod/mini";
import { KEY_ARN } from "../../aws/arn";
import { IP_ADDRESS_TYPES } from "../../aws/enumerations";
import { ACCOUNT_ID, REGION, TAG_VALUE } from "../../aws/names";
import { DEFAULTS } from "../../contract/defaults";
import { authorizer } from "./authorizer";
import { adopted, alarms, domain, iam, logs, ssm, stage } from "./operations";
import { backend, routes } from "./routes";
import { state } from "./state";
import { byDefault, describe, flag, list, map, oneOf, record, text } from "./values";

/** Names of projects. */
export const PROJECT_NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** Names of environments. They must be valid stage names, because the stage has the environment's name by default. */
export const ENVIRONMENT_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** The settings that each environment can override. */
export const settings = {
  description: z.optional(text("a text of at most 1024 characters", /^.{1,1024}$/s, "What the API is for.")),
  region: z.optional(text("an AWS region such as `eu-west-1`", REGION, `AWS region. ${byDefault(DEFAULTS.region)}`)),
  allowedAccountIds: z.optional(
    list(
      text('12 digits in quotes, such as `"123456789012"`', ACCOUNT_ID),
      "a list of account ids",
      "AWS accounts that Terraform may deploy to. Default: any.",
    ),
  ),
  tags: z.optional(
    record(
      text("a text of at most 256 characters", TAG_VALUE),
      "a map of names to texts",
      "Tags for all resources that support tags.",
    ),
  ),
  iam: z.optional(iam),
  kmsKeyArn: z.optional(
    text(
      "the ARN of a KMS key",
      KEY_ARN,
      "KMS key of the API's region for the log groups, the SSM parameters (then of type SecureString) and the environment of the authorizer's function. Its key policy must allow CloudWatch Logs to use it. Default: keys of AWS.",
    ),
  ),
  ipAddressType: z.optional(
    oneOf(
      IP_ADDRESS_TYPES,
      "IP addresses of the API and its custom domain. Default: unchanged, which is `ipv4` for a new API.",
    ),
  ),
  backend,
  authorizer,
  routeSelectionExpression: z.optional(
    describe(
      z.string("an expression such as `$request.body.action`"),
      `Selects the part of a message that names its route. ${byDefault(DEFAULTS.routeSelectionExpression)}`,
    ),
  ),
  routes: z.optional(routes),
  stage: z.optional(stage),
  logs: z.optional(logs),
  alarms: z.optional(alarms),
  dashboard: z.optional(flag("A CloudWatch dashboard. Default: false.")),
  domain: z.optional(domain),
  state: z.optional(state),
  connectionsPolicy: z.optional(
    flag("An IAM policy with which backends push to clients: the output `CONNECTIONS_POLICY_ARN`. Default: true."),
  ),
  ssm: z.optional(ssm),
  adopted: z.optional(adopted),
};

export const name = text(
  "a name of lower-case letters, digits and `-`, at most 40, beginning with a letter",
  PROJECT_NAME,
  "Name of the project. It is used in the names of the API and its resources.",
);

/** The file, merged with the settings of one environment. */
export const configuration = map({ name, ...settings }, "a map with `name`, `backend` and `authorizer`");
export type Configuration = z.infer<typeof configuration>;

export const ENVIRONMENTS_DESCRIPTION = `The settings of one environment that differ from the rest of the file. Each environment has its own stack and state. Maps are merged key by key; lists and texts are replaced (a text for \`backend\` replaces its \`url\`); an empty value removes the setting. Default: one environment, \`${DEFAULTS.environment}\`.`;
