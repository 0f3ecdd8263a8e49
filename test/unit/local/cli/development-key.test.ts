/** The development key, checked by the authorizer itself. */
import { createAuthorizer } from "../../../../functions/authorizer/authorizer";
import type { AuthorizerSettings } from "../../../../functions/authorizer/settings";
import type { LambdaFunction } from "../../../../local/lambda/types";
import { DevelopmentKey } from "../../../../local/server/development-key";
import { createFunctionFinder } from "../../../../local/server/function-finder";
import { Trace } from "../../../../local/trace/trace";

const settings: AuthorizerSettings = {
  issuers: [
    {
      kind: "jwks",
      issuer: "https://issuer.example",
      audiences: ["app"],
      audienceClaim: "aud",
      requiredClaims: {},
      types: ["JWT"],
      context: { userId: "sub", orgId: "app_metadata.org_id" },
      algorithms: ["RS256"],
      jwksUri: "https://issuer.example/jwks.json",
    },
  ],
  tokenParameter: "token",
  invalidToken: 403,
  clockSkew: 0,
  maxLifetime: 600,
};

const functionWith = (environment: Record<string, string>): LambdaFunction => ({
  functionArn: "arn:aws:lambda:us-east-1:123456789012:function:authorizer",
  functionName: "authorizer",
  zipFile: "authorizer.zip",
  handler: "index.handler",
  environmentVariables: environment,
  timeoutSeconds: 3,
  memoryMb: 128,
  allowedSourceArns: [],
});
const ours = functionWith({ AUTHORIZER_SETTINGS: JSON.stringify(settings), HS256_SECRET: "x" });

function decide(environment: Readonly<Record<string, string>>, token: string | undefined) {
  const authorize = createAuthorizer(JSON.parse(environment.AUTHORIZER_SETTINGS ?? ""), {
    environment,
    snapshot: {},
    now: Date.now,
    sleep: async () => {},
    fetch: () => Promise.reject(new Error("no network")),
    log: () => {},
  });
  const methodArn = "arn:aws:execute-api:us-east-1:123456789012:api/prod/$connect";
  return authorize({
    type: "REQUEST",
    methodArn,
    queryStringParameters: { token },
    multiValueQueryStringParameters: { token: [token] },
    requestContext: {},
  });
}

test("makes tokens that the authorizer accepts, with every claim of its context", async () => {
  const access = new DevelopmentKey().addTo(ours);
  expect(access?.place).toEqual({ query: "token" });
  expect(await decide(access?.fn.environmentVariables ?? {}, access?.createToken())).toMatchObject({
    policyDocument: { Statement: [{ Effect: "Allow" }] },
    context: { userId: "local-developer", orgId: "local-app_metadata.org_id" },
  });
});

test("has another key in every process", async () => {
  const [one, other] = [new DevelopmentKey().addTo(ours), new DevelopmentKey().addTo(ours)];
  expect(await decide(one?.fn.environmentVariables ?? {}, other?.createToken())).toMatchObject({
    policyDocument: { Statement: [{ Effect: "Deny" }] },
  });
});

test("does not change the given function or its other issuers", () => {
  const before = structuredClone(ours);
  const access = new DevelopmentKey().addTo(ours);
  expect(ours).toEqual(before);
  const changed = JSON.parse(access?.fn.environmentVariables.AUTHORIZER_SETTINGS ?? "");
  expect(changed).toEqual({
    ...settings,
    issuers: [...settings.issuers, expect.objectContaining({ kind: "secret" })],
    explain: true,
  });
  expect(access?.fn.environmentVariables.HS256_SECRET).toBe("x");
});

test.each([
  ["has no settings", {}],
  ["has settings of another kind", { AUTHORIZER_SETTINGS: '{"mode":"strict"}' }],
  ["has settings that are not JSON", { AUTHORIZER_SETTINGS: "strict" }],
])("keeps out of a function that %s", (_, environment) => {
  expect(new DevelopmentKey().addTo(functionWith(environment))).toBeUndefined();
});

test.each(["", ":$LATEST", ":7"])(
  "is found for an API whose authorizer is invoked with the qualifier %j",
  (qualifier) => {
    const finder = createFunctionFinder({ env: {}, zipFolders: [], trace: new Trace() });
    finder.load(new Map([[ours.functionArn, ours]]), __dirname);
    expect(finder.developmentAccess(`${ours.functionArn}${qualifier}`)?.place).toEqual({ query: "token" });
  },
);

test("sends the token in the query string if it may, and adds the gateway's own origins", () => {
  const { tokenParameter: _, ...others } = settings;
  const several = {
    ...others,
    tokenPlaces: [{ header: "Authorization" }, { query: "jwt" }],
    allowedOrigins: ["https://*.example.com"],
  };
  const own = functionWith({ AUTHORIZER_SETTINGS: JSON.stringify(several) });
  const access = new DevelopmentKey(() => ["http://localhost:3000"]).addTo(own);
  expect(access).toMatchObject({
    place: { query: "jwt" },
    hasOtherPlaces: true,
    origin: "https://smoke-test.example.com",
  });
  expect(JSON.parse(access?.fn.environmentVariables.AUTHORIZER_SETTINGS ?? "").allowedOrigins).toEqual([
    "https://*.example.com",
    "http://localhost:3000",
  ]);
});
