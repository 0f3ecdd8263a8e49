/**
 * Random WebSocket APIs over the whole resource model of API Gateway: what AWS accepts, whether or not this project could
 * have created it. The same seed gives the same APIs.
 */
import * as fc from "fast-check";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function";
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const invoke = (arn: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;

const template = one(
  "{}",
  '{"id": "$context.connectionId"}',
  '#set($a = 1)\n{"a": $a}\n',
  "$input.body",
  "#if(",
  "${stageVariables.a} %{x} \\n 'quoted' \"twice\"",
  "line\r\nwith carriage return",
);
const templates = maybe(
  fc.dictionary(one("$default", "application/json", "other", "a.b"), template, { minKeys: 1, maxKeys: 3 }),
);
const selection = maybe(one("\\$default", "${request.body.type}", "fixed"));
const tags = maybe(
  fc.dictionary(one("team", "Cost Center", "a:b", "empty"), one("quotes", "1", "x y", ""), { maxKeys: 3 }),
);
/** Sources that every route can read. */
const source = one(
  "context.connectionId",
  "context.authorizer.userId",
  "context.identity.sourceIp",
  "stageVariables.table",
  "'fixed'",
  "'${not a template}'",
  "route.request.body.a.b",
);
const target = fc
  .tuple(one("querystring", "header"), one("a", "x-b", "userId", "Sec-WebSocket-Version", "A.b_c$d"))
  .map(([place, name]) => `integration.request.${place}.${name}`);

const response = fc.record(
  {
    integrationResponseKey: one("$default", "/2\\d\\d/", "/5\\d\\d/", "/404/"),
    responseTemplates: templates,
    templateSelectionExpression: maybe(one("\\$default", "${integration.response.statuscode}")),
    contentHandlingStrategy: maybe(one("CONVERT_TO_TEXT", "CONVERT_TO_BINARY")),
    responseParameters: maybe(one({ "method.response.header.x-a": "'1'" })),
  },
  { requiredKeys: ["integrationResponseKey"] },
);

const kind = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      integrationType: one("HTTP", "HTTP_PROXY"),
      integrationMethod: one("POST", "GET", "ANY", "PUT"),
      integrationUri: one(
        "https://api.example.com/connect",
        "https://api.example.com/say",
        "http://other.example.com:8080/a/b?c=d",
        "https://api.example.com",
        "https://${stageVariables.host}/x",
        "http://10.0.0.5/internal",
        "https://api.example.com/%7Euser/a",
      ),
      connection: maybe(fc.constant({ connectionType: "VPC_LINK", connectionId: "abc123" })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      integrationType: one("AWS_PROXY", "AWS"),
      integrationMethod: fc.constant("POST"),
      integrationUri: one(`${ARN}:chat`, `${ARN}:chat:live`, `${ARN}:\${stageVariables.fn}`).map(invoke),
      credentialsArn: maybe(fc.constant("arn:aws:iam::123456789012:role/invoke")),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      integrationType: fc.constant("AWS"),
      integrationMethod: fc.constant("POST"),
      integrationUri: fc.constant("arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue"),
      credentialsArn: fc.constant("arn:aws:iam::123456789012:role/queue"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ integrationType: fc.constant("MOCK") }) },
);

const integration = fc
  .record({
    kind,
    common: fc.record({
      description: maybe(one("Calls the backend", "${x}")),
      passthroughBehavior: maybe(one("NEVER", "WHEN_NO_TEMPLATES", "WHEN_NO_MATCH")),
      contentHandlingStrategy: maybe(one("CONVERT_TO_TEXT")),
      requestTemplates: templates,
      requestParameters: maybe(fc.dictionary(target, source, { maxKeys: 3 })),
      templateSelectionExpression: selection,
      timeoutInMillis: maybe(fc.integer({ min: 50, max: 29_000 })),
    }),
    responses: fc.uniqueArray(response, {
      maxLength: 3,
      selector: ({ integrationResponseKey }) => integrationResponseKey,
    }),
  })
  .map(({ kind: { connection, ...own }, common, responses }: IntegrationParts) => ({
    input: { ...own, ...connection, ...common },
    responses,
  }));
type IntegrationParts = {
  kind: Record<string, unknown> & { connection?: object | undefined };
  common: object;
  responses: readonly object[];
};

