// The roles of examples/oidc-role: each option of gateway.yaml is really deployed with them, changed and destroyed.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { parse } from "yaml";
import * as z from "zod/mini";
import { type Service, type SharedProvider, shareProvider, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { optionsTable } from "../../scripts/options";
import { describeWith } from "../support/describe-with";
import { allows, type Guard, type Permissions, type Statement, startGuard } from "../support/e2e/iam";
import { createProject, exampleCopy, type Project } from "../support/e2e/project";

const VARIABLES = {
  repository: "octo-org/quotes",
  project: "quotes",
  region: "us-east-1",
  state_bucket: "states",
  create_oidc_provider: "false",
};

const KEY = "arn:aws:kms:us-east-1:123456789012:key/1b8a1c0d-8d1f-4d1c-9f0e-111111111111";
const BOUNDARY = "arn:aws:iam::123456789012:policy/limits";
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/b8a1c0d4-8d1f-4d1c-9f0e-111111111111";
const BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/mine/50dc6c495c0c9188";
/** In the configuration. moto's zone has another id, which is no id of AWS. */
const ZONE = "Z0123456789ABCDEFGHIJ";
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** What the stack can make without a variable of the module that is for one option. */
const PLAIN = `
name: quotes
description: Stock quotes
region: us-east-1
allowedAccountIds: ["123456789012"]
backend: { url: https://api.example.com, originSecret: true }
authorizer: { issuer: https://login.example.com/, audience: quotes }
routeSelectionExpression: $request.body.action
routes: { say: { reply: true } }
stage: { variables: { color: green } }
tags: { team: blue, old: yes }
dashboard: true
alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:alarms"] }
logs: { access: true, execution: ERROR, manageAccountRole: true, retentionDays: 30 }
ssm: true
state: { s3: { bucket: states } }
`;
/** Another tag, one tag less, another function, another retention, no dashboard, no answer. */
const PLAIN_CHANGED = PLAIN.replace("team: blue, old: yes", "team: green")
  .replace("audience: quotes", "audience: other, memoryMb: 512")
  .replace("retentionDays: 30", "retentionDays: 90")
  .replace("dashboard: true", "dashboard: false")
  .replace("say: { reply: true }", "say: {}");

const ORGANIZATION = `
name: quotes
backend: { url: https://api.example.com, vpcLink: { targetArn: "${BALANCER}" } }
authorizer: { lambda: "${functionArn("door")}" }
routes: { ask: { lambda: "${functionArn("ask")}:live" } }
iam: { permissionsBoundary: "${BOUNDARY}", path: /teams/quotes/ }
ipAddressType: dualstack
domain: { name: ws.example.com, certificateArn: "${CERTIFICATE}", zoneId: ${ZONE} }
logs: { access: true }
ssm: /teams/quotes
state: { s3: { bucket: states, key: quotes/organization.tfstate } }
`;
const BUNDLED = "authorizer: { issuer: https://login.example.com/, audience: quotes";
const encrypted = (text: string) =>
  `${text.replace(/authorizer: .*/, `${BUNDLED}, reservedConcurrency: 5 }`)}kmsKeyArn: "${KEY}"\n`;
/** Not encrypted any more, and mapped to a domain that others own in place of its own. */
const changed = (text: string) =>
  text
    .replace(/authorizer: .*/, `${BUNDLED} }`)
    .replace("ipAddressType: dualstack", "ipAddressType: ipv4")
    .replace(/domain: .*/, "domain: { name: shared.example.com, existing: true, basePath: quotes }");

interface Case {
  readonly variables: Readonly<Record<string, string>>;
  /** Deployed one after the other. */
  readonly files: readonly string[];
}

const cases = (zone: string): Readonly<Record<string, Case>> => ({
  plain: { variables: { manage_account_role: "true" }, files: [PLAIN, PLAIN_CHANGED] },
  organization: {
    variables: {
      lambda_functions: JSON.stringify([functionArn("door"), functionArn("ask")]),
      certificate_arn: CERTIFICATE,
      hosted_zone_id: zone,
      existing_domain: "shared.example.com",
      vpc_link: "true",
      kms_key_arn: KEY,
      iam_path: "/teams/quotes/",
      permissions_boundary: BOUNDARY,
      ssm_path: "/teams/quotes",
    },
    files: [ORGANIZATION, encrypted(ORGANIZATION), changed(ORGANIZATION)],
  },
});

