/**
 * 500 random changes of the configuration, other ones each day. A long run remembers the finished ones under build/, and
 * the next one continues with the others.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../harness/tools";
import { messageOf } from "../../terminal/error";
import { configurations, pairOf, SAME_START, SEED } from "../support/changes/configuration";
import { DeployedEnvironment } from "../support/changes/deployed";
import { changesThereAndBack } from "../support/changes/property";
import { describeWith } from "../support/describe-with";
import { progress } from "../support/e2e/progress";
import { ALL, rowsOfToday } from "../support/long/today";

jest.setTimeout(600_000);

const FINISHED = join(ROOT, `build/changes-${SEED}.txt`);
const finished = new Set(existsSync(FINISHED) ? readFileSync(FINISHED, "utf8").split("\n") : []);
const pairs = Array.from({ length: 500 }, (_, number) => number);
const rows = ALL ? pairs.filter((one) => !finished.has(`${one}`)) : rowsOfToday("changes", pairs, SAME_START);

describeWith(["terraform", "provider", "moto"], `changes of the configuration, SEED=${SEED}`, () => {
  let environment: DeployedEnvironment;
  beforeAll(async () => {
    environment = await DeployedEnvironment.start();
  });
  afterAll(() => environment.stop());

  test.each(rows)("pair %d is deployed there and back", async (number) => {
    const result = changesThereAndBack(environment, pairOf(configurations(environment), SEED, number));
    await result.catch((error: unknown) => progress(`changes: pair ${number}: failed: ${messageOf(error)}`));
    await result;
    progress(`changes: pair ${number}: passed`);
    if (!ALL) return;
    mkdirSync(dirname(FINISHED), { recursive: true });
    writeFileSync(FINISHED, `${number}\n`, { flag: "a" });
  });
});
