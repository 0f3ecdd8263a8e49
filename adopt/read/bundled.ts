/** Reads the bundled authorizer of an API that this project has deployed: the settings in its code, and its roles. */
import * as z from "zod/mini";
import { functionOfUri, parseArn, parseFunctionArn, unqualified } from "../../aws/arn";
import { functionLogGroup } from "../../aws/names";
import { textInZip } from "../../contract/zip-file";
import { JWKS_SNAPSHOT_FILE, SETTINGS_FILE } from "../../functions/authorizer/settings";
import { type AwsReader, elements } from "./client";
import { connectAuthorizer, type Live, type LiveBundled, type LiveRole } from "./live";
import { readLogGroup } from "./logs";
import { functionSchema, settingsSchema } from "./schemas";

const functionAnswer = z.object({
  Configuration: functionSchema,
  Code: z.object({ Location: z.optional(z.string()) }),
  Concurrency: z.optional(z.object({ ReservedConcurrentExecutions: z.optional(z.number()) })),
  Tags: z._default(z.record(z.string(), z.string()), {}),
});

/**
 * Returns undefined if the function is not the bundled authorizer. Only that one is invoked by its version, through a role.
 *
 * @throws {AdoptError} `aws-unreachable` if its code cannot be downloaded
 */
export async function readBundled(aws: AwsReader, live: Live): Promise<LiveBundled | undefined> {
  const { authorizerUri, authorizerCredentialsArn } = connectAuthorizer(live) ?? {};
  const versionArn = functionOfUri(authorizerUri ?? "") ?? "";
  const { functionName, qualifier = "", region = aws.region } = parseFunctionArn(versionArn) ?? {};
  if (authorizerCredentialsArn === undefined || functionName === undefined || !/^\d+$/.test(qualifier))
    return undefined;
  const arn = unqualified(versionArn);
  const get = async (query: Readonly<Record<string, string>>) => {
    const path = `/2015-03-31/functions/${encodeURIComponent(arn)}`;
    const found = await aws.get({ service: "lambda", region, path, query, permission: `lambda:GetFunction on ${arn}` });
    return functionAnswer.safeParse(found).data;
  };
  const [version, newest] = await Promise.all([get({ Qualifier: qualifier }), get({})]);
  if (version?.Code.Location === undefined || newest === undefined) return undefined;
  const zip = await aws.download(version.Code.Location, `The code of ${versionArn}`);
  const settings = settingsSchema.safeParse(jsonIn(zip, SETTINGS_FILE)).data;
  if (settings === undefined) return undefined;
  const [role, invokeRole, logGroups] = await Promise.all([
    readRole(aws, newest.Configuration.Role),
    readRole(aws, authorizerCredentialsArn),
    readLogGroup(aws, functionLogGroup(functionName)),
  ]);
  if (role === undefined || invokeRole === undefined) return undefined;
  return {
    functionName,
    arn,
    isNewest: JSON.stringify(version.Configuration) === JSON.stringify(newest.Configuration),
    settings,
    jwks: z.record(z.string(), z.unknown()).safeParse(jsonIn(zip, JWKS_SNAPSHOT_FILE)).data ?? {},
    configuration: newest.Configuration,
    reservedConcurrency: newest.Concurrency?.ReservedConcurrentExecutions,
    tags: newest.Tags,
    logGroup: logGroups[0],
    role,
    invokeRole,
  };
}

/** Parses a file of the function's code. Returns undefined if there is no such file: another function has other code. */
function jsonIn(zip: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(textInZip(zip, name) ?? "");
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
async function readRole(aws: AwsReader, arn: string): Promise<LiveRole | undefined> {
  const resource = parseArn(arn)?.resource ?? "";
  const name = resource.replace(/^.*\//, "");
  const call = (Action: string) =>
    aws.text({
      service: "iam",
      path: "/",
      form: { Action, Version: "2010-05-08", RoleName: name },
      permission: `iam:${Action} on ${arn}`,
    });
  const [role, policies] = await Promise.all([call("GetRole"), call("ListRolePolicies")]);
  if (role === undefined || policies === undefined) return undefined;
  const tags = elements(elements(role, "Tags")[0] ?? "", "member");
  return {
    name,
    arn,
    path: resource.replace(/^role/, "").replace(/[^/]*$/, ""),
    permissionsBoundary: elements(role, "PermissionsBoundaryArn")[0],
    tags: Object.fromEntries(tags.map((tag) => [elements(tag, "Key")[0] ?? "", elements(tag, "Value")[0] ?? ""])),
    policies: elements(elements(policies, "PolicyNames")[0] ?? "", "member"),
  };
}
