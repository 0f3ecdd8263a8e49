/** Checks that no backend has a policy attached that the plan deletes: IAM does not delete an attached policy. */
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { entitiesWith, type PolicyEntity } from "./aws";
import { ActionFailure } from "./failure";
import type { Job } from "./job";
import { log } from "./log";
import type { Plan } from "./plan";

const policy = z.object({ arn: z.string() });
const attachment = z.object({ policy_arn: z.string(), role: z.string() });

/**
 * Without this check, IAM would reject the deletion in the middle of the apply
 * (https://github.com/hashicorp/terraform-provider-aws/issues/32906).
 *
 * @throws ActionFailure `policy-attached` with what to detach, if the job's role may read it
 */
export async function requireDetached({ access }: Job, { document }: Plan): Promise<void> {
  if (!access) return;
  const destroyed = document.resource_changes.filter(({ change }) => change.actions.includes("delete"));
  const own = destroyed.flatMap(({ change }) => attachment.safeParse(change.before).data ?? []);
  const isOwn = (arn: string, { kind, name }: PolicyEntity) =>
    kind === "role" && own.some((one) => one.policy_arn === arn && one.role === name);
  const arns = destroyed
    .filter(({ type }) => type === "aws_iam_policy")
    .flatMap(({ change }) => policy.safeParse(change.before).data?.arn ?? []);

  const commands: string[] = [];
  for (const arn of arns) {
    const entities = await entitiesWith(access, arn).catch((cause: unknown) => {
      log.line(`Who has ${arn} attached could not be read (iam:ListEntitiesForPolicy): ${messageOf(cause)}`);
      return [];
    });
    for (const { kind, name } of entities.filter((entity) => !isOwn(arn, entity))) {
      commands.push(`aws iam detach-${kind}-policy --${kind}-name ${name} --policy-arn ${arn}`);
    }
  }
  if (commands.length === 0) return;
  throw new ActionFailure("policy-attached", "IAM deletes no policy that is attached, and backends have it attached.", {
    hint: "Nothing was changed. Detach it, and run the job again.",
    problems: commands.map((message) => ({ message })),
  });
}
