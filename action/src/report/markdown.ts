/** The report as Markdown, for the job summary and the pull request's comment. */
import { OUTPUTS } from "../../../contract/names";
import { type CaseResult, notRun, type SmokeReport } from "../../../smoke";
import { type Change, routesToDestroyFirst } from "../plan";
import { latencyChart } from "./chart";
import type { Applied, PlanFacts, Report } from "./report";

export function renderMarkdown(report: Report, runUrl: string | undefined): string {
  const sections = [
    `## ${headline(report)}`,
    failureSection(report),
    endpointSection(report),
    stepsSection(report),
    planSection(report),
    smokeSection(report.smoke),
    footer(report, runUrl),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const DONE = {
  deploy: "deployed",
  plan: "planned",
  drift: "no drift",
  "smoke-test": "tested",
  output: "published",
  destroy: "destroyed",
  unlock: "not locked",
  recover: "state recovered",
} as const;

function headline({ mode, environment, folder, failure, smoke, plan }: Report): string {
  const name = `${environment ? ` \`${environment}\`` : ""}${folder ? ` in \`${folder}\`` : ""}`;
  if (failure) return `❌ WebSocket gateway${name}: ${failure.reason}`;
  const unchanged = mode === "deploy" && plan && !plan.hasChanges ? ", nothing to change" : "";
  const skipped = smoke ? notRun(smoke).length : 0;
  const missing = skipped > 0 ? `, ${skipped} ${skipped === 1 ? "case" : "cases"} skipped` : "";
  const proven = smoke?.passed && mode === "deploy" ? `, smoke test passed${missing}` : "";
  return `✅ WebSocket gateway${name}: ${DONE[mode]}${proven}${unchanged}`;
}

function failureSection({ failure, rolledBackTo, lock }: Report): string {
  if (!failure) return "";
  const problems = failure.problems.slice(0, 20).map(({ message, construct, location }) => {
    const place = [construct, location && [location.file, location.line].filter(Boolean).join(":")].filter(Boolean);
    return `- ${place.length > 0 ? `${code(place.join(", "))}: ` : ""}${inline(message)}`;
  });
  return [
    `**${inline(failure.message)}**`,
    problems.join("\n"),
    rolledBackTo ? `The stage was rolled back to deployment ${code(rolledBackTo)}.` : "",
    lock ? `Lock ${code(lock.id)} on ${code(lock.path)}, created ${inline(lock.created)}.` : "",
    failure.hint ? `> **What to do next**: ${inline(failure.hint)}` : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

function endpointSection({ endpoint, url, failure }: Report): string {
  if (!endpoint || !url || failure) return "";
  return `| | |\n|---|---|\n| \`${OUTPUTS.endpoint[0]}\` | ${code(endpoint)} |\n| \`ws-url\` | ${code(url)} |`;
}

/** Only where a deploy has more than one. */
function stepsSection({ steps }: Report): string {
  if (steps.length < 2) return "";
  const rows = steps.map(({ name, outcome, durationMs }) => {
    const shown = outcome === "done" ? outcome : `**${outcome}**`;
    return `| ${name} | ${shown} | ${seconds(durationMs)} |`;
  });
  return `### Steps\n\n| | | Time |\n|---|---|---:|\n${rows.join("\n")}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const SIGNS = { create: "🟢 create", update: "🟡 update", replace: "🔴 replace", destroy: "🔴 destroy" } as const;

function planSection(report: Report): string {
  const { firstDeploy } = report;
  const first = firstDeploy ? `First deploy: there was no API in the state at ${code(firstDeploy)}.` : "";
  return [first, plannedChanges(report)].filter(Boolean).join("\n\n");
}

function plannedChanges({ plan, applied, mode }: Report): string {
  if (!plan?.hasChanges) return plan && mode !== "drift" ? "### Plan\n\nNo changes." : "";
  const table = planTable(plan, applied);
  return routesToDestroyFirst(plan).length === 0 ? table : `${table}\n\n${WHY_FIRST}`;
}

const WHY_FIRST = "Removed routes are destroyed first, so that the new deployment does not serve them.";

function planTable(plan: PlanFacts, applied: readonly Applied[]): string {
  const applying = applied.length > 0;
  const finished = ({ address, effect }: Change) =>
    applied.some((done) => done.address === address && (done.action === "delete") === (effect === "destroy"));
  const rows = plan.changes.map(
    (change) =>
      `| ${SIGNS[change.effect]} | ${code(change.construct)} | ${change.type} | ${reason(change)} |${
        applying ? ` ${finished(change) ? "done" : "**not done**"} |` : ""
      }`,
  );
  const head = applying
    ? "| | Construct | Resource | Attributes | |\n|---|---|---|---|---|"
    : "| | Construct | Resource | Attributes |\n|---|---|---|---|";
  const outputs = plan.outputs.length > 0 ? `\n\nOutputs that change: ${plan.outputs.map(code).join(", ")}.` : "";
  const drifted = plan.drifted.length > 0 ? `\n\n${driftTable(plan.drifted)}` : "";
  return `### Plan: ${plan.summary}\n\n${head}\n${rows.join("\n")}${outputs}${drifted}`;
}

const driftTable = (drifted: readonly Change[]): string =>
  [
    "Changed by something other than Terraform:",
    "",
    ...drifted.map((change) => `- ${code(change.construct)} (${change.type}): ${reason(change) || change.effect}`),
  ].join("\n");

const reason = ({ attributes }: Change): string => attributes.map(code).join(", ");

const VERDICTS = { passed: "✅", failed: "❌", reported: "ℹ️", skipped: "⏭️" } as const;

function smokeSection(smoke: SmokeReport | undefined): string {
  if (!smoke) return "";
  const asserted = smoke.cases.filter(({ verdict }) => verdict === "passed" || verdict === "failed");
  const passed = asserted.filter(({ verdict }) => verdict === "passed");
  const rows = smoke.cases.map(
    (result) =>
      `| ${VERDICTS[result.verdict]} | ${inline(result.title)} | ${inline(result.expected)} | ${inline(result.actual)} | ${answerOf(result)} | ${Math.round(result.durationMs)}\u00a0ms |`,
  );
  const table = ["| | Case | Expected | Got | AWS's answer | Time |", "|---|---|---|---|---|---:|", ...rows].join("\n");
  const latency = smoke.connectMs
    ? `Connect p50 ${Math.round(smoke.connectMs.p50)} ms, p95 ${Math.round(smoke.connectMs.p95)} ms${
        smoke.pingMs ? `; ping p50 ${round(smoke.pingMs.p50)} ms, p95 ${round(smoke.pingMs.p95)} ms` : ""
      }.${upgradeShares(smoke)}`
    : "";
  return [`### Smoke test: ${passed.length} of ${asserted.length} passed`, table, latency, latencyChart(smoke)]
    .filter(Boolean)
    .join("\n\n");
}

function upgradeShares({ upgradeMs }: SmokeReport): string {
  if (!upgradeMs) return "";
  const { gateway, authorizer, backend } = upgradeMs;
  const middle = authorizer === undefined ? "" : ` ${round(authorizer)} ms the authorizer's,`;
  return ` Of the upgrade, about ${round(gateway)} ms are API Gateway's,${middle} ${round(backend)} ms the backend's.`;
}

/** What API Gateway answered, and why it matters. */
function answerOf({ body, awsHeaders, detail, verdict }: CaseResult): string {
  const type = awsHeaders?.["x-amzn-errortype"];
  const answer = [body ? code(body.slice(0, 160)) : "", type ? code(type) : ""].filter(Boolean).join(" ");
  return verdict === "passed" || !detail ? answer : `${answer} ${inline(detail)}`.trim();
}

function footer(report: Report, runUrl: string | undefined): string {
  const parts = [
    report.tool && `Terraform ${report.tool.version}`,
    report.durationMs === undefined ? "" : `${seconds(report.durationMs)} in all`,
    report.terraformMs === undefined ? "" : `${seconds(report.terraformMs)} of it Terraform`,
    runUrl && `[log](${runUrl})`,
  ];
  return `<sub>${parts.filter(Boolean).join(" · ")}</sub>`;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Text from outside on one line of a table, escaped for Markdown and HTML, without mentions. */
export function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]|~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;");
}

/** Text from outside as code: a fence longer than any inside it, and no table borders. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = flat.startsWith("`") || flat.endsWith("`") ? " " : "";
  return flat === "" ? "" : `${fence}${pad}${flat}${pad}${fence}`;
}
