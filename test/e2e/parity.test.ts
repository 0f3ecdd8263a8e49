// The tutorial's API and the shipped stack's, both read back by the AWS CLI, are the same API but for what is listed here.

import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import {
  type ApiGatewayCli,
  apiGatewayCli,
  type ControlPlaneServer,
  startControlPlaneServer,
} from "../../harness/control-plane";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";
import { AUTHORIZER_URI, followTutorial } from "../support/e2e/tutorial-commands";

interface Difference {
  /** Path in what is read back. */
  readonly at: string;
  readonly tutorial: unknown;
  readonly stack: unknown;
}

/** The deliberate differences, each with its reason. */
const DELIBERATE: readonly (Difference & { readonly why: string })[] = [
  {
    at: "api.RouteSelectionExpression",
    tutorial: "request.body.action",
    stack: "$request.body.action",
    why: "Without `$` it is a constant, which no message can change: every one would select the route of that name.",
  },
  {
    at: "authorizers.0.AuthorizerCredentialsArn",
    tutorial: undefined,
    stack: "arn:aws:iam::123456789012:role/quotes-prod-authorizer-invoke-us-east-1",
    why: "A role may invoke every version. A resource-based permission is for one version only.",
  },
  {
    at: "authorizers.0.AuthorizerUri",
    tutorial: AUTHORIZER_URI,
    stack: AUTHORIZER_URI.replace(":lambda-authorizer/", ":quotes-prod-authorizer:1/"),
    why: "The function comes with the stack. A published version is invoked, so that new code reaches clients only with a new deployment.",
  },
  {
    at: "authorizers.0.Name",
    tutorial: "lambda-authorizer",
    stack: "quotes-prod-authorizer",
    why: "Named after the API.",
  },
  {
    at: "routes.$disconnect.responses.0",
    tutorial: undefined,
    stack: {
      IntegrationResponseId: "…",
      IntegrationResponseKey: "$default",
      TemplateSelectionExpression: "\\$default",
    },
    why: "A non-proxy integration without a response is a configuration error, logged at every disconnect.",
  },
  {
    at: "stages.0.DefaultRouteSettings.ThrottlingBurstLimit",
    tutorial: undefined,
    stack: 5000,
    why: "Both limits are always set: Terraform sends a settings block without them as 0, and 0 rejects every request.",
  },
  {
    at: "stages.0.DefaultRouteSettings.ThrottlingRateLimit",
    tutorial: undefined,
    stack: 10000,
    why: "As above.",
  },
];

describeWith(["terraform", "provider", "moto", "aws"], "the tutorial's API and the stack's", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let project: Project;
  let aws: ApiGatewayCli;

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    aws = apiGatewayCli(server.url);
    project = await createProject((dir) => terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir }));
  }, 240_000);
  afterAll(async () => {
    await project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  async function deployStack(): Promise<string> {
    await project.synth();
    for (const command of [["init"], ["apply", "-auto-approve"]]) {
      expect(await project.terraform(...command)).toMatchObject({ code: 0 });
    }
    return JSON.parse((await project.terraform("output", "-json")).stdout).API_ID.value;
  }

  test("differ only where the tutorial would hurt its users", async () => {
    const [followed, deployed] = await Promise.all([followTutorial(aws), deployStack()]);
    const [tutorial, stack] = await Promise.all([readBack(aws, followed.apiId), readBack(aws, deployed)]);
    expect(differences(tutorial, stack)).toEqual(DELIBERATE.map(({ why, ...difference }) => difference));
  }, 240_000);
});

/** Identifiers and dates are different each time: that they are there is all that counts. */
const INCIDENTAL =
  /^(Api(Id|Endpoint)|RouteId|IntegrationId|IntegrationResponseId|AuthorizerId|DeploymentId|CreatedDate|LastUpdatedDate|Target)$/;

type Tree = { [key: string]: unknown };

/** Everything about an API, with routes by key and what belongs to a route below it. */
async function readBack(aws: ApiGatewayCli, apiId: string): Promise<Tree> {
  const list = async (...args: string[]): Promise<Tree[]> => {
    const { Items } = await aws(...args, "--api-id", apiId);
    return Array.isArray(Items) ? Items : [];
  };
  const integrations = await list("get-integrations");
  const routes = await Promise.all(
    (await list("get-routes")).map(async (route) => {
      const id = String(route.Target).replace("integrations/", "");
      const integration = integrations.find(({ IntegrationId }) => IntegrationId === id);
      const responses = await list("get-integration-responses", "--integration-id", id);
      return [String(route.RouteKey), { ...route, integration, responses }];
    }),
  );
  const everything = {
    api: await aws("get-api", "--api-id", apiId),
    authorizers: await list("get-authorizers"),
    routes: Object.fromEntries(routes),
    stages: await list("get-stages"),
  };
  return JSON.parse(JSON.stringify(everything, (key, value) => (INCIDENTAL.test(key) ? "…" : value)));
}

function differences(tutorial: unknown, stack: unknown, at = ""): Difference[] {
  if (isTree(tutorial) && isTree(stack)) {
    const keys = new Set([...Object.keys(tutorial), ...Object.keys(stack)]);
    return [...keys].sort().flatMap((key) => differences(tutorial[key], stack[key], at === "" ? key : `${at}.${key}`));
  }
  return JSON.stringify(tutorial) === JSON.stringify(stack) ? [] : [{ at, tutorial, stack }];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
