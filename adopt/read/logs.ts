/** Reads the log groups of an API's stages. */
import * as z from "zod/mini";
import { parseArn } from "../../aws/arn";
import { executionLogGroup } from "../../aws/names";
import type { AwsReader } from "./client";
import type { Live, LiveLogGroup } from "./live";

const groups = z.object({
  logGroups: z.optional(
    z.array(
      z.looseObject({
        logGroupName: z.string(),
        arn: z.optional(z.string()),
        retentionInDays: z.optional(z.number()),
        kmsKeyId: z.optional(z.string()),
      }),
    ),
  ),
});
const tagsAnswer = z.object({ tags: z._default(z.record(z.string(), z.string()), {}) });

export async function readLogGroups(
  aws: AwsReader,
  { api, stages }: Pick<Live, "api" | "stages">,
): Promise<readonly LiveLogGroup[]> {
  const names = stages.flatMap(({ stageName, accessLogSettings, defaultRouteSettings, routeSettings }) => {
    const access = parseArn(accessLogSettings?.destinationArn ?? "");
    const logs = [defaultRouteSettings, ...Object.values(routeSettings)];
    const writes = logs.some(({ loggingLevel = "OFF" }) => loggingLevel !== "OFF");
    return [
      ...(access?.service === "logs" ? [access.resource.replace(/^log-group:/, "").replace(/:\*$/, "")] : []),
      ...(writes ? [executionLogGroup(api.apiId, stageName)] : []),
    ];
  });
  return (await Promise.all([...new Set(names)].map((name) => readLogGroup(aws, name)))).flat();
}

/** Returns the log group with this name, or none. */
export async function readLogGroup(aws: AwsReader, name: string): Promise<LiveLogGroup[]> {
  const call = (operation: string, body: object, permission: string) =>
    aws.get({ service: "logs", path: "/", operation: { target: `Logs_20140328.${operation}`, body }, permission });
  const found = await call("DescribeLogGroups", { logGroupNamePrefix: name }, "logs:DescribeLogGroups on *");
  const group = groups.parse(found ?? {}).logGroups?.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) return [];
  const arn = (group.arn ?? "").replace(/:\*$/, "");
  const tags = await call("ListTagsForResource", { resourceArn: arn }, `logs:ListTagsForResource on ${arn}`);
  return [
    {
      name,
      arn,
      retentionInDays: group.retentionInDays,
      kmsKeyId: group.kmsKeyId,
      tags: tagsAnswer.parse(tags ?? {}).tags,
    },
  ];
}
