/** What Terraform creates beside an API when it deploys a synthesized stack, in the simulated AWS. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { functionArn, invocationUri } from "../../../aws/arn";
import { ACCOUNT, type SimulatedAws } from "./aws";

const named = <T extends z.ZodType>(schema: T) => z.record(z.string(), schema).default({});
const document = z.object({
  resource: z.object({
    aws_apigatewayv2_authorizer: named(z.object({ authorizer_credentials_arn: z.string().optional() })),
    aws_cloudwatch_log_group: named(
      z.object({ name: z.string(), retention_in_days: z.number(), kms_key_id: z.string().optional() }),
    ),
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

export interface Deployed {
  /** Folder of the synthesized stack. */
  readonly folder: string;
  readonly apiId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Values of Terraform's variables, by environment variable. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Creates log groups, records, and the bundled authorizer's function with its roles. */
export function deployBeside(aws: SimulatedAws, { folder, apiId, tags, variables }: Deployed): void {
  const { resource } = document.parse(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")));
  for (const group of Object.values(resource.aws_cloudwatch_log_group)) {
    const name = group.name.replace("${aws_apigatewayv2_api.api.id}", apiId);
    aws.logGroups.push({ name, retentionInDays: group.retention_in_days, kmsKeyId: group.kms_key_id, tags });
  }
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
      return [name, variables[`TF_VAR_${variable}`] ?? ""];
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
