/** Reads the Lambda functions behind an API, and the statements of their policies that let API Gateway invoke them. */
import * as z from "zod/mini";
import { functionOfUri, parseFunctionArn, unqualified } from "../../aws/arn";
import { PRINCIPALS } from "../../aws/endpoints";
import type { AwsReader } from "./client";
import type { Live, LiveFunction, LivePermission } from "./live";

const one = z.union([z.string(), z.array(z.string())]);
const statement = z.looseObject({
  Sid: z.string(),
  Effect: z.string(),
  Principal: z.union([z.string(), z.looseObject({ Service: z.optional(one) })]),
  Action: one,
  Condition: z.optional(z.record(z.string(), z.record(z.string(), one))),
});
const policyAnswer = z.object({ Policy: z.string() });
const policy = z.object({ Statement: z.array(z.unknown()) });

/** Reads every function that an authorizer or an integration invokes, except those whose ARN has a stage variable. */
export async function readFunctions(
  aws: AwsReader,
  { api, authorizers, integrations }: Pick<Live, "api" | "authorizers" | "integrations">,
): Promise<readonly LiveFunction[]> {
  const uris = [...authorizers.map((each) => each.authorizerUri), ...integrations.map((each) => each.integrationUri)];
  const arns = new Set(uris.flatMap((uri) => functionOfUri(uri ?? "") ?? []));
  const known = [...arns].filter((arn) => parseFunctionArn(arn) !== undefined);
  return await Promise.all(known.map((arn) => readFunction(aws, arn, api.apiId)));
}

async function readFunction(aws: AwsReader, arn: string, apiId: string): Promise<LiveFunction> {
  const { region = aws.region, qualifier } = parseFunctionArn(arn) ?? {};
  const path = `/2015-03-31/functions/${encodeURIComponent(unqualified(arn))}`;
  const query = qualifier === undefined ? {} : { Qualifier: qualifier };
  const get = (part: string, action: string) =>
    aws.get({ service: "lambda", region, path: `${path}/${part}`, query, permission: `${action} on ${arn}` });
  const [configuration, found] = await Promise.all([
    get("configuration", "lambda:GetFunctionConfiguration"),
    get("policy", "lambda:GetPolicy"),
  ]);
  const statements = found === undefined ? [] : policy.parse(JSON.parse(policyAnswer.parse(found).Policy)).Statement;
  const permissions = statements.flatMap((each) => permissionOf(each, arn, apiId));
  return { arn, exists: configuration !== undefined, permissions };
}

/** Returns the permission, if the statement lets API Gateway invoke the function for this API. */
function permissionOf(item: unknown, functionArn: string, apiId: string): LivePermission[] {
  const found = statement.safeParse(item);
  if (!found.success) return [];
  const { Sid, Effect, Principal, Action, Condition = {} } = found.data;
  const services = typeof Principal === "string" ? [Principal] : listOf(Principal.Service ?? []);
  const invokes = listOf(Action).some((action) => /^lambda:(InvokeFunction|\*)$/.test(action));
  if (Effect !== "Allow" || !invokes || !services.includes(PRINCIPALS.apiGateway)) return [];
  const sources = Object.values(Condition).flatMap((condition) =>
    Object.entries(condition).flatMap(([key, value]) => (/^aws:sourcearn$/i.test(key) ? listOf(value) : [])),
  );
  return sources
    .filter((source) => source.split(":")[5]?.split("/")[0] === apiId)
    .map((sourceArn) => ({ functionArn, statementId: Sid, sourceArn }));
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);
