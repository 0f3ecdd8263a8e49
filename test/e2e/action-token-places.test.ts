/**
 * Clients of a live API get other ways to identify themselves: the job proves each on a candidate stage first. It sends the
 * token, the origin or the signature as the configuration says.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAction, type Finished, runJob } from "../../harness/action/job";
import { startWorld, type World } from "../../harness/action/world";
import { type SharedProvider, shareProvider } from "../../harness/aws";
import { describeWith } from "../support/describe-with";

const SECRET = "a-secret-of-the-test-that-is-long-enough";
const VERIFY = "issuer: https://login.example.com/, audience: quotes, secret: env";
const ORIGINS = "allowedOrigins: [https://app.example.com]";

jest.setTimeout(240_000);

describeWith(["terraform", "provider", "moto"], "a deploy that changes where the token is", () => {
  let world: World;
  let dist: string;
  let workspace: string;
  let provider: SharedProvider;
  beforeAll(async () => {
    [world, dist] = await Promise.all([startWorld(), buildAction()]);
    workspace = world.project("quotes", {});
    provider = await shareProvider(world.env, join(workspace, "cdktf.out/stacks/prod"));
  });
  afterAll(async () => {
    await provider.stop();
    rmSync(dist, { recursive: true, force: true });
    await world.close();
  });

  const deploy = (authorizer: string): Promise<Finished> => {
    const yaml = `name: quotes\nbackend: ${world.backend.url}\nssm: false\nauthorizer: ${authorizer}\n`;
    writeFileSync(join(workspace, "gateway.yaml"), yaml);
    const inputs = { mode: "deploy", "allow-local-state": "true", "hs256-secret": SECRET, "smoke-timeout": "30" };
    return runJob(dist, { workspace, env: provider.env, inputs });
  };
  const cases = ({ outputs }: Finished) => {
    const { smoke } = JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8"));
    return Object.fromEntries(smoke.cases.map(({ id, actual }: { id: string; actual: string }) => [id, actual]));
  };
  const BAD = "403 for a changed signature, 403 for alg none";

  test.each([
    ["the query string", `{ ${VERIFY} }`, { "no-token": "401", "bad-token": BAD }],
    [
      "a cookie or a header",
      `{ ${VERIFY}, token: [{ cookie: session }, { header: Authorization }], ${ORIGINS} }`,
      { "no-token": "403", "bad-token": BAD, "other-origin": "403" },
    ],
    ["a signature", "iam", { "no-token": "403", "bad-token": "403" }],
  ])("to %s", async (_name, authorizer, expected) => {
    const job = await deploy(authorizer);
    expect([job.outputs["failure-reason"], job.outputs["smoke-result"]]).toEqual(["", "passed"]);
    expect(cases(job)).toMatchObject({ connect: "101", ...expected });
    expect(world.backend.requests.filter((request) => /ey[\w-]+\.ey/.test(request))).toEqual([]);
  });
});
