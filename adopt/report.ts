/** What `adopt` reports, as text and as JSON. */
import type { Defect } from "./findings/defects";
import type { Unmanaged } from "./findings/unmanaged";
import type { Project } from "./project";
import type { Live, LiveStage } from "./read/live";
import { PLAN_FILE, type Plan } from "./terraform";

export interface Report {
  readonly api: { readonly id: string; readonly name: string; readonly region: string };
  readonly stage: { readonly name: string; readonly deployment: string | null; readonly deployed: string | null };
  /** Paths of the written files. */
  readonly files: readonly string[];
  /** Sensitive Terraform variables that must have the value that AWS has. */
  readonly variables: readonly string[];
  /** Lines of gateway.yaml that seem to contain a secret. */
  readonly secrets: readonly number[];
  /** Arguments that differ from this project's and are kept, by resource. */
  readonly kept: readonly { readonly resource: string; readonly argument: string | null; readonly value: unknown }[];
  /** Members of AWS's resources that Terraform has no argument for. They stay as they are. */
  readonly unexpressed: readonly { readonly resource: string; readonly members: readonly string[] }[];
  readonly unmanaged: readonly Unmanaged[];
  readonly defects: readonly (Defect & { readonly isFixedNext: boolean })[];
  /** Undefined: Terraform was not run. */
  readonly plan: Plan | undefined;
  /** Folder of the synthesized stack with the plan file. */
  readonly stack: string | undefined;
}

export function reportOf(
  live: Live,
  stage: LiveStage,
  project: Project,
  found: Pick<Report, "files" | "variables" | "secrets" | "unmanaged" | "defects" | "plan" | "stack">,
): Report {
  const served = live.deployments.find(({ deploymentId }) => deploymentId === stage.deploymentId);
  return {
    api: { id: live.api.apiId, name: live.api.name, region: live.region },
    stage: {
      name: stage.stageName,
      deployment: stage.deploymentId ?? null,
      deployed: served?.createdDate ?? null,
    },
    kept: Object.entries(project.keep).flatMap(([resource, kept]): Report["kept"] =>
      kept === false
        ? [{ resource, argument: null, value: null }]
        : Object.entries(kept).map(([argument, value]) => ({ resource, argument, value })),
    ),
    unexpressed: project.comparison.unexpressed.map(({ path, members }) => ({ resource: path, members })),
    ...found,
  };
}

/** Whether the apply would do more than import. */
export const changesMore = ({ plan }: Report): boolean => plan !== undefined && plan.changes.length > 0;

export function reportText(report: Report): string {
  const { api, stage, files, variables, secrets, kept, unexpressed, unmanaged, defects, plan, stack } = report;
  const serves = stage.deployment === null ? "no deployment" : `deployment ${stage.deployment} of ${stage.deployed}`;
  return `${[
    [`${api.name} (${api.id}) in ${api.region}, stage ${stage.name}: serves ${serves}.`],
    [
      "API Gateway does not show what a deployment contains. Edits of the API after that time are not live yet; the first",
      "deploy of a change publishes them.",
    ],
    section(`Written: ${files.join(", ")}`, []),
    section(
      "Set these variables to the values that the API has now. With others, the backend rejects requests, or the authorizer rejects tokens:",
      variables.map((name) => `TF_VAR_${name}`),
    ),
    section(
      "These lines seem to contain a secret. Do not commit it: rotate it, and use backend.originSecret:",
      secrets.map((line) => `gateway.yaml:${line}`),
    ),
    section(
      "Kept as found, because no option expresses it. To use this project's value later, remove its line from `adopted.keep`. For a resource that Terraform must not manage, write `false`:",
      kept.map(({ resource, argument, value }) =>
        argument === null ? `${resource}: none` : `${resource}: ${argument} = ${shown(value)}`,
      ),
    ),
    section(
      "Left as it is, because Terraform has no argument for it:",
      unexpressed.map(({ resource, members }) => `${resource}: ${members.join(", ")}`),
    ),
    section(
      "Not managed. Terraform neither changes nor deletes it:",
      unmanaged.map(({ what, name, why }) => `${what} ${name}: ${why}`),
    ),
    section(
      "Defects. The import keeps them:",
      defects.map(
        ({ name, where, effect, isFixedNext }) =>
          `${where}: ${effect} ${isFixedNext ? "gateway.next.yaml fixes it" : `Option: --fix ${name}`}.`,
      ),
    ),
    plan === undefined ? [] : planLines(plan),
    plan === undefined || plan.imports === 0 || changesMore(report)
      ? []
      : [`To import: terraform -chdir=${stack} apply ${PLAN_FILE}`],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0 && title.endsWith(":")) return [];
  return [title, ...lines.map((line) => `  ${line}`)];
}

const shown = (value: unknown): string => (value === null ? "not set" : JSON.stringify(value));

function planLines({ imports, unchanged, changes }: Plan): readonly string[] {
  const count = (action: string) => changes.filter(({ actions }) => actions.includes(action)).length;
  const line = `Plan: ${imports} to import, ${count("create")} to add, ${count("update")} to change, ${count("delete")} to destroy.`;
  const managed = unchanged > 0 ? [`${unchanged} are managed already.`] : [];
  const list = changes.flatMap(({ address, actions, attributes }) => [
    `  ${actions.join(" and ")} ${address}`,
    ...attributes.map(({ name, before, after }) => `    ${name}: ${shown(before ?? null)} → ${shown(after ?? null)}`),
  ]);
  return [[line, ...managed].join(" "), ...list];
}