const actions = [
  ...["say", "join room", "room/1", "Ünïcode", "constructor", "toString", "a.b", "100%", "%20", "x".repeat(128)],
  ...["$unknown", "{brace}", "say integration", "Default", "__proto__", "it's", "é\u0301", "42", "true"],
];
const route = fc.record({
  /** Index of an integration; there may be fewer. */
  integration: maybe(fc.nat({ max: 5 })),
  apiKeyRequired: maybe(fc.boolean()),
  operationName: maybe(one("Say", "op 1")),
  usesModel: fc.boolean(),
  isTwoWay: fc.boolean(),
  hasResponse: fc.boolean(),
});
const connect = fc.record({
  route,
  authorization: one("NONE", "CUSTOM", "AWS_IAM"),
  parameters: maybe(
    fc.dictionary(
      one("route.request.querystring.stocks", "route.request.header.X-Tenant", "route.request.multivaluequerystring.a"),
      fc.record({ required: fc.boolean() }),
      { maxKeys: 2 },
    ),
  ),
  mapsThem: fc.boolean(),
});

const authorizer = fc.record(
  {
    authorizerUri: one(`${ARN}:auth`, `${ARN}:auth:live`, `${ARN}:\${stageVariables.auth}`).map(invoke),
    identitySource: fc.uniqueArray(
      one(
        "route.request.querystring.token",
        "route.request.header.Authorization",
        "stageVariables.table",
        "context.stage",
      ),
      { maxLength: 2 },
    ),
    authorizerCredentialsArn: maybe(fc.constant("arn:aws:iam::123456789012:role/authorizer")),
  },
  { requiredKeys: ["authorizerUri", "identitySource"] },
);

const settings = fc.record({
  dataTraceEnabled: maybe(fc.boolean()),
  detailedMetricsEnabled: maybe(fc.boolean()),
  loggingLevel: maybe(one("OFF", "ERROR", "INFO")),
  throttlingBurstLimit: maybe(one(0, 5, 5000)),
  throttlingRateLimit: maybe(one(0, 0.5, 10_000)),
});
const stage = fc.record({
  stageName: one("prod", "dev", "v1", "Prod_2", "live-1", "x".repeat(128)),
  description: maybe(one("Stage of ${x}", "live")),
  autoDeploy: fc.boolean(),
  isDeployed: fc.boolean(),
  defaultRouteSettings: maybe(settings),
  connectSettings: maybe(settings),
  stageVariables: maybe(
    fc.dictionary(one("table", "host", "fn", "auth"), one("a", "b-1", "x.example.com"), { maxKeys: 3 }),
  ),
  clientCertificateId: maybe(fc.constant("cert01")),
  tags,
  accessLog: maybe(
    one('{"id":"$context.requestId"}', "$context.requestId $context.path", '$context.requestId "$context.status"'),
  ),
});

/** One random API. */
const randomApi = fc.record({
  name: one("quotes-prod", "My API", "quotes", "Ünïcode näme", "123", "a".repeat(128), "x_y.z", "api ${name}"),
  description: maybe(one("Quotes", "Cost: ${5} %{x}")),
  version: maybe(one("1.0", "v2")),
  routeSelectionExpression: one(
    ...["$request.body.action", "request.body.action", "${request.body.action}", "\\$default"],
    ...["${request.body.a}/${request.body.b}", "$request.body.a.b"],
  ),
  apiKeySelectionExpression: maybe(one("$request.header.x-api-key", "$context.authorizer.usageIdentifierKey")),
  disableExecuteApiEndpoint: maybe(fc.boolean()),
  disableSchemaValidation: maybe(fc.boolean()),
  ipAddressType: maybe(one("ipv4", "dualstack")),
  tags,
  integrations: fc.array(integration, { maxLength: 6 }),
  connect: maybe(connect),
  disconnect: maybe(route),
  fallback: maybe(route),
  actions: fc.uniqueArray(fc.tuple(one(...actions), route), { maxLength: 5, selector: ([key]) => key }),
  authorizers: fc.array(authorizer, { maxLength: 3 }),
  hasModel: fc.boolean(),
  /** The first is adopted. */
  stages: fc.uniqueArray(stage, { minLength: 1, maxLength: 3, selector: ({ stageName }) => stageName }),
  domains: fc.uniqueArray(
    fc.record({ domainName: one("ws.example.com", "other.example.com"), apiMappingKey: one("", "quotes", "a/b") }),
    { maxLength: 2, selector: ({ domainName, apiMappingKey }) => `${domainName}/${apiMappingKey}` },
  ),
  isEditedAfterwards: fc.boolean(),
  isGranted: fc.boolean(),
});
export type RandomApi = typeof randomApi extends fc.Arbitrary<infer T> ? T : never;

/** The API with this number, of those of a seed. */
export function apiOf(seed: number, number: number): RandomApi {
  const [api] = fc.sample(randomApi, { seed: seed * 1000 + number, numRuns: 1 });
  if (api === undefined) throw new Error("There is no sample.");
  return api;
}
