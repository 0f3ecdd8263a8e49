/** What Terraform creates beside an API when it deploys a synthesized stack, in the simulated AWS. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { functionArn, invocationUri } from "../../../aws/arn";
import type { Environment } from "../../../config/model";
import { readSynthesized } from "../../../local/terraform";
import { synthesizeTo } from "../stacks/synthesize";
import { ACCOUNT, type SimulatedAws, simulatedAws } from "./aws";

const named = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema).default({});
const document = z.object({
  resource: z.object({
    aws_apigatewayv2_authorizer: named(z.object({ authorizer_credentials_arn: z.string().optional() })),
    aws_cloudwatch_dashboard: named(z.object({ dashboard_name: z.string() })),
    aws_cloudwatch_metric_alarm: named(
      z.object({
        alarm_name: z.string(),
        alarm_actions: z.array(z.string()),
        evaluation_periods: z.number(),
        period: z.number(),
        threshold: z.number(),
      }),
    ),
    aws_cloudwatch_log_group: named(
      z.object({ name: z.string(), retention_in_days: z.number(), kms_key_id: z.string().optional() }),
    ),
    aws_iam_policy: named(z.object({ name: z.string(), path: z.string().default("/") })),
    aws_ssm_parameter: named(z.object({ name: z.string() })),
    aws_iam_role: named(
      z.object({ name: z.string(), path: z.string().default("/"), permissions_boundary: z.string().optional() }),
    ),
    aws_iam_role_policy: named(z.object({ name: z.string(), role: z.string() })),
    aws_lambda_function: named(
      z.object({
        architectures: z.array(z.string()),
        environment: z.object({ variables: z.record(z.string(), z.string()) }).optional(),
        filename: z.string(),
        function_name: z.string(),
        handler: z.string(),
        kms_key_arn: z.string().optional(),
        memory_size: z.number(),
        reserved_concurrent_executions: z.number().optional(),
        role: z.string(),
        runtime: z.string(),
        timeout: z.number(),
      }),
    ),
    aws_route53_record: named(z.object({ name: z.string(), type: z.string(), zone_id: z.string() })),
  }),
});

/** Values of Terraform's variables. */
export const VARIABLES = {
  TF_VAR_origin_secret: "3f9Kc1bQ8xZ2mL7vT4wR6yN0pD5sA8hJ",
  TF_VAR_hs256_secret: "s".repeat(64),
  TF_VAR_new: "n".repeat(32),
};

/** Synthesizes an environment, and deploys it to a simulated AWS. The caller closes that. */
export async function deployed(
  environment: Environment,
): Promise<{ readonly aws: SimulatedAws; readonly apiId: string }> {
  const outdir = mkdtempSync(join(tmpdir(), "adopt-deployed-"));
  try {
    synthesizeTo(outdir, [environment]);
    const folder = join(outdir, "stacks", environment.name);
    const { store } = readSynthesized(folder, { endpoint: "wss://local", env: VARIABLES });
    const aws = await simulatedAws(store);
    const [apiId = ""] = store.apis.keys();
    grantAll(aws.functions, environment, apiId);
    deployBeside(aws, folder, apiId, environment.tags);
    return { aws, apiId };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Terraform has let API Gateway invoke every function of the configuration. */
function grantAll(
  functions: Map<string, Readonly<Record<string, string>>>,
  environment: Environment,
  apiId: string,
): void {
  const arns = environment.routes.flatMap(({ integration }) =>
    integration.type === "AWS_PROXY" ? [integration.functionArn] : [],
  );
  const { authorizer } = environment;
  for (const arn of [...arns, ...(authorizer.kind === "lambda" ? [authorizer.functionArn] : [])])
    functions.set(arn, { terraform: `arn:aws:execute-api:${environment.region}:123456789012:${apiId}/*` });
}

/** Creates log groups, records, and the bundled authorizer's function with its roles. */
function deployBeside(aws: SimulatedAws, folder: string, apiId: string, tags: Readonly<Record<string, string>>): void {
  const { resource } = document.parse(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")));
  for (const group of Object.values(resource.aws_cloudwatch_log_group)) {
    const name = group.name.replace("${aws_apigatewayv2_api.api.id}", apiId);
    aws.logGroups.push({ name, retentionInDays: group.retention_in_days, kmsKeyId: group.kms_key_id, tags });
  }
  for (const { name, path } of Object.values(resource.aws_iam_policy))
    aws.policies.push(`arn:aws:iam::${ACCOUNT.accountId}:policy${path}${name}`);
  for (const { name } of Object.values(resource.aws_ssm_parameter)) aws.parameters.push(name);
  for (const { dashboard_name } of Object.values(resource.aws_cloudwatch_dashboard))
    aws.dashboards.push(dashboard_name);
  for (const {
    alarm_name: name,
    alarm_actions: topicArns,
    evaluation_periods: evaluationPeriods,
    ...rest
  } of Object.values(resource.aws_cloudwatch_metric_alarm))
    aws.alarms.push({ name, topicArns, evaluationPeriods, ...rest });
  const roles = new Map(
    Object.entries(resource.aws_iam_role).map(([id, { name, path, permissions_boundary: boundary }]) => {
      const mine = Object.values(resource.aws_iam_role_policy).filter(({ role }) => role.includes(`.${id}.`));
      const arn = `arn:aws:iam::${ACCOUNT.accountId}:role${path}${name}`;
      return [`\${aws_iam_role.${id}.arn}`, { arn, boundary, policies: mine.map((policy) => policy.name), tags }];
    }),
  );
  aws.roles.push(...roles.values());
  for (const given of Object.values(resource.aws_lambda_function)) {
    const { region } = aws.store.account;
    const arn = functionArn({ ...ACCOUNT, region }, given.function_name);
    const secrets = Object.entries(given.environment?.variables ?? {}).map(([name, reference]) => {
      const variable = /^\$\{var\.(\w+)\}$/.exec(reference)?.[1];
      return [name, Reflect.get(VARIABLES, `TF_VAR_${variable}`) ?? ""];
    });
    aws.deployed.push({
      zip: readFileSync(join(folder, given.filename)),
      reservedConcurrency: given.reserved_concurrent_executions,
      tags,
      configuration: {
        FunctionName: given.function_name,
        FunctionArn: arn,
        Architectures: given.architectures,
        CodeSha256: "code",
        ...(secrets.length === 0 ? {} : { Environment: { Variables: Object.fromEntries(secrets) } }),
        Handler: given.handler,
        KMSKeyArn: given.kms_key_arn,
        MemorySize: given.memory_size,
        Role: roles.get(given.role)?.arn,
        Runtime: given.runtime,
        Timeout: given.timeout,
      },
    });
    const [{ authorizer_credentials_arn: credentials = "" } = {}] = Object.values(resource.aws_apigatewayv2_authorizer);
    const [authorizer] = aws.store.authorizers(apiId).list();
    aws.store.authorizers(apiId).update(authorizer?.authorizerId ?? "", {
      authorizerUri: invocationUri({ ...ACCOUNT, region }, `${arn}:1`),
      authorizerCredentialsArn: roles.get(credentials)?.arn,
    });
  }
  for (const record of Object.values(resource.aws_route53_record)) {
    const [target] = aws.store.domainNames.get(record.name)?.domainNameConfigurations ?? [];
    aws.zones.set(record.zone_id, record.name.replace(/^[^.]+\./, ""));
    aws.records.push({
      zoneId: record.zone_id,
      name: record.name,
      type: record.type,
      target: String(target?.apiGatewayDomainName),
    });
  }
}
