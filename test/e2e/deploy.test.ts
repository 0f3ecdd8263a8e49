// The shipped gateway.yaml, deployed by the real cdktf CLI, Terraform and AWS provider: to the local control plane, and
// to moto for everything that is not API Gateway V2.
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { AWS_TEST_ENVIRONMENT, type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

/** What `$connect` maps to the backend's query string. */
const QUERY = ["routes", "$connect", "query"];

describeWith(["terraform", "provider", "moto", "aws"], "cdktf deploy", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let project: Project;
  let elsewhere: Project;

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    await fetch(`${moto.url}/states`, { method: "PUT" });
    const environment = (dir: string) => terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir });
    project = await createProject(environment);
    elsewhere = await createProject(environment, { ownProviders: true });
    for (const one of [project, elsewhere]) one.set(["state"], { s3: { bucket: "states" } });
  }, 240_000);
  afterAll(async () => {
    await project.remove();
    await elsewhere.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  /** Requests of the control plane that change something, while `work` is done. */
  async function writes(work: () => Promise<unknown>): Promise<string[]> {
    const before = server.requests.length;
    await work();
    return server.requests.slice(before).filter((request) => !request.startsWith("GET "));
  }
  const theApi = () => {
    const [state] = server.store.apis.values();
    if (!state) throw new Error("there is no API");
    return state;
  };
  const served = () => server.store.deployedStage(theApi().current.api.apiId, "prod");
  async function apply(): Promise<void> {
    await project.synth();
    const { code, stdout, stderr } = await project.terraform("apply", "-auto-approve");
    expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
  }

  test("puts the API up and writes its outputs", async () => {
    await project.cdktf("deploy", "--auto-approve", "--skip-provider-lock", "--outputs-file", "out.json");
    const { apiId, apiEndpoint } = theApi().current.api;
    const { prod } = JSON.parse(readFileSync(join(project.path, "out.json"), "utf8"));
    expect(prod).toMatchObject({
      API_ID: apiId,
      STAGE: "prod",
      WS_API_ENDPOINT: `${server.url}/_aws/execute-api/${apiId}/prod`,
      WS_URL: `${apiEndpoint}/prod`,
    });
    expect([...(served()?.definition.routes.values() ?? [])].map((route) => route.routeKey).sort()).toEqual([
      "$connect",
      "$disconnect",
    ]);
  }, 240_000);

  test("is valid in Terraform's eyes", async () => {
    expect(await project.terraform("validate")).toMatchObject({ code: 0 });
  }, 240_000);

  test("changes nothing when deployed a second time, from another folder", async () => {
    expect(await writes(() => elsewhere.cdktf("deploy", "--auto-approve", "--skip-provider-lock"))).toEqual([]);
    const plan = await project.terraform("plan", "-detailed-exitcode", "-lock=false");
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining("No changes.")]);
  }, 240_000);

  test("makes exactly one new deployment when a mapping changes, and the stage serves all the while", async () => {
    const { apiId } = theApi().current.api;
    const before = served()?.deployment.deploymentId;
    const serves: boolean[] = [];
    const observe = (_: unknown, response: ServerResponse) =>
      response.on("finish", () => serves.push(served() !== undefined));
    server.http.on("request", observe);
    project.set([...QUERY, "tenant"], "context.authorizer.orgId");
    project.set([...QUERY, "orgId"], undefined);
    const changes = await writes(apply);
    server.http.off("request", observe);
    expect(changes.filter((change) => change.startsWith(`POST /v2/apis/${apiId}/deployments `))).toHaveLength(1);
    expect(new Set(serves)).toEqual(new Set([true]));
    expect(served()?.deployment.deploymentId).not.toBe(before);
    expect([...theApi().deployments.keys()]).toEqual([served()?.deployment.deploymentId]);
    const mappings = [...(served()?.definition.integrations.values() ?? [])].map((one) => one.requestParameters);
    expect(mappings).toContainEqual(
      expect.objectContaining({ "integration.request.querystring.tenant": "context.authorizer.orgId" }),
    );
    expect(mappings).not.toContainEqual(
      expect.objectContaining({ "integration.request.querystring.orgId": expect.anything() }),
    );
  }, 240_000);

  test("declares a new parameter and maps it in one go", async () => {
    project.set(["routes", "$connect", "requestParameters", "route.request.querystring.market"], "optional");
    project.set([...QUERY, "market"], "route.request.querystring.market");
    await apply();
    const connect = [...(served()?.definition.routes.values() ?? [])].find(({ routeKey }) => routeKey === "$connect");
    expect(connect?.requestParameters).toMatchObject({ "route.request.querystring.market": { required: false } });
  }, 240_000);

  test("makes no deployment when a tag changes", async () => {
    const before = served()?.deployment.deploymentId;
    project.set(["tags"], { team: "quotes" });
    const changes = await writes(apply);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter((change) => change.includes("/deployments"))).toEqual([]);
    expect(served()?.deployment.deploymentId).toBe(before);
    expect(theApi().current.api.tags).toMatchObject({ team: "quotes" });
  }, 240_000);

  test("leaves nothing behind when destroyed", async () => {
    expect(await inventory(moto.url)).not.toContain("");
    await project.cdktf("destroy", "--auto-approve", "--skip-provider-lock");
    expect(server.store.apis.size).toBe(0);
    expect(await inventory(moto.url)).toEqual(["", "", "", "", ""]);
  }, 240_000);
});

/** What there is of the kinds that the stack makes: everything that moto lists, as the AWS CLI prints it. */
async function inventory(moto: string): Promise<string[]> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...AWS_TEST_ENVIRONMENT, AWS_ENDPOINT_URL: moto };
  const lists = [
    "iam list-roles",
    "iam list-policies --scope Local",
    "lambda list-functions",
    "logs describe-log-groups",
    "ssm describe-parameters",
  ];
  const query = ["--query", "*[]", "--output", "text"];
  const printed = await Promise.all(lists.map((list) => succeed(tool("aws"), [...list.split(" "), ...query], { env })));
  return printed.map(({ stdout }) => stdout.trim());
}
