/** A routine edit of a live API keeps its id, its address, its outputs and the policy that backends attach, or is refused. */
import { parse } from "yaml";
import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

const LIVE = `name: quotes
backend: https://api.example.com
authorizer: { issuer: https://login.example.com/, audience: quotes }
region: us-east-1
`;
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:mine";
const BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/mine/50dc6c495c0c9188";

/** What happens, and the settings that it replaces. */
type Edit = readonly [name: string, settings: Readonly<Record<string, unknown>>];

const KEEPS: readonly Edit[] = [
  ["environments are added", { environments: { prod: {}, staging: {} } }],
  ["a route is added", { routes: { say: {} } }],
  ["$disconnect is removed", { routes: { $disconnect: false } }],
  ["a domain is added", { domain: { name: "quotes.example.com", certificateArn: CERTIFICATE } }],
  ["alarms are added", { alarms: true }],
  ["logs are added", { logs: { access: true, execution: "ERROR", manageAccountRole: true } }],
  ["a dashboard is added", { dashboard: true }],
  ["an origin secret is added", { backend: { url: "https://api.example.com", originSecret: true } }],
  ["tags are added", { tags: { team: "quotes" } }],
  ["throttles are changed", { stage: { name: "prod", throttle: { burst: 5, rate: 10 } } }],
  ["a stage variable is added", { stage: { name: "prod", variables: { color: "green" } } }],
  ["the issuer is changed", { authorizer: { issuer: "https://other.example.com/", audience: "quotes" } }],
  ["the authorizer is a function of another project", { authorizer: { lambda: FUNCTION } }],
  ["the authorizer is removed", { authorizer: "none" }],
  ["a VPC link is added", { backend: { url: "https://api.example.com", vpcLink: { targetArn: BALANCER } } }],
  ["the description is changed", { description: "Prices as they change" }],
  ["the route selection expression is changed", { routeSelectionExpression: "$request.body.type" }],
  ["the parameters are not published", { ssm: false }],
  ["a permissions boundary is added", { iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/limits" } }],
  ["a KMS key is added", { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/ab-12" }],
  [
    "concurrency is reserved",
    { authorizer: { issuer: "https://login.example.com/", audience: "quotes", reservedConcurrency: 5 } },
  ],
  ["it gets IPv6 addresses", { ipAddressType: "dualstack" }],
  ["it is mapped to a domain that is managed elsewhere", { domain: { name: "ws.example.com", existing: true } }],
];

const REFUSED: readonly Edit[] = [
  ["the region is changed", { region: "eu-west-1" }],
  [
    "the name is changed, and the state stays",
    { name: "prices", state: { local: { path: "terraform.quotes-prod.tfstate" } } },
  ],
  ["the stage is renamed", { stage: "live" }],
];

interface Plan {
  readonly resource_changes: readonly { readonly address: string; readonly change: { readonly actions: string[] } }[];
  readonly output_changes: Readonly<Record<string, { readonly actions: string[] }>>;
}

/** What clients, backends and platform teams hold on to. */
const KEPT = ["aws_apigatewayv2_api.api", "aws_apigatewayv2_stage.stage", "aws_iam_policy.connections_policy"];
const OUTPUTS = [
  "API_ID",
  "CONNECTIONS_POLICY_ARN",
  "CONTRACT_VERSION",
  "EXECUTION_ARN",
  "REGION",
  "STAGE",
  "WS_API_ENDPOINT",
  "WS_URL",
];

describeWith(["terraform", "provider", "moto"], "the identity of a live API", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let project: Project;

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto(), startControlPlaneServer()]);
    project = createProject((dir) => ({
      ...terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir }),
      TF_VAR_origin_secret: "s".repeat(32),
    }));
    project.configure(LIVE);
    await project.synth();
    await succeed(tool("terraform"), ["init"], { cwd: project.stack, env: project.env });
    await succeed(tool("terraform"), ["apply", "-auto-approve"], { cwd: project.stack, env: project.env });
  }, 120_000);
  afterAll(async () => {
    project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  /** Plans the live configuration with some settings replaced. Nothing was changed beside it, so nothing is refreshed. */
  async function plan(settings: Edit[1]) {
    project.configure(JSON.stringify({ ...parse(LIVE), ...settings }));
    await project.synth();
    return await project.terraform("plan", "-refresh=false", "-out=plan");
  }

  test.each(KEEPS)("keeps API, address, policy and outputs when %s", async (_, settings) => {
    const { code, stderr } = await plan(settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { stdout } = await project.terraform("show", "-json", "plan");
    const { resource_changes, output_changes }: Plan = JSON.parse(stdout);
    const changes = new Map(resource_changes.map(({ address, change }) => [address, change.actions]));
    for (const address of KEPT)
      expect([address, changes.get(address)]).toEqual([address, [expect.stringMatching(/^(no-op|update)$/)]]);
    for (const name of OUTPUTS) expect([name, output_changes[name]?.actions]).toEqual([name, ["no-op"]]);
    expect(resource_changes.some(({ change }) => change.actions[0] !== "no-op")).toBe(!("environments" in settings));
  });

  test("refuses a plan that would replace the policy because the IAM path is changed", async () => {
    const { code, stderr } = await plan({ iam: { path: "/teams/quotes/" } });
    expect(code).toBe(1);
    expect(stderr.replace(/\s*[│╵]?\s+/g, " ")).toMatch(
      /of this state have the path \/, and the configuration has iam\.path \/teams\/quotes\/\./,
    );
  });

  test.each(REFUSED)("refuses a plan when %s", async (_, settings) => {
    const { code, stderr } = await plan(settings);
    expect(code).toBe(1);
    expect(stderr.replace(/\s*[│╵]?\s+/g, " ")).toMatch(
      /This state belongs to quotes, environment prod, region us-east-1/,
    );
  });
});
