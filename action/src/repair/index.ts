/**
 * Repairs what an interrupted run has left: resources that Terraform treats as incomplete, and objects of AWS that the
 * state does not contain, because AWS created them after Terraform stopped waiting for the answer. Terraform cannot create
 * either of them again if the name is fixed.
 */
import * as z from "zod";
import type { Access } from "../../../aws/request";
import { messageOf } from "../../../terminal/error";
import { taintedIn } from "../address";
import { ActionFailure, type Problem } from "../failure";
import type { Job } from "../job";
import { log } from "../log";
import type { Plan } from "../plan";
import { constructOf } from "../stack";
import type { Terraform } from "../terraform";
import { type Existing, LOOKUPS, namedApis } from "./lookup";

const API = "aws_apigatewayv2_api";

type Repairing = Pick<Job, "stack" | "access"> & {
  readonly terraform: Pick<Terraform, "untaint" | "importObject">;
};

/** An object that exists, and the address under which the plan would create it. */
interface Orphan extends Existing {
  readonly address: string;
  readonly construct: string;
  readonly planned: unknown;
}

/**
 * @returns whether the state has changed, so that the plan must be made again
 * @throws ActionFailure `name-taken` for an object that may belong to something else
 */
export async function repair(job: Repairing, { document }: Plan): Promise<boolean> {
  const { stack, terraform, access } = job;
  const orphans = access ? await orphansOf(job, access, document) : [];
  if (access) await requireOwn(job, access, document, orphans);
  const tainted = taintedIn(document);
  for (const address of tainted) {
    log.line(`An earlier run did not complete ${constructOf(stack, address)}: it is updated instead of replaced.`);
    await terraform.untaint(address);
  }
  for (const { address, construct, importId } of orphans) {
    log.line(`An earlier run has created ${construct}, but could not save it: it is imported into the state.`);
    await terraform.importObject(address, importId);
  }
  return tainted.length + orphans.length > 0;
}

async function orphansOf({ stack }: Repairing, access: Access, document: Plan["document"]): Promise<Orphan[]> {
  const wasDeleted = document.resource_drift.some(({ type }) => type === API);
  const found = await Promise.all(
    document.resource_changes.map(async ({ address, type, change }): Promise<Orphan[]> => {
      const look = LOOKUPS[type];
      if (!look || change.actions.join() !== "create" || (type === API && wasDeleted)) return [];
      const existing = await look(access, change.after).catch((cause: unknown) => {
        log.line(`Whether ${address} exists could not be read: ${messageOf(cause)}`);
        return undefined;
      });
      const isManaged = document.resource_changes.some(
        (one) => one.type === type && identified.safeParse(one.change.before).data?.id === existing?.id,
      );
      if (!existing || isManaged) return [];
      return [{ ...existing, address, construct: constructOf(stack, address), planned: change.after }];
    }),
  );
  return found.flat();
}

const identified = z.object({ id: z.string() });
const named = z.object({ name: z.string() });
const tagged = z.object({ tags_all: z.record(z.string(), z.string()).nullish() });

/**
 * An object belongs to this environment if it has the name and the tags that the plan would give it, and the API's name in
 * its own, unless there is another API of that name that clients use: then its state is elsewhere, and the object with it.
 */
async function requireOwn(
  { stack }: Repairing,
  access: Access,
  { resource_changes: resources }: Plan["document"],
  orphans: readonly Orphan[],
): Promise<void> {
  if (orphans.every((one) => !one.named && !one.differs)) return;
  const planned = resources.find(({ type, change }) => type === API && change.after);
  const api = named.safeParse(planned?.change.after).data?.name;
  const id = identified.safeParse(planned?.change.before).data?.id;
  const others = (api === undefined ? [] : await namedApis(access, api)).filter((one) => one.id !== id);
  const live = others.find(({ stages }) => stages.length > 0);
  const why = live
    ? `API ${live.id} has the name ${api} and the stage ${live.stages.join(", ")}, and the state at ${stack.stateLocation} does not contain it`
    : undefined;
  // Without the API, a deploy after the other imports would create a second one. With it, that deploy imports its parts.
  const lost = live &&
    planned?.change.actions.join() === "create" && {
      ...planned,
      construct: constructOf(stack, planned.address),
      importId: live.id,
    };
  const problems = [...(lost ? [lost] : []), ...orphans].flatMap((found): Problem[] => {
    const reason = why ?? ("planned" in found ? reasonAgainst(found, api) : undefined);
    if (reason === undefined) return [];
    const remedy = `terraform import '${found.address}' '${found.importId}'`;
    return [{ construct: found.construct, message: `exists, and is not in the state: ${reason}. ${remedy}` }];
  });
  const [first] = problems;
  if (!first) return;
  throw new ActionFailure("name-taken", `${first.construct} ${first.message}`, {
    hint: live
      ? `Nothing was changed. The state is probably in another place: check \`name\`, \`state\` and the environment in the configuration. If it is lost, import what exists with the commands of the problems, ${where(stack)}.`
      : `Nothing was changed. If another project has it, change \`name\`. If it belongs to this environment, import it with this command, ${where(stack)}, or delete it. Then run the job again.`,
    problems,
  });
}

/** The job's folder is gone when a person reads the advice. */
const where = ({ name }: Repairing["stack"]) =>
  `on your machine in cdktf.out/stacks/${name}, after \`npx websocket-gateway synth\` and \`terraform init\``;

/** Returns why the object may belong to something else, or undefined if it belongs to this environment. */
function reasonAgainst({ named: found, differs, planned }: Orphan, api: string | undefined): string | undefined {
  if (differs !== undefined || !found) return differs;
  if (api === undefined || !found.name.includes(api)) return "its name does not say that it belongs to this API";
  const wanted = Object.entries(tagged.parse(planned).tags_all ?? {});
  return wanted.every(([key, value]) => found.tags[key] === value) ? undefined : "it has other tags";
}
