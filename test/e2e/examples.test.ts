// The examples in Terraform's own language: valid for the real provider, and roles that may do exactly what a deploy does.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { type Guard, type Permissions, startGuard } from "../support/e2e/iam";
import { createProject, type Project } from "../support/e2e/project";

const VARIABLES = [
  "repository=octo-org/quotes",
  "project=quotes",
  "region=us-east-1",
  "state_bucket=states",
  "manage_account_role=true",
].flatMap((variable) => ["-var", variable]);

/** A copy of an example, in which Terraform may leave its files. */
function workspace(example: string): string {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  cpSync(join(ROOT, "examples", example), folder, { recursive: true });
  return folder;
}

describeWith(["terraform", "provider"], "examples in Terraform's language", () => {
  test.each(["oidc-role", "platform-team"])(
    "%s is valid and formatted",
    async (example) => {
      const cwd = workspace(example);
      const env = terraformEnvironment({ aws: "http://127.0.0.1:1", dir: cwd });
      await succeed(tool("terraform"), ["fmt", "-check", "-no-color"], { cwd, env });
      await succeed(tool("terraform"), ["init", "-backend=false", "-input=false", "-no-color"], { cwd, env });
      await succeed(tool("terraform"), ["validate", "-no-color"], { cwd, env });
      rmSync(cwd, { recursive: true });
    },
    60_000,
  );
});

const words = z.union([z.string(), z.array(z.string())]);
const statement = z.object({ Sid: z.string(), Action: words, Resource: words });
const policyDocument = z.object({ Statement: z.array(statement) });
type Statement = z.infer<typeof statement>;

const resource = z.object({
  type: z.string(),
  index: z.optional(z.union([z.string(), z.number()])),
  values: z.record(z.string(), z.unknown()),
});
const state = z.object({ values: z.object({ root_module: z.object({ resources: z.array(resource) }) }) });

/** Everything that the stack can make without a domain or a load balancer. */
const EVERYTHING = `
name: quotes
backend: https://api.example.com
authorizer: { issuer: "https://login.example.com/", audience: quotes }
tags: { team: blue, old: yes }
dashboard: true
alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:alarms"] }
logs: { access: true, execution: ERROR, manageAccountRole: true, retentionDays: 30 }
ssm: true
state: { s3: { bucket: states } }
`;

/** Another tag, one tag less, another stage, another function, another retention, no dashboard. */
const CHANGED = EVERYTHING.replace("team: blue, old: yes", "team: green")
  .replace("audience: quotes", "audience: other, memoryMb: 512")
  .replace("retentionDays: 30", "retentionDays: 90")
  .replace("dashboard: true", "dashboard: false\nstage: live");

/** Allowed, and not asked for in the test. */
const NOT_SEEN = [
  // AWS's own check of a request that makes a stage with tags.
  "apigateway:TagResource",
  // The smoke test's, not Terraform's.
  "execute-api:ManageConnections",
  // The action's, before a destroy.
  "iam:ListEntitiesForPolicy",
  // Functions that exist already, as an authorizer or behind a route.
  "lambda:AddPermission",
  "lambda:GetPolicy",
  // Other versions of the provider ask for these.
  "lambda:ListTags",
  "lambda:RemovePermission",
  // A new version of the authorizer.
  "lambda:UpdateFunctionCode",
];

