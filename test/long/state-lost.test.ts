/**
 * Deploys during which S3 begins to reject what Terraform writes, from each moment on: a person who follows the advice in
 * the job's report loses nothing.
 */
import { describeWith } from "../support/describe-with";
import { adviceOf } from "../support/e2e/advice";
import { ActionEnvironment, BUCKET, verdict } from "../support/e2e/environment";
import { progress } from "../support/e2e/progress";
import { type RefusingS3, startRefusingS3, type Write } from "../support/e2e/refusing-s3";
import { rowsOfToday } from "../support/long/today";
import { configureVersion } from "../support/long/versions";

jest.setTimeout(600_000);

type Job = "first" | "verified" | "direct" | "destroy";
type Row = readonly [job: Job, what: string, write: Write, number: number, reason: string];

/** Which write is the first that S3 rejects, counted from the job's begin. */
const ROWS: readonly Row[] = [
  ["first", "the plan cannot take the lock", "PUT lock", 1, "credentials-rejected"],
  ["first", "the plan cannot release the lock", "DELETE lock", 1, "credentials-rejected"],
  ["first", "the apply cannot take the lock", "PUT lock", 2, "credentials-rejected"],
  ["first", "the apply cannot save the state", "PUT state", 1, "state-not-saved"],
  ["first", "the apply cannot release the lock", "DELETE lock", 2, "credentials-rejected"],
  ["verified", "the previous deployment cannot be kept", "PUT state", 1, "credentials-rejected"],
  ["verified", "what was made before the proof cannot be saved", "PUT state", 2, "state-not-saved"],
  ["verified", "the lock cannot be released before the proof", "DELETE lock", 4, "credentials-rejected"],
  ["verified", "the promotion cannot be saved", "PUT state", 3, "state-not-saved"],
  ["verified", "what was destroyed at the end cannot be saved", "PUT state", 4, "state-not-saved"],
  ["direct", "the apply cannot save the state", "PUT state", 1, "state-not-saved"],
  ["direct", "the apply cannot release the lock", "DELETE lock", 2, "credentials-rejected"],
  ["destroy", "what was destroyed cannot be saved", "PUT state", 1, "state-not-saved"],
];

describeWith(["terraform", "provider", "moto"], "S3 rejects every write", () => {
  let environment: ActionEnvironment;
  let s3: RefusingS3;
  let version = 0;
  const KEY = "a-recovery-key-of-the-test";

  /** Whether the last row has left nothing that a next one would trip over. */
  let settled = true;
  const start = async () => {
    environment = await ActionEnvironment.start();
    s3 = await startRefusingS3(environment.world.moto, BUCKET);
  };
  const stop = async () => {
    await environment.stop();
    await s3.stop();
  };
  beforeAll(start);
  beforeEach(async () => {
    if (!settled) await stop().then(start);
    settled = false;
  });
  afterAll(stop);

  /** A job of a runner of its own. */
  const run = (inputs: Readonly<Record<string, string>>) => {
    environment.checkOut();
    const env = { ...environment.provider.env, AWS_ENDPOINT_URL: s3.url };
    return environment.run({ "recovery-key": KEY, "lock-timeout": "0s", ...inputs }, { env });
  };

  async function succeeds(inputs: Readonly<Record<string, string>>): Promise<void> {
    const job = await run(inputs);
    const summary = verdict(job).code === 0 ? "" : job.summary;
    expect({ ...verdict(job), summary }).toEqual({ code: 0, reason: "", summary: "" });
  }

  /** Before the job of a row: nothing at all, or a deployed API. */
  async function prepare(job: Job): Promise<void> {
    if (job === "first") {
      if (environment.apis().length > 0) await succeeds({ mode: "destroy" });
      await environment.deleteState();
    } else if (environment.apis().length === 0) {
      configureVersion(environment, ++version);
      await succeeds({});
    }
    configureVersion(environment, ++version);
  }

  const INPUTS = {
    first: {},
    verified: { strategy: "verified" },
    direct: { strategy: "direct" },
    destroy: { mode: "destroy" },
  } as const;

  test.each(rowsOfToday("state-lost", ROWS))("%s: %s", async (job, what, write, number, reason) => {
    await prepare(job);
    s3.writes.length = 0;
    s3.refuseFrom(write, number);
    let failed = await run(INPUTS[job]);
    s3.acceptAll();
    progress(`${job}: ${what}: ${failed.outputs["failure-reason"]}, ${s3.writes.join(", ")}`);
    if (failed.outputs["failure-reason"] !== reason) progress(failed.summary);
    expect(verdict(failed)).toEqual({ code: 1, reason });
    if (job === "verified" || job === "direct") expect((await environment.connect()).kind).toBe("connected");

    for (let steps = 0; failed.code !== 0 && steps < 4; steps++) {
      const advice = adviceOf(failed);
      progress(`  ${JSON.stringify(advice)}`);
      if (advice.mode) await succeeds(advice);
      failed = await run(INPUTS[job]);
    }
    expect({ ...verdict(failed), summary: failed.summary }).toMatchObject({ code: 0, reason: "" });
    expect(await environment.stateFiles()).toEqual(["quotes.tfstate"]);
    expect(environment.apis()).toHaveLength(job === "destroy" ? 0 : 1);
    settled = true;
    if (job === "destroy") return;
    await succeeds({ mode: "drift" });
    expect([...(environment.apis()[0]?.stages.keys() ?? [])]).toEqual(["prod"]);
    expect([...(environment.apis()[0]?.deployments.keys() ?? [])]).toEqual([environment.deploymentId()]);
    expect((await environment.connect()).kind).toBe("connected");
  });
});
