/** Every kind of ARN: it is built as AWS documents it, and parsing it returns the same parts. */
import fc from "fast-check";
import {
  accountRootArn,
  anyKeyArn,
  apiGatewayArn,
  apiGatewayPath,
  authorizerArn,
  CERTIFICATE_ARN,
  connectionsArn,
  executionArn,
  FUNCTION_ARN,
  formatArn,
  functionArn,
  functionOfUri,
  iamArn,
  invocationUri,
  logGroupArn,
  NETWORK_LOAD_BALANCER_ARN,
  parameterArn,
  parseArn,
  parseFunctionArn,
  routeArn,
  TOPIC_ARN,
  topicArn,
  unqualified,
} from "../../../aws/arn";

const ACCOUNT = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const API = executionArn(ACCOUNT, "abc123");

test.each([
  ["a function", functionArn(ACCOUNT, "quotes"), "arn:aws:lambda:eu-west-1:123456789012:function:quotes"],
  ["an API", apiGatewayArn(ACCOUNT, "apis", "abc123"), "arn:aws:apigateway:eu-west-1::/apis/abc123"],
  [
    "a stage",
    apiGatewayArn(ACCOUNT, "apis", "abc123", "stages", "prod"),
    "arn:aws:apigateway:eu-west-1::/apis/abc123/stages/prod",
  ],
  ["an API in IAM policies", API, "arn:aws:execute-api:eu-west-1:123456789012:abc123"],
  ["a route", routeArn(API, "prod", "$connect"), `${API}/prod/$connect`],
  ["an authorizer", authorizerArn(API, "auth1"), `${API}/authorizers/auth1`],
  ["the connections of a stage", connectionsArn(API, "prod", "POST"), `${API}/prod/POST/@connections/*`],
  ["a role", iamArn(ACCOUNT, "role", "deploy"), "arn:aws:iam::123456789012:role/deploy"],
  ["a policy in a path", iamArn(ACCOUNT, "policy", "push", "/team/"), "arn:aws:iam::123456789012:policy/team/push"],
  ["an account", accountRootArn(ACCOUNT), "arn:aws:iam::123456789012:root"],
  ["a log group", logGroupArn(ACCOUNT, "/aws/lambda/a"), "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/a"],
  ["a parameter", parameterArn(ACCOUNT, "secret"), "arn:aws:ssm:eu-west-1:123456789012:parameter/secret"],
  ["a parameter in a path", parameterArn(ACCOUNT, "/a/b"), "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b"],
  ["a topic", topicArn(ACCOUNT, "alarms"), "arn:aws:sns:eu-west-1:123456789012:alarms"],
  ["any key", anyKeyArn(ACCOUNT), "arn:aws:kms:eu-west-1:123456789012:key/*"],
])("builds the ARN of %s", (_title, arn, expected) => {
  expect(arn).toBe(expected);
  const parsed = parseArn(arn);
  expect(parsed && formatArn(parsed)).toBe(arn);
});

test("parses every ARN that it builds", () => {
  const word = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
  const arn = fc.record({
    partition: word,
    service: word,
    region: fc.oneof(word, fc.constant("")),
    accountId: fc.oneof(word, fc.constant("")),
    resource: fc.string({ minLength: 1 }),
  });
  fc.assert(fc.property(arn, (each) => expect(parseArn(formatArn(each))).toEqual(each)));
});

test.each(["", "arn", "arn:aws:sns:eu-west-1:123456789012", "arn:aws:sns:eu-west-1:123456789012:", "xarn:a:b:c:d:e"])(
  "rejects %j",
  (text) => {
    expect(parseArn(text)).toBeUndefined();
  },
);

describe("functions", () => {
  const PLAIN = "arn:aws-cn:lambda:cn-north-1:123456789012:function:a_b-1";
  test.each([
    [PLAIN, "a_b-1", undefined],
    [`${PLAIN}:live`, "a_b-1", "live"],
    [`${PLAIN}:$LATEST`, "a_b-1", "$LATEST"],
  ])("parses %s", (arn, functionName, qualifier) => {
    const where = { partition: "aws-cn", region: "cn-north-1", accountId: "123456789012" };
    expect(parseFunctionArn(arn)).toEqual({ ...where, functionName, qualifier });
    expect(unqualified(arn)).toBe(PLAIN);
  });

  test.each([
    "arn:aws:lambda:eu-west-1:123456789012:layer:a",
    "arn:aws:lambda:eu-west-1:12345:function:a",
    `arn:aws:lambda:eu-west-1:123456789012:function:${"a".repeat(65)}`,
    "arn:aws:lambda:eu-west-1:123456789012:function:a:b:c",
    "arn:gcp:lambda:eu-west-1:123456789012:function:a",
    "a",
  ])("rejects %s as a function's ARN", (text) => {
    expect(parseFunctionArn(text)).toBeUndefined();
  });

  test.each([PLAIN, `${PLAIN}:live`, "arn:aws:lambda:eu-west-1:1:function:${stageVariables.fn}"])(
    "returns %s from its invocation URI",
    (arn) => {
      const uri = invocationUri({ partition: "aws", region: "eu-west-1" }, arn);
      expect(uri).toBe(`arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`);
      expect(functionOfUri(uri)).toBe(arn);
    },
  );

  test.each([PLAIN, "https://example.com", "arn:aws:apigateway:eu-west-1:sqs:path/123456789012/queue"])(
    "%s is not an invocation URI",
    (uri) => {
      expect(functionOfUri(uri)).toBeUndefined();
    },
  );
});

test.each([
  ["arn:aws:apigateway:eu-west-1::/domainnames/a.example.com", ["domainnames", "a.example.com"]],
  ["arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31", undefined],
  ["arn:aws:sns:eu-west-1:123456789012:/apis/a", undefined],
])("returns the path of %s", (arn, path) => {
  expect(apiGatewayPath(arn)).toEqual(path);
});

test.each([
  ["a function", FUNCTION_ARN, "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:a:1"],
  ["a topic", TOPIC_ARN, "arn:aws:sns:eu-west-1:123456789012:alarms.fifo"],
  ["a certificate", CERTIFICATE_ARN, "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b-2c3d"],
  [
    "a Network Load Balancer",
    NETWORK_LOAD_BALANCER_ARN,
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/internal/50dc6c495c0c9188",
  ],
])("accepts the ARN of %s only", (_title, pattern, good) => {
  expect(good).toMatch(pattern);
  for (const bad of [`${good} `, ` ${good}`, good.replace("123456789012", "1"), good.replace("arn:aws", "arn:x")]) {
    expect(bad).not.toMatch(pattern);
  }
});

test("rejects an Application Load Balancer as a Network Load Balancer", () => {
  const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/internal/50dc6c495c0c9188";
  expect(arn).not.toMatch(NETWORK_LOAD_BALANCER_ARN);
});
