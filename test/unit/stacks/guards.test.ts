/** The guard rails, on stacks that others wrote. */
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage, type Apigatewayv2StageConfig } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, type IAspect, TerraformStack, Testing } from "cdktf";
import {
  AuthorizerOnConnect,
  addGuards,
  DataTraceOff,
  NoQueryStringInAccessLogs,
  ThrottlesSet,
} from "../../../stacks/guards";

const limits = { throttlingBurstLimit: 1, throttlingRateLimit: 1 };

/** What the guard says of a stack; empty: nothing. */
function verdict(
  guard: IAspect,
  build: (stack: TerraformStack) => void,
): readonly { readonly level: string; readonly message: string }[] {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), "theirs");
  new AwsProvider(stack, "aws");
  build(stack);
  Aspects.of(stack).add(guard);
  for (const node of stack.node.findAll()) guard.visit(node);
  const metadata = stack.node.findAll().flatMap((node) => node.node.metadata);
  return metadata
    .filter(({ type }) => type.startsWith("@cdktf/"))
    .map(({ type, data }) => ({ level: type.replace("@cdktf/", ""), message: String(data) }));
}

function stage(config: Partial<Apigatewayv2StageConfig>) {
  return (stack: TerraformStack) => new Apigatewayv2Stage(stack, "stage", { apiId: "a", name: "prod", ...config });
}

function api(connect: { readonly authorizationType?: string } | undefined, protocolType = "WEBSOCKET") {
  return (stack: TerraformStack) => {
    const { id: apiId } = new Apigatewayv2Api(stack, "api", { name: "theirs", protocolType });
    if (connect) new Apigatewayv2Route(stack, "connect", { apiId, routeKey: "$connect", ...connect });
  };
}

describe("authorizer on $connect", () => {
  test.each([
    ["no $connect route", api(undefined)],
    ["no authorization type", api({})],
    ["NONE", api({ authorizationType: "NONE" })],
  ])("%s is an error", (_what, build) => {
    expect(verdict(new AuthorizerOnConnect(), build)).toEqual([
      { level: "error", message: expect.stringContaining("no authorizer") },
    ]);
  });

  test("is only a warning if it is intended", () => {
    expect(verdict(new AuthorizerOnConnect({ openToEveryone: true }), api({}))).toEqual([
      { level: "warn", message: expect.stringContaining("Every client can connect") },
    ]);
  });

  test.each([
    ["a Lambda authorizer", api({ authorizationType: "CUSTOM" })],
    ["IAM", api({ authorizationType: "AWS_IAM" })],
    ["an HTTP API", api(undefined, "HTTP")],
  ])("%s passes", (_what, build) => {
    expect(verdict(new AuthorizerOnConnect(), build)).toEqual([]);
  });

  test("a second API of the stack is not covered by the first one's route", () => {
    const both = (stack: TerraformStack) => {
      api({ authorizationType: "CUSTOM" })(stack);
      new Apigatewayv2Api(stack, "other", { name: "other", protocolType: "WEBSOCKET" });
    };
    expect(verdict(new AuthorizerOnConnect(), both)).toHaveLength(1);
  });
});

describe("throttles set", () => {
  test.each([
    ["a burst missing", { defaultRouteSettings: { throttlingRateLimit: 1 } }],
    ["a rate missing", { defaultRouteSettings: { throttlingBurstLimit: 1 } }],
    ["a limit of 0", { defaultRouteSettings: { ...limits, throttlingBurstLimit: 0 } }],
    ["a route without limits", { routeSettings: [{ routeKey: "$connect" }] }],
  ])("%s is an error", (_what, config) => {
    expect(verdict(new ThrottlesSet(), stage(config))).toEqual([
      { level: "error", message: expect.stringContaining("throttle") },
    ]);
  });

  test.each([
    ["no settings", {}],
    ["both limits", { defaultRouteSettings: limits, routeSettings: [{ routeKey: "$connect", ...limits }] }],
  ])("%s passes", (_what, config) => {
    expect(verdict(new ThrottlesSet(), stage(config))).toEqual([]);
  });
});

describe("data trace off", () => {
  test.each([
    ["by default", { defaultRouteSettings: { ...limits, dataTraceEnabled: true } }],
    ["on a route", { routeSettings: [{ routeKey: "$connect", ...limits, dataTraceEnabled: true }] }],
  ])("on %s is an error", (_what, config) => {
    expect(verdict(new DataTraceOff(), stage(config))).toEqual([
      { level: "error", message: expect.stringContaining("data trace") },
    ]);
  });

  test("off passes", () => {
    expect(
      verdict(new DataTraceOff(), stage({ defaultRouteSettings: { ...limits, dataTraceEnabled: false } })),
    ).toEqual([]);
  });
});

describe("no query string in access logs", () => {
  const format = (text: string) => stage({ accessLogSettings: { destinationArn: "arn", format: text } });

  test.each(["$input.params('token')", '{"q": "$context.requestOverride.querystring.token"}', "$context.path"])(
    "%s is an error",
    (text) => {
      expect(verdict(new NoQueryStringInAccessLogs(), format(text))).toEqual([
        { level: "error", message: expect.stringContaining("query string") },
      ]);
    },
  );

  test("request ids pass", () => {
    expect(verdict(new NoQueryStringInAccessLogs(), format("$context.requestId"))).toEqual([]);
  });
});

test("an error stops the synthesis", () => {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), "theirs");
  new AwsProvider(stack, "aws");
  api({})(stack);
  addGuards(stack, { openToEveryone: false });
  expect(() => Testing.fullSynth(stack)).toThrow(/Every client could connect/);
});
