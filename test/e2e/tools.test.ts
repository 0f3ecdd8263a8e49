/** The stand-ins that the other end-to-end tests rely on are the real programs, and answer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";

describeWith(["moto", "aws", "provider"], "the AWS CLI against moto", () => {
  const dir = mkdtempSync(join(tmpdir(), "tools-"));
  let moto: Service;
  beforeAll(async () => {
    moto = await startMoto();
  }, 90_000);
  afterAll(async () => {
    await moto.stop();
    rmSync(dir, { recursive: true });
  });

  test("knows who is calling", async () => {
    const { stdout } = await succeed(tool("aws"), ["sts", "get-caller-identity", "--output", "json"], {
      env: terraformEnvironment({ aws: moto.url, dir }),
    });
    expect(JSON.parse(stdout)).toHaveProperty("Account", "123456789012");
  }, 60_000);
});
