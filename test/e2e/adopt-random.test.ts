/** Two of the random APIs of test/long/adopt.test.ts, other ones each day. */
import { ImportEnvironment } from "../support/adopt/imported";
import { apiOf } from "../support/adopt/random-api";
import { SEED } from "../support/changes/configuration";
import { describeWith } from "../support/describe-with";

jest.setTimeout(240_000);

describeWith(["terraform", "provider"], `adopted APIs, SEED=${SEED}`, () => {
  let environment: ImportEnvironment;
  beforeAll(async () => {
    environment = await ImportEnvironment.start();
  });
  afterAll(() => environment.stop());

  test.each([300, 301])("API %d is imported without a change", async (number) => {
    expect(await environment.adopt(apiOf(SEED, number))).toEqual({ kind: "imported" });
  });
});