describeWith(["terraform", "provider", "moto"], "the roles of a deploy", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let guards: Guard[];
  let roles: string;
  let policies: Record<"deploy" | "plan", readonly Statement[]>;
  let trust: unknown;
  let project: Project;
  const permissions: Permissions = { statements: undefined, seen: new Set(), denied: [] };

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto(), startControlPlaneServer()]);
    await fetch(`${moto.url}/states`, { method: "PUT" });
    guards = [await startGuard(moto.url, permissions), await startGuard(server.url, permissions)];
    const [aws = moto, apigatewayv2 = server] = guards;
    project = createProject((dir) => terraformEnvironment({ aws: aws.url, apigatewayv2: apigatewayv2.url, dir }));

    roles = workspace("oidc-role");
    const options = { cwd: roles, env: terraformEnvironment({ aws: moto.url, dir: roles }) };
    const terraform = (...args: string[]) => succeed(tool("terraform"), [...args, "-no-color"], options);
    await terraform("init", "-input=false");
    await terraform("apply", "-auto-approve", ...VARIABLES);
    const { resources } = state.parse(JSON.parse((await terraform("show", "-json")).stdout)).values.root_module;
    const document = (type: string, index: string, name: string): unknown => {
      const found = resources.find((one) => one.type === type && one.index === index)?.values[name];
      return JSON.parse(z.string().parse(found));
    };
    const statements = (index: string) => policyDocument.parse(document("aws_iam_policy", index, "policy")).Statement;
    policies = { deploy: statements("deploy"), plan: statements("plan") };
    trust = document("aws_iam_role", "deploy", "assume_role_policy");
  }, 120_000);

  afterAll(async () => {
    project.remove();
    rmSync(roles, { recursive: true });
    await Promise.all([moto, server, ...guards].map((service) => service.stop()));
  });

  async function configure(text: string): Promise<void> {
    project.configure(text);
    await project.synth();
  }

  async function passes(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await project.terraform(...args);
    expect({ denied: permissions.denied, code, output: code === 0 ? "" : stdout + stderr }).toEqual({
      denied: [],
      code: 0,
      output: "",
    });
  }

  test("the deploy role may deploy and change everything", async () => {
    permissions.statements = policies.deploy;
    await configure(EVERYTHING);
    await passes("init", "-input=false");
    await passes("apply", "-auto-approve");
    await configure(CHANGED);
    await passes("apply", "-auto-approve");
  }, 180_000);

  test("the plan role may plan that, and can change nothing", async () => {
    permissions.statements = policies.plan;
    await passes("plan", "-lock=false", "-detailed-exitcode");
    await configure(EVERYTHING);
    const { code } = await project.terraform("apply", "-auto-approve", "-lock=false");
    expect(code).not.toBe(0);
    expect(permissions.denied.length).toBeGreaterThan(0);
    permissions.denied.length = 0;
  }, 180_000);

  test("another team reads the outputs, by SSM and by state, and they are the same", async () => {
    const cwd = workspace("platform-team");
    const env = terraformEnvironment({ aws: moto.url, dir: cwd });
    const terraform = (...args: string[]) => succeed(tool("terraform"), [...args, "-no-color"], { cwd, env });
    await terraform("init", "-input=false");
    const read = async (...variables: string[]) => {
      await terraform("apply", "-auto-approve", "-var", "project=quotes", ...variables);
      return JSON.parse((await terraform("output", "-json", "backend_environment")).stdout);
    };
    const expected = { WS_API_ENDPOINT: expect.stringMatching(/^http:.*\/live$/) };
    const bySsm = await read();
    expect(bySsm).toEqual(expected);
    expect(await read("-var", "state_bucket=states")).toEqual(bySsm);
    rmSync(cwd, { recursive: true });
  }, 120_000);

  test("the deploy role may destroy everything, and do nothing that was not needed so far", async () => {
    permissions.statements = policies.deploy;
    await passes("destroy", "-auto-approve");
    const allowed = policies.deploy.flatMap(({ Action }) => Action);
    expect(allowed.filter((action) => !permissions.seen.has(action)).sort()).toEqual(NOT_SEEN);
  }, 180_000);

  test("only runs of this repository on main become the deploy role", () => {
    const condition = {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": "repo:octo-org/quotes:ref:refs/heads/main",
    };
    expect(trust).toMatchObject({
      Statement: [{ Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringEquals: condition } }],
    });
  });

  test("no action has a wildcard, and only what knows no resources is allowed on all of them", () => {
    for (const { Action } of policies.deploy) expect([Action].flat().join()).not.toContain("*");
    const everywhere = policies.deploy.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
    expect(everywhere).toEqual(["Describe"]);
  });
});
