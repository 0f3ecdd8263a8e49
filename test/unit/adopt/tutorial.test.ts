/** The tutorial's API becomes a short gateway.yaml, and nothing of it would change. */
import { findDefects } from "../../../adopt/findings/defects";
import { unmanagedOf } from "../../../adopt/findings/unmanaged";
import { planProject } from "../../../adopt/project";
import { readApi } from "../../../adopt/read/api";
import { gatewayYaml } from "../../../adopt/write/document";
import { type SimulatedAws, simulatedAws } from "../../support/adopt/aws";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { tutorialApi } from "../../support/adopt/tutorial";

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await simulatedAws();
});
afterAll(() => aws.close());

test("the tutorial's API becomes a short gateway.yaml", async () => {
  const apiId = tutorialApi(aws);
  const live = await readApi(aws.reader(), apiId, () => {});
  const [stage] = live.stages;
  if (stage === undefined) throw new Error("no stage");
  const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
  const defects = findDefects(live, stage);
  expect(gatewayYaml(project, { apiId: "bnzlep5vqk", defects })).toMatchInlineSnapshot(`
    "# The WebSocket API bnzlep5vqk, which was created without this file. docs/adopt.md describes \`adopted\`.

    name: quotes
    backend: https://api.example.com
    authorizer:
      lambda: arn:aws:lambda:us-east-1:123456789012:function:lambda-authorizer
    routes:
      $connect:
        requestParameters:
          route.request.querystring.stocks: required
        query:
          stocks: route.request.querystring.stocks
          connectionId: context.connectionId
          userId: context.authorizer.userId
          orgId: context.authorizer.orgId
    connectionsPolicy: false
    ssm: false
    # Terraform imports the API by the ids in the record, and keeps what no option expresses.
    adopted:
      record: adopted/prod.json
      keep:
        api:
          # \`request.body.action\` has no \`$\`, so it is a fixed text: every message selects the route of that name, or
          # \`$default\`. No message can select a route by its content. To fix it after the import, remove this line (adopt
          # --fix route-selection).
          route_selection_expression: request.body.action
        lambda_authorizer:
          name: lambda-authorizer
        stage:
          # The stage's settings as they were found. \`stage.throttle\`, \`stage.detailedMetrics\` and \`logs.execution\` need
          # this line removed.
          default_route_settings: null
        # The integration has no response: API Gateway logs a configuration error at every disconnect. Clients do not
        # notice. To fix it after the import, remove this line (adopt --fix missing-response).
        routes/$disconnect integration/response $default: false
    "
  `);
  expect(unmanagedOf(live, stage, project.record.ids)).toEqual([]);
  expect(Object.keys(project.record.ids)).toMatchInlineSnapshot(`
    [
      "api",
      "lambda_authorizer",
      "deployment",
      "routes/$connect integration",
      "routes/$disconnect integration",
      "routes/$connect integration/response $default",
      "routes/$connect",
      "routes/$disconnect",
      "stage",
      "lambda_authorizer/permission 6cc5ec8c",
    ]
  `);
  expect(defects.map(({ name, where }) => `${name} ${where}`)).toEqual([
    "route-selection api",
    "missing-response routes/$disconnect",
  ]);
});
