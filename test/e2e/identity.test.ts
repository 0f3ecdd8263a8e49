/** A routine edit of a live API keeps its id, its address, its outputs and the policy that backends attach, or is refused. */
import { join } from "node:path";
import { parse } from "yaml";
import { loadConfig } from "../../config/load";
import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";
import { synthesizeTo } from "../support/stacks/synthesize";

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

/** A line of `terraform plan -json`: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
interface Line {
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
  readonly type: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly outputs?: Readonly<Record<string, { readonly action: string }>>;
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
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    project = await createProject((dir) => ({
      ...terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir }),
      TF_VAR_origin_secret: "s".repeat(32),
    }));
    project.configure(LIVE);
    synthesize();
    await succeed(tool("terraform"), ["init"], { cwd: project.stack, env: project.env });
    await succeed(tool("terraform"), ["apply", "-auto-approve"], { cwd: project.stack, env: project.env });
  }, 120_000);
  afterAll(async () => {
    await project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  /** In this process, since the tests do it often. */
  function synthesize(): void {
    const { environments } = loadConfig(join(project.path, "gateway.yaml"));
    synthesizeTo(join(project.path, "cdktf.out"), environments);
  }

  /** Plans the live configuration with some settings replaced. Only the configuration has changed, so nothing is refreshed. */
  async function plan(settings: Edit[1]) {
    project.configure(JSON.stringify({ ...parse(LIVE), ...settings }));
    synthesize();
    const { code, stdout } = await project.terraform("plan", "-refresh=false", "-json");
    const lines: readonly Line[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return {
      code,
      errors: lines
        .flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic.detail] : []))
        .join(" "),
      changes: new Map(
        lines.flatMap(({ type, change }) =>
          type === "planned_change" && change ? [[change.resource.addr, change.action]] : [],
        ),
      ),
      outputs: lines.find(({ type }) => type === "outputs")?.outputs ?? {},
    };
  }

  test.each(KEEPS)("keeps API, address, policy and outputs when %s", async (_, settings) => {
    const { code, errors, changes, outputs } = await plan(settings);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    for (const address of KEPT) expect([address, changes.get(address) ?? "update"]).toEqual([address, "update"]);
    for (const name of OUTPUTS) expect([name, outputs[name]?.action ?? "noop"]).toEqual([name, "noop"]);
    expect(changes.size > 0).toBe(!("environments" in settings));
  });

  test("refuses a plan that would replace the policy because the IAM path is changed", async () => {
    const { code, errors } = await plan({ iam: { path: "/teams/quotes/" } });
    expect(code).toBe(1);
    expect(errors).toMatch(/of this state have the path \/, and the configuration has iam\.path \/teams\/quotes\/\./);
  });

  test.each(REFUSED)("refuses a plan when %s", async (_, settings) => {
    const { code, errors } = await plan(settings);
    expect(code).toBe(1);
    expect(errors).toMatch(/This state belongs to quotes, environment prod, region us-east-1/);
  });
});
