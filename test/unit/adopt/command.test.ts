/** The command against a simulated AWS: what it writes, what it refuses, and its exit codes. Terraform is not run. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adoptCommand } from "../../../adopt/command";
import { EXIT } from "../../../adopt/options";
import { readManaged } from "../../../adopt/read/api";
import { FUNCTION_ARN, type SimulatedAws, simulatedAws } from "../../support/adopt/aws";
import { tutorialApi } from "../../support/adopt/tutorial";

let aws: SimulatedAws;
let folder: string;
let apiId: string;
beforeEach(async () => {
  aws = await simulatedAws();
  folder = mkdtempSync(join(tmpdir(), "adopt-command-"));
  apiId = tutorialApi(aws);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await aws.close();
});

async function adopt(args: readonly string[], more: { readonly signal?: AbortSignal; readonly env?: object } = {}) {
  let out = "";
  let err = "";
  const code = await adoptCommand(args, {
    cwd: folder,
    env: { ...aws.env, ...more.env },
    color: false,
    signal: more.signal ?? new AbortController().signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
const adoptTutorial = (...args: string[]) => adopt([apiId, "--no-plan", ...args]);
const file = (name: string) => readFileSync(join(folder, name), "utf8");
const route = (key: string) => {
  const found = aws.store
    .routes(apiId)
    .list()
    .find(({ routeKey }) => routeKey === key);
  if (found === undefined) throw new Error(`no route ${key}`);
  return found;
};

describe("adopt", () => {
  test("writes gateway.yaml and the record, and only reads", async () => {
    const { code, out } = await adoptTutorial();
    expect({ code, files: readdirSync(folder).sort() }).toEqual({
      code: EXIT.done,
      files: ["adopted", "gateway.yaml"],
    });
    expect(out).toContain("routes/$disconnect integration/response $default: none");
    expect(JSON.parse(file("adopted/prod.json")).ids).toMatchObject({ api: apiId, stage: `${apiId}/prod` });
    expect(aws.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test("takes the URL of the stage too", async () => {
    const { code } = await adopt([`wss://${apiId}.execute-api.us-east-1.amazonaws.com/prod`, "--no-plan"]);
    expect(code).toBe(EXIT.done);
  });

  test("run twice, writes the same", async () => {
    await adoptTutorial();
    const before = file("gateway.yaml");
    expect((await adoptTutorial()).code).toBe(EXIT.done);
    expect(file("gateway.yaml")).toBe(before);
  });

  test("does not overwrite another file, unless forced", async () => {
    writeFileSync(join(folder, "gateway.yaml"), "name: other\n");
    const { code, err } = await adoptTutorial();
    expect({ code, text: file("gateway.yaml") }).toEqual({ code: EXIT.usage, text: "name: other\n" });
    expect(err).toContain("--force");
    expect((await adoptTutorial("--force")).code).toBe(EXIT.done);
  });

  test("prints the report as JSON", async () => {
    const report = JSON.parse((await adoptTutorial("--json")).out);
    expect(report.defects.map(({ name }: { name: string }) => name)).toEqual(["route-selection", "missing-response"]);
    expect(report.kept).toContainEqual({
      resource: "api",
      argument: "route_selection_expression",
      value: "request.body.action",
    });
  });

  test("reads an API of 300 routes, in pages", async () => {
    for (let number = 3; number <= 300; number++) aws.store.routes(apiId).create({ routeKey: `action${number}` });
    aws.store.deploy(apiId, { stageName: "prod" });
    expect((await adoptTutorial()).code).toBe(EXIT.done);
    expect(file("gateway.yaml")).toContain("action300:");
    expect(aws.requests.filter((request) => request.includes("/routes?"))).toHaveLength(3);
  });

  test("sends a throttled request again", async () => {
    const seen = new Set<string>();
    aws.intercept = ({ url = "" }, response) => {
      if (seen.has(url)) return false;
      seen.add(url);
      response.writeHead(429, { "x-amzn-errortype": "TooManyRequestsException" }).end("{}");
      return true;
    };
    const live = await readManaged(aws.reader(), apiId, () => {});
    expect(live.routes.map(({ routeKey }) => routeKey)).toEqual(["$connect", "$disconnect"]);
  });

  test("stopped while it reads, writes nothing", async () => {
    const controller = new AbortController();
    aws.intercept = () => {
      controller.abort("SIGINT");
      return true;
    };
    const { code, err } = await adopt([apiId, "--no-plan"], { signal: controller.signal });
    expect({ code, err, files: readdirSync(folder) }).toMatchObject({ code: 130, files: [] });
    expect(err).toContain("Stopped. Nothing was written.");
  });
});

describe("adopt refuses", () => {
  test("an id that does not exist, and says where to look", async () => {
    const { code, err } = await adopt(["nosuchapi1", "--no-plan"]);
    expect(code).toBe(EXIT.notFound);
    expect(err).toContain("There is no API nosuchapi1 in us-east-1.");
    expect(err).toContain("--region");
  });

  test("a region that cannot exist, without a request", async () => {
    const { code, err } = await adoptTutorial("--region", "mars");
    expect({ code, err }).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining("--region mars: expected an AWS region such as eu-west-1."),
    });
  });

  test("an API of another region", async () => {
    aws.intercept = ({ headers }, response) => {
      if (!headers.authorization?.includes("/eu-west-1/apigateway/")) return false;
      response.writeHead(404, { "x-amzn-errortype": "NotFoundException" }).end("{}");
      return true;
    };
    const { code, err } = await adoptTutorial("--region", "eu-west-1");
    expect({ code, err }).toMatchObject({
      code: EXIT.notFound,
      err: expect.stringContaining(`There is no API ${apiId} in eu-west-1.`),
    });
    expect((await adoptTutorial("--region", "us-east-1")).code).toBe(EXIT.done);
  });

  test("a stage that does not exist", async () => {
    const { code, err } = await adoptTutorial("--stage", "live");
    expect({ code, err }).toMatchObject({ code: EXIT.notFound, err: expect.stringContaining("Its stages: prod.") });
  });

  test("several stages without a choice", async () => {
    aws.store.stages(apiId).create({ stageName: "dev" });
    const { code, err } = await adoptTutorial();
    expect({ code, err }).toMatchObject({ code: EXIT.notFound, err: expect.stringContaining("--stage: prod, dev") });
  });

  test("to guess, where the stage serves an older deployment", async () => {
    aws.store.deploy(apiId);
    const older = await adoptTutorial();
    expect({ code: older.code, err: older.err }).toMatchObject({
      code: EXIT.undecided,
      err: expect.stringContaining("--undeployed"),
    });
    expect((await adoptTutorial("--undeployed")).code).toBe(EXIT.done);
  });

  test.each([
    [429, "TooManyRequestsException", "Run the command again later."],
    [403, "ExpiredTokenException", "Renew the AWS credentials in the environment."],
    [500, "", "Run the command again later."],
  ])("answers of AWS with %i %s until the last attempt", async (status, type, hint) => {
    aws.intercept = (_, response) => {
      response.writeHead(status, { "x-amzn-errortype": type }).end("{}");
      return true;
    };
    await expect(readManaged(aws.reader(), apiId, () => {})).rejects.toMatchObject({ code: "aws-rejected", hint });
  });

  test("an error of AWS with the exit code of a failure, as JSON if asked for", async () => {
    aws.intercept = (_, response) => {
      response.writeHead(403, { "x-amzn-errortype": "ExpiredTokenException" }).end("{}");
      return true;
    };
    const { code, out } = await adoptTutorial("--json");
    expect({ code, error: JSON.parse(out).error }).toMatchObject({
      code: EXIT.failed,
      error: { code: "aws-rejected" },
    });
  });

  test("without credentials", async () => {
    const { code, err } = await adopt([apiId], { env: { AWS_ACCESS_KEY_ID: "" } });
    expect({ code, err }).toMatchObject({ code: EXIT.permissions, err: expect.stringContaining("AWS_ACCESS_KEY_ID") });
  });

  test.each([
    [/\/v2\/apis\/\w+$/, "apigateway:GET on arn:aws:apigateway:us-east-1::/apis/"],
    [/\/routes\?/, "/routes"],
    [/\/integrations\?/, "/integrations"],
    [/\/integrationresponses/, "/integrationresponses"],
    [/\/routeresponses/, "/routeresponses"],
    [/\/authorizers\?/, "/authorizers"],
    [/\/models\?/, "/models"],
    [/\/stages\?/, "/stages"],
    [/\/deployments\?/, "/deployments"],
    [/\/domainnames/, "/domainnames"],
    [/\/policy/, `lambda:GetPolicy on ${FUNCTION_ARN}`],
    [/\/configuration/, `lambda:GetFunctionConfiguration on ${FUNCTION_ARN}`],
  ])("a missing permission for %s, and names it", async (path, permission) => {
    aws.intercept = ({ url = "" }, response) => {
      if (!path.test(decodeURIComponent(url))) return false;
      response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" }).end('{"Message": "not authorized"}');
      return true;
    };
    const { code, err } = await adoptTutorial();
    expect({ code, err }).toMatchObject({ code: EXIT.permissions, err: expect.stringContaining(permission) });
    expect(existsSync(join(folder, "gateway.yaml"))).toBe(false);
  });

  test.each([
    [{ "aws:cloudformation:stack-name": "chat" }, "AWS CloudFormation (chat)", "DeletionPolicy: Retain"],
    [{ ManagedBy: "terraform" }, "another Terraform state (terraform)", "terraform state rm"],
    [{ "aws:cloudformation:stack-name": "chat-dev", STAGE: "dev" }, "the Serverless Framework (chat-dev)", "Retain"],
    [{ "aws:cloudformation:stack-name": "chat", "lambda:createdBy": "SAM" }, "AWS SAM (chat)", "Retain"],
    [{ "aws:cloudformation:stack-name": "chat", "aws-cdk:id": "a" }, "AWS CDK (chat)", "RemovalPolicy.RETAIN"],
    [{ "pulumi:project": "chat" }, "Pulumi (chat)", "retainOnDelete: true"],
  ])("an API that another tool owns: %j", async (tags, owner, release) => {
    const api = aws.store.apis.get(apiId)?.current.api;
    if (api) api.tags = tags;
    const other = tutorialApi(aws, "other-prod");
    const { code, err } = await adoptTutorial();
    expect({ code, err }).toMatchObject({ code: EXIT.undecided, err: expect.stringContaining(owner) });
    expect(err).toContain(release);
    expect((await adoptTutorial("--released")).code).toBe(EXIT.done);
    expect((await adopt([other, "--no-plan", "--out", "other"])).code).toBe(EXIT.done);
  });
});

describe("gateway.next.yaml", () => {
  test("fixes what was asked for, and nothing else", async () => {
    expect((await adoptTutorial("--fix", "route-selection", "--fix", "missing-response")).code).toBe(EXIT.done);
    expect(file("gateway.yaml")).toContain("route_selection_expression: request.body.action");
    const next = file("gateway.next.yaml");
    expect(next).not.toMatch(/route_selection_expression|response \$default/);
    expect(next).toContain("name: lambda-authorizer");
  });

  test("has the bundled authorizer with the claims that the mappings read", async () => {
    const args = ["--authorizer", "bundled", "--issuer", "https://login.example.com/", "--audience", "quotes"];
    expect((await adoptTutorial(...args)).code).toBe(EXIT.done);
    const next = file("gateway.next.yaml");
    expect(next).toContain("authorizer:\n  issuer: https://login.example.com/\n  audience: quotes\n");
    expect(next).not.toContain("lambda");
  });
});

describe("adopt --check", () => {
  beforeEach(async () => {
    await adoptTutorial();
  });

  test("finds nothing right after the adoption", async () => {
    expect(await adopt(["--check"])).toMatchObject({
      code: EXIT.done,
      out: expect.stringContaining("Nothing has drifted"),
    });
  });

  test("reports a changed setting with its line", async () => {
    const integrationId = route("$connect").target?.replace("integrations/", "") ?? "";
    aws.store.integrations(apiId).update(integrationId, { timeoutInMillis: 5000 });
    const line = file("gateway.yaml").split("\n").indexOf("  $connect:") + 1;
    const { code, out } = await adopt(["--check"]);
    expect(code).toBe(EXIT.differs);
    expect(out).toContain(
      `gateway.yaml:${line} routes.$connect.timeoutMs: timeout_milliseconds of routes/$connect integration is 5000 on AWS, and 29000 by this file.`,
    );
  });

  test("reports what is kept under its own line, what was added, and what was deleted", async () => {
    aws.store.apiStates().update(apiId, { routeSelectionExpression: "$request.body.action" });
    aws.store.routes(apiId).create({ routeKey: "chat" });
    aws.store.routes(apiId).delete(route("$disconnect").routeId);
    const { drifts } = JSON.parse((await adopt(["--check", "--json"])).out);
    const lines = file("gateway.yaml").split("\n");
    expect(drifts).toContainEqual(
      expect.objectContaining({
        setting: "adopted.keep.api.route_selection_expression",
        line: lines.findIndex((text) => text.includes("route_selection_expression:")) + 1,
        aws: "$request.body.action",
      }),
    );
    expect(drifts).toContainEqual(expect.objectContaining({ resource: "route chat", aws: "present" }));
    expect(drifts).toContainEqual(
      expect.objectContaining({ resource: "routes/$disconnect", setting: "routes.$disconnect" }),
    );
  });
});
