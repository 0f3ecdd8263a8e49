/** The constructs in another cdktf app: their own stack, references to their own resources. */
import { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { TerraformStack, Testing } from "cdktf";
import * as ws from "../../../stacks";
import { authorizerModules, settings } from "../../support/stacks/environment";
import type { Terraform } from "../../support/stacks/synthesize";
import { resource } from "../../support/stacks/synthesize";

Testing.setupJest();

function theirs(): { readonly stack: TerraformStack; readonly api: ws.WebSocketApi } {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), "theirs");
  ws.awsProvider(stack, { region: "eu-west-1" });
  const api = new ws.WebSocketApi(stack, "api", { name: "theirs", routeSelectionExpression: "$request.body.action" });
  return { stack, api };
}

test("an API behind a load balancer of the same stack, authorized by a function of the same stack", () => {
  const { stack, api } = theirs();
  const balancer = new Lb(stack, "balancer", { name: "theirs" });
  const fn = new LambdaFunction(stack, "function", { functionName: "mine", role: "arn:aws:iam::123456789012:role/x" });
  const authorizer = new ws.Authorizer(stack, "authorizer", {
    api,
    name: "mine",
    function: { functionName: fn.functionName, invokeArn: fn.invokeArn },
    identitySources: ["route.request.querystring.token"],
  });
  const connect = new ws.ConnectRoute(stack, "connect", {
    api,
    authorizer,
    requestParameters: { "route.request.querystring.stocks": true },
    integration: new ws.HttpIntegration(stack, "connect_integration", {
      api,
      type: "HTTP",
      uri: `http://${balancer.dnsName}/connect`,
      mappings: {
        "integration.request.querystring.stocks": "route.request.querystring.stocks",
        "integration.request.querystring.connectionId": "context.connectionId",
      },
    }),
  });
  const deployment = new ws.Deployment(stack, "deployment", { api, routes: [connect] });
  const stage = new ws.Stage(stack, "stage", { api, deployment, name: "live", throttle: { burst: 1, rate: 1 } });
  new ws.ConnectionsPolicy(stack, "policy", { stage, name: "push" });
  ws.addGuards(stack, { openToEveryone: false });

  const synthesized = Testing.synth(stack, true);
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Integration, {
    integration_uri: "http://${aws_lb.balancer.dns_name}/connect",
  });
  // What Terraform alone knows is a trigger by its value, not only by its name.
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Deployment, {
    triggers: {
      definition: expect.stringMatching(/^[0-9a-f]{64}$/),
      references: '${sha256(join(" ", [aws_lambda_function.function.invoke_arn, aws_lb.balancer.dns_name]))}',
    },
  });
});

test("the bundled authorizer works for an API in another cdktf app", () => {
  const { stack, api } = theirs();
  const fn = new ws.AuthorizerFunction(stack, "verify", {
    name: "verify",
    region: "eu-west-1",
    settings,
    modules: authorizerModules,
  });
  new ws.Authorizer(stack, "authorizer", {
    api,
    name: "verify",
    function: fn.ref,
    identitySources: ["route.request.querystring.token"],
  });
  const json: Terraform = JSON.parse(Testing.synth(stack, true));
  expect(resource(json, "aws_apigatewayv2_authorizer")).toMatchObject({
    authorizer_uri: "${aws_lambda_function.verify.qualified_invoke_arn}",
    authorizer_credentials_arn: expect.stringMatching(/^\$\{aws_iam_role\.verify_invoke_role_\w+\.arn\}$/),
  });
});

test("the same token written twice is one reference, so the hash does not depend on token numbers", () => {
  const triggers = () => {
    const { stack, api } = theirs();
    const balancer = new Lb(stack, "balancer", { name: "theirs" });
    const integration = (id: string) =>
      new ws.HttpIntegration(stack, id, { api, type: "HTTP", uri: `http://${balancer.dnsName}/${id}` });
    const routes = [
      new ws.DisconnectRoute(stack, "disconnect", { api, integration: integration("one") }),
      new ws.MessageRoute(stack, "message", { api, key: "$default", integration: integration("two") }),
    ] as const;
    new ws.Deployment(stack, "deployment", { api, routes: [...routes] });
    const json: Terraform = JSON.parse(Testing.synth(stack, true));
    return resource(json, "aws_apigatewayv2_deployment").triggers;
  };
  expect(triggers()).toEqual(triggers());
  expect(triggers()).toMatchObject({ references: '${sha256(join(" ", [aws_lb.balancer.dns_name]))}' });
});

test("the constructs check at run time what types cannot, for callers without them", () => {
  const { stack, api } = theirs();
  const integration = new ws.HttpIntegration(stack, "integration", { api, type: "HTTP", uri: "http://x" });
  const key: string = "$connect";
  expect(() => new ws.MessageRoute(stack, "message", { api, key, integration })).toThrow(
    expect.objectContaining({ code: "reserved-route-key" }),
  );
  expect(() => ws.lambdaFunction("mine")).toThrow(expect.objectContaining({ code: "invalid-function-arn" }));
});
