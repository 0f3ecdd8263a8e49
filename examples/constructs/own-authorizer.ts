/** An authorizer of your own: a Lambda function that the same stack creates. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { App, TerraformStack } from "cdktf";
import {
  Authorizer,
  awsProvider,
  ConnectRoute,
  Deployment,
  HttpIntegration,
  lambdaFunction,
  Stage,
  WebSocketApi,
} from "websocket-gateway";

const app = new App();
const stack = new TerraformStack(app, "quotes");
awsProvider(stack, { region: "eu-west-1" });

const role = new IamRole(stack, "role", {
  name: "quotes-authorizer",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const fn = new LambdaFunction(stack, "function", {
  functionName: "quotes-authorizer",
  role: role.arn,
  runtime: "nodejs22.x",
  handler: "index.handler",
  filename: "authorizer.zip",
});

const api = new WebSocketApi(stack, "api", { name: "quotes", routeSelectionExpression: "$request.body.action" });
const authorizer = new Authorizer(stack, "authorizer", {
  api,
  name: "quotes-authorizer",
  function: lambdaFunction(fn),
  identitySources: ["route.request.querystring.token"],
});
const connect = new ConnectRoute(stack, "connect", {
  api,
  authorizer,
  integration: new HttpIntegration(stack, "connect_integration", {
    api,
    type: "HTTP",
    uri: "https://api.example.com/connect",
    mappings: { "integration.request.querystring.userId": "context.authorizer.principalId" },
  }),
});
const deployment = new Deployment(stack, "deployment", { api, routes: [connect] });
new Stage(stack, "stage", { api, deployment, name: "prod", throttle: { burst: 500, rate: 1000 } });
app.synth();
