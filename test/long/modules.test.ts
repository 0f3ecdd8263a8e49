/** `synth --module`: each configuration's module plans what its stack plans, and passes its own tests. */
import { type Service, startMoto } from "../../harness/aws";
import { describeWith } from "../support/describe-with";
import { progress } from "../support/e2e/progress";
import { rowsOfToday } from "../support/long/today";
import { CONFIGURATIONS } from "../support/module/configurations";
import { compare } from "../support/module/plans";

describeWith(["terraform", "provider", "moto"], "Terraform modules", () => {
  let moto: Service;
  beforeAll(async () => {
    moto = await startMoto();
  }, 60_000);
  afterAll(() => moto.stop());

  test("there are 30 configurations or more", () => {
    expect(CONFIGURATIONS.length).toBeGreaterThanOrEqual(30);
  });

  test.each(rowsOfToday("modules", CONFIGURATIONS))(
    "plans what the stack plans: %s",
    async (title, configuration) => {
      const { environments, plans, failures } = await compare(configuration, moto.url);
      expect(failures).toEqual([]);
      expect(environments.length).toBeGreaterThan(0);
      for (const { stack, module } of plans) expect(module).toEqual(stack);
      progress(`modules: ${title}: passed (${environments.join(", ")})`);
    },
    240_000,
  );
});
