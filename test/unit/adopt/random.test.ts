/** Random APIs: what gateway.yaml with `adopted.keep` describes is the API, argument by argument. test/long has the plans. */
import { planProject } from "../../../adopt/project";
import { readApi } from "../../../adopt/read/api";
import { chooseStage } from "../../../adopt/target";
import { gatewayYaml } from "../../../adopt/write/document";
import { parseConfig } from "../../../config";
import { type SimulatedAws, simulatedAws } from "../../support/adopt/aws";
import { buildApi } from "../../support/adopt/build-api";
import { apiOf } from "../../support/adopt/random-api";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { SEED } from "../../support/changes/configuration";
import { filesOf } from "../../support/config/load";

/** A few each day; COUNT asks for more. */
const COUNT = Number(process.env.COUNT ?? 8);

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await simulatedAws();
});
afterAll(() => aws.close());

test.each(Array.from({ length: COUNT }, (_, number) => number))(
  `API ${SEED}/%d is described exactly`,
  async (number) => {
    const { apiId, stageName } = buildApi(aws.store, aws.functions, apiOf(SEED, number));
    const live = await readApi(aws.reader(), apiId, () => {});
    const stage = chooseStage(live, stageName);
    // Throws if an argument differs from the API's.
    const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
    const left = Object.entries(project.keep).flatMap(([path, kept]) => (kept === false ? [path] : []));
    const recorded = Object.keys(project.record.ids);
    expect(recorded.filter((path) => left.some((parent) => path === parent || path.startsWith(`${parent}/`)))).toEqual(
      [],
    );
    const text = gatewayYaml(project, { apiId, defects: [] });
    const readFile = filesOf(Object.fromEntries(project.files));
    expect(parseConfig(text, "gateway.yaml", readFile, { local: true }).environments).toHaveLength(1);
  },
);
