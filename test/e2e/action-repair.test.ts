/** What an interrupted run has created, and could not save in the state: the next run imports it, unless it may be another's. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "../support/describe-with";
import { ActionEnvironment, verdict } from "../support/e2e/environment";

jest.setTimeout(240_000);

const GOOD = { code: 0, reason: "" };
const TAKEN = { code: 1, reason: "name-taken" };

describeWith(["terraform", "provider", "moto"], "the action repairs what an interrupted run has left", () => {
  let environment: ActionEnvironment;
  beforeAll(async () => {
    environment = await ActionEnvironment.start();
    edit("ssm: false", "logs: { access: true }\ntags: { team: quotes }");
  });
  afterAll(() => environment.stop());

  function edit(text: string, by: string): void {
    const file = join(environment.workspace, "gateway.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(text, by));
  }

  /** Calls moto as a person could. */
  async function aws(service: "logs" | "ssm", target: string, body: object): Promise<void> {
    const response = await fetch(environment.world.moto, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": target,
      },
      body: JSON.stringify(body),
    });
    expect([response.status, target]).toEqual([200, target]);
  }

  const logGroup = { logGroupName: "/aws/lambda/quotes-prod-authorizer" };
  const api = {
    name: "quotes-prod",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
    tags: { team: "quotes" },
  };
  const createApi = () =>
    fetch(`${environment.world.gateway.url}/v2/apis`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 by-hand", "content-type": "application/json" },
      body: JSON.stringify(api),
    });

  test("an object with other tags is not imported, and nothing is created beside it", async () => {
    await aws("logs", "Logs_20140328.CreateLogGroup", { ...logGroup, tags: { team: "others" } });
    const refused = await environment.run();
    expect(verdict(refused)).toEqual(TAKEN);
    expect(refused.log).toMatch(
      /terraform import 'aws_cloudwatch_log_group\.authorizer_function_logs_\w+' '\/aws\/lambda\/quotes-prod-authorizer'/,
    );
    expect(refused.summary).toContain("it has other tags");
    expect(environment.apis()).toEqual([]);
    await aws("logs", "Logs_20140328.DeleteLogGroup", logGroup);
  });

  test("a first deploy imports the API and the log group that it has created before", async () => {
    await aws("logs", "Logs_20140328.CreateLogGroup", { ...logGroup, tags: { team: "quotes" } });
    await createApi();
    const deployed = await environment.run();
    expect(verdict(deployed)).toEqual(GOOD);
    expect(deployed.log).toContain("An earlier run has created prod/api, but could not save it");
    expect(environment.apis()).toHaveLength(1);
    expect(verdict(await environment.run({ mode: "drift" }))).toEqual(GOOD);
  });

  const LOST = [
    ...["aws_iam_role", "aws_iam_policy", "aws_lambda_function", "aws_cloudwatch_log_group", "aws_ssm_parameter"],
    ...["aws_apigatewayv2_stage", "aws_apigatewayv2_route"],
  ];
  test("a deploy imports whatever the state does not contain, and the next plan is empty", async () => {
    const { stdout } = await environment.terraform("state", "list");
    const addresses = LOST.flatMap(
      (type) => stdout.split("\n").find((address) => address.startsWith(`${type}.`)) ?? [],
    );
    expect(addresses).toHaveLength(LOST.length);
    await environment.terraform("state", "rm", ...addresses);
    const before = environment.apis()[0]?.current.api.apiId;

    const deployed = await environment.run();
    expect(verdict(deployed)).toEqual(GOOD);
    expect(deployed.log.match(/it is imported into the state/g)).toHaveLength(addresses.length);
    expect(environment.apis().map(({ current }) => current.api.apiId)).toEqual([before]);
    expect(verdict(await environment.run({ mode: "drift" }))).toEqual(GOOD);
  });

  test("a state in another place takes over nothing of the live API, and creates no second one", async () => {
    edit("quotes.tfstate", "elsewhere.tfstate");
    // As on another runner: Terraform knows nothing of the former place.
    rmSync(join(environment.workspace, "cdktf.out"), { recursive: true });
    const refused = await environment.run();
    expect(verdict(refused)).toEqual(TAKEN);
    expect(refused.summary).toContain("Nothing was changed");
    expect(environment.apis()).toHaveLength(1);
    edit("elsewhere.tfstate", "quotes.tfstate");
    rmSync(join(environment.workspace, "cdktf.out"), { recursive: true });
    expect(verdict(await environment.run({ mode: "drift" }))).toEqual(GOOD);
  });
});
