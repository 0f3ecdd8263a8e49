/** The variables of a Terraform module: the settings of gateway.yaml that usually differ between environments. */
import type { Environment } from "../../config/model";

/** Value of a variable. Undefined: the attribute is absent, which in Terraform is null. */
export type Value = string | number | readonly string[] | undefined;

/** A setting that becomes a variable. */
export interface Setting {
  readonly name: string;
  readonly type: "string" | "number" | "list(string)";
  readonly description: string;
  /** Stands for the value in a stack that is synthesized to find the places of the value. It occurs nowhere else. */
  readonly mark: string | number;
  readonly valueIn: (environment: Environment) => Value;
  /** Returns the environment with the mark in place of the value. */
  readonly marked: (environment: Environment, mark: string) => Environment;
  /** A condition for the value, and what it requires. */
  readonly validation?: readonly [condition: string, message: string];
}

const originOf = (uri: string): string => /^https?:\/\/[^/]+/.exec(uri)?.[0] ?? uri;

/** Returns the environment with another origin of its backend. */
const withBackend = (environment: Environment, origin: string): Environment => ({
  ...environment,
  routes: environment.routes.map((route) =>
    route.integration.type === "AWS_PROXY" || !route.integration.toBackend
      ? route
      : // The compiler does not see that route and integration stay of one kind.
        Object.assign({}, route, {
          integration: { ...route.integration, uri: route.integration.uri.replace(/^https?:\/\/[^/]+/, origin) },
        }),
  ),
});

const backendOf = ({ routes }: Environment): string | undefined =>
  routes
    .flatMap(({ integration }) =>
      integration.type !== "AWS_PROXY" && integration.toBackend ? [originOf(integration.uri)] : [],
    )
    .at(0);

/** Numbers that occur nowhere else in a stack. */
const MARKS = { burst: 907_001, rate: 907_002, retention: 907_003 };

export const SETTINGS: readonly Setting[] = [
  {
    name: "environment",
    type: "string",
    description: "Name of the environment. The names of all resources end with it.",
    mark: "zqenvironment",
    valueIn: ({ name }) => name,
    marked: (environment, mark) => {
      const { name, project, stage, ssmPrefix } = environment;
      const renamed = (text: string) => text.replace(new RegExp(`(^|[/-])${name}$`), `$1${mark}`);
      return {
        ...environment,
        name: mark,
        apiName: `${project}-${mark}`,
        stage: { ...stage, name: stage.name === name ? mark : stage.name },
        ssmPrefix: ssmPrefix === undefined ? undefined : renamed(ssmPrefix),
      };
    },
    validation: [
      'can(regex("^[a-z0-9][a-z0-9-]{0,19}$", var.environment))',
      "environment must be 1 to 20 lower-case letters, digits and hyphens.",
    ],
  },
  {
    name: "region",
    type: "string",
    description: "Region of the provider. It is a part of the names of IAM roles and policies.",
    mark: "zqregion",
    valueIn: ({ region }) => region,
    marked: (environment, mark) => ({ ...environment, region: mark }),
  },
  {
    name: "backend_url",
    type: "string",
    description: "Scheme and host of the backend.",
    mark: "https://zqbackend.example",
    valueIn: backendOf,
    marked: withBackend,
    validation: [
      'can(regex("^https?://[^/]+$", var.backend_url))',
      "backend_url must be a scheme and a host, such as https://api.example.com.",
    ],
  },
  {
    name: "throttle_burst",
    type: "number",
    description: "Maximum number of concurrent requests, for routes without a limit of their own.",
    mark: MARKS.burst,
    valueIn: ({ stage }) => stage.throttle.burst,
    marked: (environment) => withThrottle(environment, { burst: MARKS.burst }),
  },
  {
    name: "throttle_rate",
    type: "number",
    description: "Requests per second, for routes without a limit of their own.",
    mark: MARKS.rate,
    valueIn: ({ stage }) => stage.throttle.rate,
    marked: (environment) => withThrottle(environment, { rate: MARKS.rate }),
  },
  {
    name: "log_retention_days",
    type: "number",
    description: "Retention of the API's logs, in days.",
    mark: MARKS.retention,
    valueIn: ({ logs }) => logs.retentionDays,
    marked: (environment) => ({ ...environment, logs: { ...environment.logs, retentionDays: MARKS.retention } }),
  },
  {
    name: "alarm_topic_arns",
    type: "list(string)",
    description: "SNS topics that the alarms notify.",
    mark: "zqtopic",
    valueIn: ({ alarms }) => alarms?.topicArns,
    marked: (environment, mark) =>
      environment.alarms ? { ...environment, alarms: { ...environment.alarms, topicArns: [mark] } } : environment,
  },
  {
    name: "permissions_boundary",
    type: "string",
    description: "ARN of a policy that limits the permissions of every role.",
    mark: "zqboundary",
    valueIn: ({ iam }) => iam.permissionsBoundary,
    marked: (environment, mark) => ({ ...environment, iam: { ...environment.iam, permissionsBoundary: mark } }),
  },
  {
    name: "domain_name",
    type: "string",
    description: "The custom domain.",
    mark: "zqdomain.example",
    valueIn: ({ domain }) => domain?.name,
    marked: (environment, mark) => withDomain(environment, { name: mark }),
  },
  {
    name: "certificate_arn",
    type: "string",
    description: "ARN of the custom domain's certificate.",
    mark: "zqcertificate",
    valueIn: ({ domain }) => domain?.certificateArn,
    marked: (environment, mark) =>
      environment.domain?.certificateArn ? withDomain(environment, { certificateArn: mark }) : environment,
  },
  {
    name: "zone_id",
    type: "string",
    description: "Route 53 zone of the custom domain's record.",
    mark: "zqzone",
    valueIn: ({ domain }) => domain?.zoneId,
    marked: (environment, mark) =>
      environment.domain?.zoneId ? withDomain(environment, { zoneId: mark }) : environment,
  },
];

const withThrottle = (environment: Environment, limits: Partial<Environment["stage"]["throttle"]>): Environment => ({
  ...environment,
  stage: { ...environment.stage, throttle: { ...environment.stage.throttle, ...limits } },
});

const withDomain = (environment: Environment, changes: Partial<NonNullable<Environment["domain"]>>): Environment =>
  environment.domain ? { ...environment, domain: { ...environment.domain, ...changes } } : environment;
