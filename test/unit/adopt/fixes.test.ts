/** `--fix`: what gateway.next.yaml deploys does not have the defect any more, and no other one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFECTS, type DefectName, findDefects, fix } from "../../../adopt/findings/defects";
import { fileTree, planProject } from "../../../adopt/project";
import { readApi } from "../../../adopt/read/api";
import { chooseStage } from "../../../adopt/target";
import { readSynthesized } from "../../../local/terraform";
import { FUNCTION_ARN, type SimulatedAws, simulatedAws } from "../../support/adopt/aws";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { tutorialApi } from "../../support/adopt/tutorial";

let aws: SimulatedAws;
let apiId: string;
beforeEach(async () => {
  aws = await simulatedAws();
  apiId = tutorialApi(aws);
});
afterEach(() => aws.close());

/** Makes the tutorial's API have each defect. Two of them it has already. */
const BREAK: Readonly<Record<DefectName, () => void>> = {
  "route-selection": () => {},
  "missing-response": () => {},
  throttle: () =>
    aws.store.stages(apiId).update("prod", {
      defaultRouteSettings: { throttlingBurstLimit: 0, throttlingRateLimit: 0, detailedMetricsEnabled: true },
    }),
  "data-trace": () =>
    aws.store.stages(apiId).update("prod", { defaultRouteSettings: { dataTraceEnabled: true, loggingLevel: "INFO" } }),
  "access-log": () =>
    aws.store.stages(apiId).update("prod", {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:us-east-1:123456789012:log-group:own",
        format: "$context.requestId $context.path",
      },
    }),
  permission: () => aws.functions.set(FUNCTION_ARN, {}),
  "auto-deploy": () => aws.store.stages(apiId).update("prod", { autoDeploy: true }),
};

async function read(from: SimulatedAws, id: string) {
  const live = await readApi(from.reader(), id, () => {});
  return { live, stage: chooseStage(live, "prod") };
}

/** Deploys a configuration to another simulated AWS. Returns the names of its defects. */
async function defectsAfter(text: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const json = synthesizeHere(text, files, "prod");
  const folder = mkdtempSync(join(tmpdir(), "adopt-fix-"));
  try {
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
    const { store } = readSynthesized(folder, { endpoint: "wss://local", env: {} });
    const other = await simulatedAws(store);
    const [id = ""] = store.apis.keys();
    const hasPermission = readFileSync(join(folder, "cdk.tf.json"), "utf8").includes('"aws_lambda_permission"');
    other.functions.set(FUNCTION_ARN, hasPermission ? { a: `arn:aws:execute-api:us-east-1:123456789012:${id}/*` } : {});
    try {
      const { live, stage } = await read(other, id);
      return findDefects(live, stage).map(({ name }) => name);
    } finally {
      await other.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(DEFECTS)("%s", async (name) => {
  BREAK[name]();
  const { live, stage } = await read(aws, apiId);
  const before = findDefects(live, stage).map((defect) => defect.name);
  expect(before).toContain(name);
  const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
  const fixed = JSON.stringify(fileTree(project.names, fix(name, project), project.recordFile));
  expect(await defectsAfter(fixed, project.files)).toEqual(before.filter((one) => one !== name));
});
