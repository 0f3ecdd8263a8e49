/**
 * 300 random APIs, other ones each day, each imported with real Terraform: nothing is changed, and nothing is left to do.
 * At least 95 % must be imported; the others are refused with the exact argument.
 */
import { ImportEnvironment } from "../support/adopt/imported";
import { apiOf } from "../support/adopt/random-api";
import { SEED } from "../support/changes/configuration";
import { describeWith } from "../support/describe-with";
import { progress } from "../support/e2e/progress";
import { rowsOfToday } from "../support/long/today";

jest.setTimeout(240_000);

const NUMBERS = Array.from({ length: Number(process.env.COUNT ?? 300) }, (_, number) => number);

describeWith(["terraform", "provider"], `adopted APIs, SEED=${SEED}`, () => {
  let environment: ImportEnvironment;
  const rows = rowsOfToday("adopt", NUMBERS, 2);
  const refused: string[] = [];
  beforeAll(async () => {
    environment = await ImportEnvironment.start();
  });
  afterAll(() => environment.stop());

  test.each(rows)("API %d is imported without a change", async (number) => {
    const result = await environment.adopt(apiOf(SEED, number));
    if (result.kind === "refused") refused.push(`${number}: ${result.why}`);
    progress(`adopt: API ${number}: ${result.kind}`);
  });

  test("at most 5 % are refused", () => {
    expect({ isEnough: refused.length <= rows.length * 0.05, refused }).toEqual({ isEnough: true, refused });
  });
});