/** Allowed, and not seen: AWS makes or checks these itself, or another version of the provider makes them. */
const NOT_SEEN = [
  // API Gateway's own check of a certificate.
  "acm:DescribeCertificate",
  // AWS's own check of a request that makes a stage with tags.
  "apigateway:TagResource",
  // API Gateway makes the endpoint service of a VPC link with the caller's permissions.
  "ec2:CreateVpcEndpointServiceConfiguration",
  "ec2:DeleteVpcEndpointServiceConfigurations",
  "ec2:DescribeVpcEndpointServiceConfigurations",
  "ec2:ModifyVpcEndpointServicePermissions",
  "elasticloadbalancing:DescribeLoadBalancers",
  // The smoke test's, not Terraform's.
  "execute-api:ManageConnections",
  // The stage is renamed on purpose.
  "iam:CreatePolicyVersion",
  "iam:CreateServiceLinkedRole",
  "iam:DeletePolicyVersion",
  // The action's, before a destroy.
  "iam:ListEntitiesForPolicy",
  // A boundary that is set later. The role may not create one without it.
  "iam:PutRolePermissionsBoundary",
  // Lambda and SSM use the key with the caller's permissions.
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:Encrypt",
  "lambda:ListTags",
];

const words = z.union([z.string(), z.array(z.string())]);
const statement = z.object({
  Sid: z.string(),
  Action: words,
  Resource: words,
  Condition: z.optional(z.looseObject({ StringEquals: z.optional(z.record(z.string(), z.unknown())) })),
});
const policyDocument = z.object({ Statement: z.array(statement) });
const resource = z.object({
  type: z.string(),
  index: z.optional(z.union([z.string(), z.number()])),
  values: z.record(z.string(), z.unknown()),
});
const state = z.object({ values: z.object({ root_module: z.object({ resources: z.array(resource) }) }) });

test("deploys every option of the manual's table, by its first key", () => {
  const documented = [...optionsTable().matchAll(/^\| `(\w+)[`.]/gm)].map(([, key = ""]) => key);
  const deployed = Object.values(cases(ZONE)).flatMap(({ files }) => files.flatMap((text) => Object.keys(parse(text))));
  // Each environment is a file of its own here, an import makes the requests of a plan, and the policy is made by default.
  const others = ["environments", "adopted", "connectionsPolicy"];
  expect(new Set(deployed)).toEqual(new Set(documented.filter((key) => !others.includes(key))).add("name"));
});

