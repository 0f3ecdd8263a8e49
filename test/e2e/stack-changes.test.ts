/** Changes of the configuration that Terraform's order of work could get wrong, applied for real. */

import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

const CONFIGURATION = `name: quotes
backend: https://api.example.com
authorizer:
  issuer: https://login.example.com/
  audience: quotes
routes:
  $connect:
    responses:
      $default: {}
      /5\\d\\d/: {}
  say: {}
`;
const WITHOUT_SAY = CONFIGURATION.replace("  say: {}\n", "");

describeWith(["terraform", "provider", "moto"], "terraform apply", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let project: Project;

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    project = await createProject((dir) => terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir }));
    await apply(CONFIGURATION);
  }, 120_000);
  afterAll(async () => {
    await project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  async function terraform(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await project.terraform(...args);
    expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
  }

  async function addressOfSay(): Promise<string> {
    const { stdout } = await project.terraform("state", "list");
    return /^aws_apigatewayv2_route\..*say.*$/m.exec(stdout)?.[0] ?? "";
  }

  async function apply(configuration: string): Promise<void> {
    project.configure(configuration);
    await project.synth();
    await terraform("init");
    await terraform("apply", "-auto-approve");
  }

  function served() {
    const [api] = server.store.apis.keys();
    const definition = server.store.deployedStage(String(api), "prod")?.definition;
    if (definition === undefined) throw new Error("Nothing is served.");
    return definition;
  }
  const routes = () => [...served().routes.values()];
  const routeKeys = () =>
    routes()
      .map((route) => route.routeKey)
      .sort();
  /** Response keys of what the routes point at. */
  const responseKeys = (routeKey: string) => {
    const target = routes().find((route) => route.routeKey === routeKey)?.target;
    const integration = served().integrations.get(String(target).replace("integrations/", ""));
    return [...(integration?.integrationResponses.values() ?? [])].map((one) => one.integrationResponseKey).sort();
  };

  test("a response that is taken out is not in the deployment that follows", async () => {
    expect(responseKeys("$connect")).toEqual(["$default", "/5\\d\\d/"]);
    await apply(CONFIGURATION.replace("      /5\\d\\d/: {}\n", ""));
    expect(responseKeys("$connect")).toEqual(["$default"]);
  }, 120_000);

  // Terraform destroys what the old deployment depended on last, after the new one has been taken, and knows no other
  // order. So the route is gone from the API, but the snapshot still has it until the next one.
  test("a route that is taken out is served until the deployment is replaced once more", async () => {
    await apply(WITHOUT_SAY);
    expect(routeKeys()).toEqual(["$connect", "$disconnect", "say"]);
    await terraform("apply", "-auto-approve", "-replace=aws_apigatewayv2_deployment.deployment");
    expect(routeKeys()).toEqual(["$connect", "$disconnect"]);
  }, 120_000);

  // As the action does. If it is stopped in between, the next apply still contains the deployment.
  test("a route that is destroyed before anything else is not in the deployment that follows", async () => {
    await apply(CONFIGURATION);
    project.configure(WITHOUT_SAY);
    await project.synth();
    await terraform("apply", "-auto-approve", `-target=${await addressOfSay()}`);
    expect(routeKeys()).toEqual(["$connect", "$disconnect", "say"]);
    await terraform("apply", "-auto-approve");
    expect(routeKeys()).toEqual(["$connect", "$disconnect"]);
  }, 120_000);

  /** The stage that the domain leads to, and the stages that exist. */
  const stages = () => ({
    mapped: [...server.store.domainNames.values()].flatMap(({ mappings }) =>
      [...mappings.values()].map((m) => m.stage),
    ),
    all: [...server.store.apis.values()].flatMap((api) => [...api.stages.keys()]),
  });

  test("the domain leads to the renamed stage before the old one is destroyed", async () => {
    const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
    const withDomain = `${WITHOUT_SAY}domain: { name: quotes.example.com, certificateArn: "${certificate}" }\n`;
    await apply(withDomain);
    expect(stages()).toEqual({ mapped: ["prod"], all: ["prod"] });
    project.configure(`${withDomain}stage: live\n`);
    await project.synth();
    await terraform("apply", "-auto-approve", "-replace=terraform_data.identity");
    expect(stages()).toEqual({ mapped: ["live"], all: ["live"] });
    expect(server.requests.findLast((request) => /^(DELETE|POST) \S+\/stages/.test(request))).toMatch(/^DELETE/);
    project.configure(withDomain);
    await project.synth();
    await terraform("apply", "-auto-approve", "-replace=terraform_data.identity");
    expect(stages()).toEqual({ mapped: ["prod"], all: ["prod"] });
  }, 120_000);

  test("authorization that is taken away lets go of the authorizer before it is destroyed", async () => {
    await apply("name: quotes\nbackend: https://api.example.com\nauthorizer: none\n");
    expect(routes().find((route) => route.routeKey === "$connect")).toMatchObject({ authorizationType: "NONE" });
    expect(server.store.apis.size).toBe(1);
    for (const { current } of server.store.apis.values()) expect(current.authorizers.size).toBe(0);
  }, 120_000);
});
