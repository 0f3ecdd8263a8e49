// State in S3 with a lock file: of two deploys at the same time one gets the lock error, and the state stays whole.

import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import type { Finished } from "../../harness/programs";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

describeWith(["terraform", "provider", "moto"], "state in S3", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let projects: [Project, Project];
  const objects = async () => {
    const listing = await (await fetch(`${moto.url}/states?list-type=2`)).text();
    return [...listing.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
  };

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    await fetch(`${moto.url}/states`, { method: "PUT" });
    const environment = (dir: string) => terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir });
    projects = [await createProject(environment), await createProject(environment)];
    for (const project of projects) {
      project.set(["state"], { s3: { bucket: "states" } });
      await project.synth();
      expect(await project.terraform("init", "-input=false")).toMatchObject({ code: 0 });
    }
  }, 240_000);
  afterAll(async () => {
    for (const project of projects) await project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  test("lets one of two deploys at the same time through, and tells the other who holds the lock", async () => {
    const ended = await Promise.all(projects.map((project) => project.terraform("apply", "-auto-approve")));
    const [lost] = ended.filter(({ code }) => code !== 0);
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(lost?.stderr).toContain("Error acquiring the state lock");
    expect(lost?.stderr).toMatch(/Path:\s+states\/quotes\/prod\/terraform\.tfstate/);
    expect(server.store.apis.size).toBe(1);
    expect(await objects()).toEqual(["quotes/prod/terraform.tfstate"]);
  }, 240_000);

  test("leaves a state that both agree on, with nothing left to do", async () => {
    const plans: Finished[] = [];
    for (const project of projects) plans.push(await project.terraform("plan", "-detailed-exitcode"));
    expect(plans.map(({ code }) => code)).toEqual([0, 0]);
    expect(await objects()).toEqual(["quotes/prod/terraform.tfstate"]);
  }, 240_000);
});
