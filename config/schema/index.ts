/** The one definition of `gateway.yaml`: its validator, its editors' schema and its table of options all come from here. */
import * as z from "zod/mini";
import { ACCOUNT_ID, REGION, TAG_VALUE } from "../../aws/names";
import { authorizer } from "./authorizer";
import { alarms, domain, logs, ssm, stage, state } from "./operations";
import { backend, routes } from "./routes";
import { describe, flag, list, map, record, text } from "./values";

const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** Also the default of the stage's name, so within what a stage may be called. */
export const ENVIRONMENT_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** What an environment may say for itself. */
export const settings = {
  description: z.optional(text("a text of at most 1024 characters", /^.{1,1024}$/s, "What the API is for.")),
  region: z.optional(text("an AWS region such as `eu-west-1`", REGION, "AWS region. Default: `us-east-1`.")),
  allowedAccountIds: z.optional(
    list(
      text('12 digits in quotes, such as `"123456789012"`', ACCOUNT_ID),
      "a list of account ids",
      "AWS accounts that may be deployed to. Default: any.",
    ),
  ),
  tags: z.optional(
    record(
      text("a text of at most 256 characters", TAG_VALUE),
      "a map of names to texts",
      "Tags of everything that takes tags.",
    ),
  ),
  backend,
  authorizer,
  routeSelectionExpression: z.optional(
    describe(
      z.string("an expression such as `$request.body.action`"),
      "Which part of a message names its route. Default: `$request.body.action`.",
    ),
  ),
  routes: z.optional(routes),
  stage: z.optional(stage),
  logs: z.optional(logs),
  alarms: z.optional(alarms),
  dashboard: z.optional(flag("A CloudWatch dashboard. Default: false.")),
  domain: z.optional(domain),
  state: z.optional(state),
  ssm: z.optional(ssm),
};

export const name = text(
  "a name of lower-case letters, digits and `-`, at most 40, beginning with a letter",
  NAME,
  "Name of the project. Names the API and what belongs to it.",
);

/** The file, with one environment's settings merged over the rest. */
export const configuration = map({ name, ...settings }, "a map with `name`, `backend` and `authorizer`");
export type Configuration = z.infer<typeof configuration>;

export const ENVIRONMENTS_DESCRIPTION =
  "Environment name to what differs there; one stack and one state each. Maps merge key by key, lists and texts replace (a text for `backend` its `url`), an empty value removes. Default: one environment, `prod`.";
