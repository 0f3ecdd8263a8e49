/** The parts of a plan: none does what the whole plan does not do. */
import { asFailure } from "../../../action/src/failure";
import type { WholePlan } from "../../../action/src/plan";
import { applyPart } from "../../../action/src/planning";
import { readStack } from "../../../action/src/stack";

const stack = readStack("prod", "/", {});
const STAGE = "aws_apigatewayv2_stage.stage";
const INTEGRATION = "aws_apigatewayv2_integration.connect";
const whole: WholePlan = {
  changes: [{ address: STAGE, type: "aws_apigatewayv2_stage", construct: "stage", effect: "update", attributes: [] }],
  drifted: [],
};
const updates = (...addresses: string[]) => ({
  hasChanges: addresses.length > 0,
  changes: addresses.map((addr) => ({ resource: { addr, resource_type: addr.split(".")[0] ?? "" }, action: "update" })),
});

/** Terraform plans these updates, without and with a refresh. */
async function applying(stale: readonly string[], refreshed: readonly string[]) {
  const commands: string[] = [];
  const terraform = {
    async plan({ refresh = true } = {}) {
      commands.push(refresh ? "plan" : "plan -refresh=false");
      return updates(...(refresh ? refreshed : stale));
    },
    apply: async () => void commands.push("apply"),
  };
  const failure = await applyPart({ terraform, stack }, whole).then(() => undefined, asFailure);
  return { commands, reason: failure?.code };
}

test("a part is planned without reading the resources again", async () => {
  expect(await applying([STAGE], [])).toEqual({ commands: ["plan -refresh=false", "apply"], reason: undefined });
});

test("a state with values that AWS has rejected is no change by something else", async () => {
  expect(await applying([STAGE, INTEGRATION], [STAGE])).toEqual({
    commands: ["plan -refresh=false", "plan", "apply"],
    reason: undefined,
  });
});

test("a change by something else is plan-changed, and nothing is applied", async () => {
  expect(await applying([STAGE, INTEGRATION], [STAGE, INTEGRATION])).toEqual({
    commands: ["plan -refresh=false", "plan"],
    reason: "plan-changed",
  });
});
