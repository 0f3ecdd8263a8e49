/** `synth --module`: two of the configurations of `test/long/modules.test.ts`, other ones each day. */
import { type Service, startMoto } from "../../harness/aws";
import { SEED } from "../support/changes/configuration";
import { describeWith } from "../support/describe-with";
import { CONFIGURATIONS } from "../support/module/configurations";
import { compare } from "../support/module/plans";

const today = [Number(SEED) % CONFIGURATIONS.length, (Number(SEED) * 7 + 3) % CONFIGURATIONS.length];
const sample = CONFIGURATIONS.filter((_, index) => today.includes(index));

describeWith(["terraform", "provider", "moto"], `a Terraform module, SEED=${SEED}`, () => {
  let moto: Service;
  beforeAll(async () => {
    moto = await startMoto();
  }, 60_000);
  afterAll(() => moto.stop());

  test.each(sample)(
    "plans what the stack plans: %s",
    async (_, configuration) => {
      const { plans, failures } = await compare(configuration, moto.url);
      expect(failures).toEqual([]);
      expect(plans.length).toBeGreaterThan(0);
      for (const { stack, module } of plans) expect(module).toEqual(stack);
    },
    240_000,
  );
});
