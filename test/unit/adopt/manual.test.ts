/** docs/adopt.md shows what adopt writes for the tutorial's API: the configuration, and the list of differences. */
import { readFileSync } from "node:fs";
import { findDefects } from "../../../adopt/findings/defects";
import { unmanagedOf } from "../../../adopt/findings/unmanaged";
import { EXIT } from "../../../adopt/options";
import { planProject } from "../../../adopt/project";
import { readApi } from "../../../adopt/read/api";
import { reportOf, reportText } from "../../../adopt/report";
import { chooseStage } from "../../../adopt/target";
import { gatewayYaml } from "../../../adopt/write/document";
import { type SimulatedAws, simulatedAws } from "../../support/adopt/aws";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { tutorialApi } from "../../support/adopt/tutorial";

const manual = readFileSync("docs/adopt.md", "utf8");
/** The code block below a marker. */
const block = (marker: string) => new RegExp(`<!-- ${marker} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(manual)?.[1];

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await simulatedAws();
});
afterAll(() => aws.close());

test("the manual has the tutorial's configuration and differences", async () => {
  const apiId = tutorialApi(aws);
  const live = await readApi(aws.reader(), apiId, () => {});
  const stage = chooseStage(live, "prod");
  const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
  const defects = findDefects(live, stage);
  const report = reportOf(live, stage, project, {
    files: ["gateway.yaml", ...project.files.keys()],
    variables: Object.keys(project.variables),
    secrets: [],
    unmanaged: unmanagedOf(live, stage, project.record.ids),
    defects: defects.map((defect) => ({ ...defect, isFixedNext: false })),
    plan: { imports: Object.keys(project.record.ids).length, unchanged: 0, changes: [] },
    stack: "cdktf.out/stacks/prod",
  });
  const shown = (text: string) =>
    text
      .replaceAll(apiId, "bnzlep5vqk")
      .replaceAll(stage.deploymentId ?? "", "f3m2qk")
      .replace(/of \d{4}-\S+\./, "of 2026-01-01T09:00:00Z.");
  expect(block("gateway.yaml")).toBe(shown(gatewayYaml(project, { apiId, defects })));
  expect(block("report")).toBe(shown(reportText(report)));
});

test("the manual has every exit code", () => {
  for (const code of Object.values(EXIT)) expect(manual).toContain(`| ${code} |`);
});
