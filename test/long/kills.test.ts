/**
 * Jobs that are cancelled or killed at some moment: what clients use is complete, no lock is left, and the next run
 * finishes the work.
 */
import { setTimeout as delay } from "node:timers/promises";
import { describeWith } from "../support/describe-with";
import { ActionEnvironment, verdict } from "../support/e2e/environment";
import { progress } from "../support/e2e/progress";
import { eachOf, rowsOfToday } from "../support/long/today";
import { configureVersion } from "../support/long/versions";

jest.setTimeout(600_000);

type Row = readonly [signal: NodeJS.Signals, moment: string];

/** Moments of a deploy onto a live stage, by its five steps. */
const CHANGES: readonly Row[] = [
  ["SIGINT", "::group::Expand"],
  ["SIGKILL", "(aws_apigatewayv2_integration): updating"],
  ["SIGTERM", "(aws_lambda_function): updating"],
  ["SIGKILL", "(aws_lambda_function): updating"],
  ["SIGINT", "(aws_apigatewayv2_deployment): creating"],
  ["SIGKILL", "(aws_apigatewayv2_deployment): created"],
  ["SIGINT", "::group::Prove the candidate stage"],
  ["SIGKILL", "✓ A client with a good token connects"],
  ["SIGKILL", "::group::Promote"],
  ["SIGINT", "(aws_apigatewayv2_stage): updating"],
  ["SIGKILL", "(aws_apigatewayv2_stage): updated"],
  ["SIGTERM", "::group::Prove the stage"],
  ["SIGKILL", "::group::Prove the stage"],
  ["SIGINT", "::group::Contract"],
  ["SIGKILL", "::group::Contract"],
  ["SIGKILL", "(aws_cloudwatch_dashboard)"],
];

/** Moments of a first deploy. */
const FIRST: readonly Row[] = [
  ["SIGKILL", "::group::terraform init"],
  ["SIGTERM", "::group::terraform plan"],
  ["SIGKILL", "(aws_apigatewayv2_api): creating"],
  ["SIGINT", "(aws_iam_role): created"],
  ["SIGKILL", "(aws_apigatewayv2_stage): created"],
  ["SIGINT", "::group::Prove the stage"],
];

/** Moments of a destroy. */
const DESTROYS: readonly Row[] = [
  ["SIGKILL", "(aws_apigatewayv2_stage): destroying"],
  ["SIGINT", "(aws_apigatewayv2_deployment): destroyed"],
  ["SIGKILL", "(aws_apigatewayv2_api): destroying"],
];

const today = rowsOfToday("kills", [...CHANGES, ...FIRST, ...DESTROYS]);
const isToday = (row: Row) => today.includes(row);

describeWith(["terraform", "provider", "moto"], "a job that is cancelled or killed", () => {
  let environment: ActionEnvironment;
  let version = 0;
  beforeAll(async () => {
    environment = await ActionEnvironment.start();
    await deployed();
  });
  afterAll(() => environment.stop());

  const configure = () => configureVersion(environment, ++version);

  const deployed = async () => {
    configure();
    await succeeds();
  };
  const succeeds = async (inputs: Record<string, string> = {}) => {
    const job = await environment.run({ "lock-timeout": "60s", ...inputs });
    expect({ ...verdict(job), log: verdict(job).code === 0 ? "" : job.log }).toEqual({ code: 0, reason: "", log: "" });
  };

  async function stopAt(signal: NodeJS.Signals, moment: string, inputs: Record<string, string> = {}): Promise<void> {
    await environment.cancelAt(moment, inputs, signal);
    // Without the action, Terraform comes to its end and frees the lock.
    for (let left = 600; left > 0 && (await environment.stateFiles()).length > 1; left--) await delay(100);
    expect((await environment.stateFiles()).filter((name) => name !== "quotes.tfstate")).toEqual([]);
  }

  function isComplete(): void {
    expect(environment.apis()).toHaveLength(1);
    expect([...(environment.apis()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
    expect([...(environment.apis()[0]?.deployments.keys() ?? [])]).toEqual([environment.deploymentId()]);
  }

  eachOf(CHANGES.filter(isToday))("%s at %s, while a change is deployed", async (signal, moment) => {
    configure();
    await stopAt(signal, moment);
    expect((await environment.connect()).kind).toBe("connected");
    await succeeds();
    expect((await environment.connect()).kind).toBe("connected");
    isComplete();
    progress(`${signal} at ${moment}`);
  });

  eachOf(FIRST.filter(isToday))("%s at %s, in a first deploy", async (signal, moment) => {
    await succeeds({ mode: "destroy" });
    configure();
    await stopAt(signal, moment);
    await succeeds();
    isComplete();
    progress(`first deploy: ${signal} at ${moment}`);
  });

  eachOf(DESTROYS.filter(isToday))("%s at %s, in a destroy", async (signal, moment) => {
    await stopAt(signal, moment, { mode: "destroy" });
    await succeeds({ mode: "destroy" });
    expect(environment.apis()).toEqual([]);
    await deployed();
    isComplete();
    progress(`destroy: ${signal} at ${moment}`);
  });
});
