/** The command on an API that this project has deployed: permissions, secrets and drift of what is beside the API. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adoptCommand } from "../../../adopt/command";
import { EXIT } from "../../../adopt/options";
import { parseConfig } from "../../../config";
import type { SimulatedAws } from "../../support/adopt/aws";
import { deployed, VARIABLES } from "../../support/adopt/deploy";

const CONFIGURATION = `
name: quotes
backend: { url: https://api.example.com, originSecret: true }
authorizer: { issuer: https://login.example.com/, audience: quotes, secret: env }
logs: { access: true }
domain:
  name: ws.example.com
  certificateArn: arn:aws:acm:us-east-1:123456789012:certificate/ab-12
  zoneId: Z0123456789
`;

let aws: SimulatedAws;
let apiId: string;
let folder: string;
beforeEach(async () => {
  const [environment] = parseConfig(CONFIGURATION, "gateway.yaml", () => "").environments;
  if (environment === undefined) throw new Error("no environment");
  ({ aws, apiId } = await deployed(environment));
  folder = mkdtempSync(join(tmpdir(), "adopt-deployed-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await aws.close();
});

async function adopt(...args: string[]) {
  let out = "";
  const code = await adoptCommand(args, {
    cwd: folder,
    env: aws.env,
    color: false,
    signal: new AbortController().signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      out += text;
    },
  });
  return { code, out };
}

test("names the variables of the secrets, whose values are nowhere, and finds no drift afterwards", async () => {
  const { code, out } = await adopt(apiId, "--no-plan");
  expect(code).toBe(EXIT.done);
  for (const variable of ["TF_VAR_origin_secret", "TF_VAR_hs256_secret"]) expect(out).toContain(variable);
  const written = ["gateway.yaml", "adopted/prod.json"].map((file) => readFileSync(join(folder, file), "utf8"));
  for (const secret of Object.values(VARIABLES)) expect(`${out}${written.join("")}`).not.toContain(secret);
  expect(await adopt("--check")).toMatchObject({
    code: EXIT.done,
    out: expect.stringContaining("Nothing has drifted"),
  });
});

test("--check reports changes beside the API", async () => {
  await adopt(apiId, "--no-plan");
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("  secret: env", "  secret: env\n  clockSkewSeconds: 10"));
  aws.records.splice(0, 1);
  Object.assign(aws.deployed[0]?.configuration ?? {}, { MemorySize: 128 });
  const { code, out } = await adopt("--check");
  expect(code).toBe(EXIT.differs);
  expect(out).toContain("authorizer.memoryMb: memory_size of authorizer_function is 128 on AWS, and 256 by this file.");
  expect(out).toContain(
    "authorizer.clockSkewSeconds: clockSkew of authorizer_function is 30 on AWS, and 10 by this file.",
  );
  expect(out).toMatch(/domain.zoneId: domain\/A+ does not exist on AWS any more./);
});

/** The actions in the policies of the manual. */
const documented = new Set(
  readFileSync("docs/adopt.md", "utf8").match(/\b(apigateway|cloudwatch|iam|lambda|logs|route53|ssm):[A-Z]\w+/g),
);

test.each([
  [/\/functions\/[^/]+:quotes-prod-authorizer(\?|$)/, "lambda:GetFunction"],
  [/Action=GetRole&/, "iam:GetRole"],
  [/Action=ListRolePolicies&/, "iam:ListRolePolicies"],
  [/Action=GetPolicy&/, "iam:GetPolicy"],
  [/\.GetParametersByPath$/, "ssm:GetParametersByPath"],
  [/Action=DescribeAlarms&/, "cloudwatch:DescribeAlarms"],
  [/Action=GetDashboard&/, "cloudwatch:GetDashboard"],
  [/\/hostedzonesbyname/, "route53:ListHostedZonesByName"],
  [/\/rrset/, "route53:ListResourceRecordSets"],
  [/\.DescribeLogGroups$/, "logs:DescribeLogGroups"],
  [/\.ListTagsForResource$/, "logs:ListTagsForResource"],
])("refuses without the permission for %s, and names it", async (request, permission) => {
  aws.denied = request;
  const { code, out } = await adopt(apiId, "--no-plan");
  expect({ code, out }).toMatchObject({ code: EXIT.permissions, out: expect.stringContaining(permission) });
  expect(existsSync(join(folder, "gateway.yaml"))).toBe(false);
  expect(documented).toContain(permission);
});

test("says that the code cannot be downloaded", async () => {
  aws.intercept = ({ url = "" }, response) => {
    if (!url.startsWith("/code/")) return false;
    response.writeHead(403).end();
    return true;
  };
  const { code, out } = await adopt(apiId, "--no-plan");
  expect(code).toBe(EXIT.failed);
  expect(out).toMatch(
    /The code of arn:aws:lambda:\S+:quotes-prod-authorizer:1 could not be downloaded: .* answered 403/,
  );
});