describeWith(["terraform", "provider", "moto"], "the roles of a deploy", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let guards: Guard[];
  let roles: string;
  let rolesProvider: SharedProvider;
  let project: Project;
  let zone: string;
  let all: Readonly<Record<string, Case>>;
  const allowed = new Set<string>();
  const permissions: Permissions = { statements: undefined, seen: new Set(), denied: [] };

  const post = async (service: string, path: string, body: string | URLSearchParams) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`;
    const response = await fetch(`${moto.url}${path}`, { method: "POST", headers: { authorization }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  };

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    await fetch(`${moto.url}/states`, { method: "PUT" });
    const created = await post(
      "route53",
      "/2013-04-01/hostedzone",
      "<CreateHostedZoneRequest><Name>example.com</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>",
    );
    zone = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(created)?.[1] ?? "";
    all = cases(zone);
    const trust = JSON.stringify({
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
    });
    const role = { Action: "CreateRole", Version: "2010-05-08", RoleName: "theirs", AssumeRolePolicyDocument: trust };
    await post("iam", "/", new URLSearchParams(role));
    const code = Buffer.from(zipSync({ "index.mjs": strToU8("export const handler = () => {};") })).toString("base64");
    for (const name of ["door", "ask"]) {
      const fn = {
        FunctionName: name,
        Role: "arn:aws:iam::123456789012:role/theirs",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
      };
      await post("lambda", "/2015-03-31/functions", JSON.stringify({ ...fn, Code: { ZipFile: code }, Publish: true }));
      await post("lambda", `/2015-03-31/functions/${name}/aliases`, '{"Name": "live", "FunctionVersion": "1"}');
    }
    server.store.domainNameCollection().create({ domainName: "shared.example.com" });
    guards = [await startGuard(moto.url, permissions), await startGuard(server.url, permissions)];
    const [aws = moto, apigatewayv2 = server] = guards;
    project = await createProject((dir) => ({
      ...terraformEnvironment({ aws: aws.url, apigatewayv2: apigatewayv2.url, dir }),
      TF_VAR_origin_secret: "s".repeat(32),
    }));
    roles = exampleCopy("oidc-role");
    rolesProvider = await shareProvider(terraformEnvironment({ aws: moto.url, dir: roles }), roles);
    await rolesTerraform("init", "-input=false");
  }, 120_000);

  afterAll(async () => {
    await project.remove();
    await rolesProvider.stop();
    rmSync(roles, { recursive: true });
    await Promise.all([moto, server, ...guards].map((service) => service.stop()));
  });

  const rolesTerraform = (...args: string[]) =>
    succeed(tool("terraform"), [...args, "-no-color"], { cwd: roles, env: rolesProvider.env });

  async function policiesFor(variables: Readonly<Record<string, string>>) {
    const given = Object.entries({ ...VARIABLES, ...variables }).flatMap(([name, value]) => [
      "-var",
      `${name}=${value}`,
    ]);
    await rolesTerraform("apply", "-auto-approve", ...given);
    const { resources } = state.parse(JSON.parse((await rolesTerraform("show", "-json")).stdout)).values.root_module;
    const document = (type: string, index: string, name: string): unknown => {
      const found = resources.find((one) => one.type === type && one.index === index)?.values[name];
      return JSON.parse(z.string().parse(found));
    };
    const statements = (index: string) => policyDocument.parse(document("aws_iam_policy", index, "policy")).Statement;
    return {
      deploy: statements("deploy"),
      plan: statements("plan"),
      trust: document("aws_iam_role", "deploy", "assume_role_policy"),
    };
  }

  async function configure(text: string): Promise<void> {
    project.configure(text);
    await project.synth();
    const file = join(project.stack, "cdk.tf.json");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(ZONE, zone));
  }

  async function passes(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await project.terraform(...args);
    expect({ denied: permissions.denied, code, output: code === 0 ? "" : stdout + stderr }).toEqual({
      denied: [],
      code: 0,
      output: "",
    });
  }

  /** By SSM and by state, and they are the same. */
  async function anotherTeamReadsTheOutputs(): Promise<void> {
    const cwd = exampleCopy("platform-team");
    const terraform = (...args: string[]) =>
      succeed(tool("terraform"), [...args, "-no-color"], { cwd, env: rolesProvider.env });
    await terraform("init", "-input=false");
    const read = async (...variables: string[]) => {
      await terraform("apply", "-auto-approve", "-var", "project=quotes", ...variables);
      return JSON.parse((await terraform("output", "-json", "backend_environment")).stdout);
    };
    const bySsm = await read();
    expect(bySsm).toEqual({ WS_API_ENDPOINT: expect.stringMatching(/^http:.*\/prod$/) });
    expect(await read("-var", "state_bucket=states")).toEqual(bySsm);
    rmSync(cwd, { recursive: true });
  }

  function wildcards(statements: readonly (Statement & { Sid: string })[]): string[] {
    for (const { Action } of statements) expect([Action].flat().join()).not.toContain("*");
    return statements.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
  }

  test.each(["plain", "organization"])(
    "%s: deployed, changed, planned and destroyed",
    async (name) => {
      const { variables, files } = all[name] ?? { variables: {}, files: [] };
      const { deploy, plan } = await policiesFor(variables);
      for (const action of deploy.flatMap(({ Action }) => Action)) allowed.add(action);
      permissions.statements = deploy;
      for (const file of files) {
        await configure(file);
        await passes("init", "-input=false", "-reconfigure");
        await passes("apply", "-auto-approve");
      }

      permissions.statements = plan;
      // moto keeps the key of a log group, so in the other case a change is left.
      await passes("plan", "-lock=false", ...(name === "plain" ? ["-detailed-exitcode"] : []));
      if (name === "plain") {
        await configure(PLAIN);
        expect((await project.terraform("apply", "-auto-approve", "-lock=false")).code).not.toBe(0);
        expect(permissions.denied.length).toBeGreaterThan(0);
        permissions.denied.length = 0;
        await anotherTeamReadsTheOutputs();
      }

      permissions.statements = deploy;
      await passes("destroy", "-auto-approve");
    },
    400_000,
  );

  test("allow nothing that was not needed, and only what knows no resources on all of them", async () => {
    expect([...allowed].filter((action) => !permissions.seen.has(action)).sort()).toEqual(NOT_SEEN);
    const { deploy } = await policiesFor(all.organization?.variables ?? {});
    expect(wildcards(deploy)).toEqual(["Describe", "ReadLoadBalancers", "VpcLink"]);
    const plain = await policiesFor({});
    expect(wildcards(plain.deploy)).toEqual(["Describe"]);
  }, 60_000);

  test("with a boundary, the deploy role creates no role without it", async () => {
    const { deploy } = await policiesFor({ permissions_boundary: BOUNDARY });
    const call = { action: "iam:CreateRole", resource: "arn:aws:iam::123456789012:role/quotes-prod-authorizer" };
    expect([BOUNDARY, undefined].map((boundary) => allows(deploy, { ...call, boundary }))).toEqual([true, false]);
  }, 60_000);

  test("only runs of this repository on main become the deploy role", async () => {
    const { trust } = await policiesFor({});
    const condition = {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": "repo:octo-org/quotes:ref:refs/heads/main",
    };
    expect(trust).toMatchObject({
      Statement: [{ Action: "sts:AssumeRoleWithWebIdentity", Condition: { StringEquals: condition } }],
    });
  }, 60_000);
});
