/**
 * Good changes of a live API, across the table of options. Each changes what the one before has left, so that every setting
 * is also taken back.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Finished } from "../../../harness/action/job";
import { type ActionEnvironment, SECRET } from "../e2e/environment";
import { createFunction } from "../e2e/function";
import { LIVE } from "./live-api";

export type Settings = Readonly<Record<string, unknown>>;

/** Settings that replace those of the live configuration, and inputs of the action. */
export interface Good {
  readonly settings: Settings;
  readonly inputs?: Readonly<Record<string, string>>;
}

const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:pager";

const { authorizer: ISSUER, routes: ROUTES, ...REST } = parse(LIVE);
const CONNECT = ROUTES.$connect;
const set = (settings: Settings, inputs = {}): Good => ({ settings, inputs });
const authorizer = (settings: Settings, inputs = {}) => set({ authorizer: { ...ISSUER, ...settings } }, inputs);
const backend = (settings: Settings, inputs = {}) => set({ backend: { url: REST.backend, ...settings } }, inputs);
const stage = (settings: Settings) => set({ stage: { name: "prod", ...settings } });
const route = (routes: Settings) => set({ routes: { ...ROUTES, ...routes } });
const connect = (settings: Settings) => route({ $connect: { ...CONNECT, ...settings } });
const query = (settings: Settings) => connect({ query: { ...CONNECT.query, ...settings } });

/** Accepts the tokens of this file's issuer, as the bundled authorizer does. */
const OWN_AUTHORIZER = `import { createHmac } from "node:crypto";
export const handler = async ({ queryStringParameters, methodArn }) => {
  const [header, payload, signature] = String(queryStringParameters?.token).split(".");
  const expected = createHmac("sha256", ${JSON.stringify(SECRET)}).update(header + "." + payload).digest("base64url");
  if (signature !== expected) throw new Error("Unauthorized");
  const { sub } = JSON.parse(Buffer.from(payload, "base64url"));
  const Statement = [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn }];
  return { principalId: sub, policyDocument: { Version: "2012-10-17", Statement }, context: { userId: sub } };
};`;
const FUNCTION = "export const handler = async () => ({ statusCode: 200 });";
const ORIGIN = { "origin-secret": "o".repeat(32) };

/** `AUTHORIZER` and `FUNCTION` stand for ARNs. */
export const GOOD_CHANGES: readonly (readonly [what: string, good: Good])[] = [
  ["a description", set({ description: "Prices as they change" })],
  ["tags", set({ tags: { team: "quotes", cost: "1" } })],
  ["other tags", set({ tags: { team: "prices" } })],
  ["alarms", set({ alarms: true })],
  ["alarms that notify", set({ alarms: { topicArns: [TOPIC], thresholds: { clientErrors: 7 } } })],
  ["a dashboard", set({ dashboard: true })],
  ["an access log", set({ logs: { access: true, manageAccountRole: true } })],
  ["an execution log", set({ logs: { execution: "ERROR", retentionDays: 7, manageAccountRole: true } })],
  ["published parameters", set({ ssm: true })],
  ["published parameters at another path", set({ ssm: "/teams/quotes" })],
  ["stage variables", stage({ variables: { color: "green" } })],
  ["other throttles", stage({ throttle: { burst: 900, rate: 1800 } })],
  ["detailed metrics", stage({ detailedMetrics: true })],
  ["a route", route({ say: {} })],
  ["a route with a reply", route({ say: { reply: true } })],
  ["a route with a throttle", route({ say: { throttle: { burst: 5, rate: 10 } } })],
  ["a $default route", route({ $default: {} })],
  ["a $default route with a reply", route({ $default: { reply: true } })],
  ["a route to a Lambda function", route({ ask: { lambda: "FUNCTION" } })],
  ["no $disconnect route", route({ $disconnect: false })],
  ["another mapping of $disconnect", route({ $disconnect: { query: { id: "context.connectionId" } } })],
  ["another route selection expression", set({ routeSelectionExpression: "${request.body.action}" })],
  ["one more query parameter", query({ version: "'2'" })],
  ["a header", connect({ headers: { "x-version": "'2'", "x-request": "context.requestId" } })],
  [
    "a parameter that clients may send",
    connect({
      requestParameters: { ...CONNECT.requestParameters, "route.request.querystring.tenant": "optional" },
      query: { ...CONNECT.query, tenant: "route.request.querystring.tenant" },
    }),
  ],
  [
    "a parameter that becomes optional",
    connect({ requestParameters: { "route.request.querystring.stocks": "optional" } }),
  ],
  ["a parameter that is removed", connect({ requestParameters: {}, query: { ...CONNECT.query, stocks: undefined } })],
  ["a request template", connect({ requestTemplates: { $default: '{"id": "$context.connectionId"}' } })],
  ["an integration response", connect({ responses: { $default: {}, "/5\\d\\d/": {} } })],
  ["a shorter timeout of the backend", backend({ timeoutMs: 9000 })],
  ["another method", backend({ method: "PUT" })],
  ["proxy integrations", backend({ integration: "http-proxy" })],
  ["an origin secret", backend({ originSecret: true }, ORIGIN)],
  ["an origin secret in another header", backend({ originSecret: "x-from" }, ORIGIN)],
  ["one more audience", authorizer({ audience: ["quotes", "prices"] })],
  [
    "one more issuer",
    set({
      authorizer: {
        issuers: [ISSUER, { github: { repository: "octo-org/quotes" }, audience: "quotes", jwks: "github.json" }],
      },
    }),
  ],
  ["another clock skew and memory", authorizer({ clockSkewSeconds: 5, memoryMb: 512, timeoutSeconds: 9 })],
  ["another status for rejected tokens", authorizer({ invalidToken: 401 })],
  ["one more claim for the backend", authorizer({ context: { userId: "sub", tokenId: "jti" } })],
  ["a claim that every client has", authorizer({ requiredClaims: { sub: ["u-1", "smoke-test"] } })],
  ["a lifetime longer than clients' tokens", authorizer({ maxLifetimeSeconds: 600 })],
  ["reserved concurrency", authorizer({ reservedConcurrency: 5 })],
  [
    "another secret, with the previous one",
    authorizer({}, { "hs256-secret": `${SECRET}-2`, "hs256-secret-previous": SECRET }),
  ],
  [
    "an authorizer of another project",
    set(
      { authorizer: { lambda: "AUTHORIZER", identitySources: ["route.request.querystring.token"] } },
      { "smoke-token": "live" },
    ),
  ],
  ["IPv6 addresses", set({ ipAddressType: "dualstack" })],
  [
    "many settings at once",
    set({
      ...{ description: "All", tags: { team: "all" }, dashboard: true, alarms: true, ssm: true },
      ...{ stage: { name: "prod", variables: { size: "2" } }, authorizer: { ...ISSUER, memoryMb: 512 } },
      routes: { ...ROUTES, say: { reply: true }, ask: {} },
    }),
  ],
  ["none", set({})],
  // The last ones: without `allow-replace`, a domain is not taken away again.
  ["a domain", set({ domain: { name: "ws.example.com", certificateArn: CERTIFICATE } })],
  ["a base path", set({ domain: { name: "ws.example.com", certificateArn: CERTIFICATE, basePath: "quotes" } })],
];

/** Deploys a change of the live configuration by the strategy `verified`. */
export async function deployGood(environment: ActionEnvironment, { settings, inputs = {} }: Good): Promise<Finished> {
  const { workspace, world } = environment;
  const names: Readonly<Record<string, () => Promise<string>>> = {
    AUTHORIZER: () => createFunction(world, "authorizer", OWN_AUTHORIZER),
    FUNCTION: () => createFunction(world, "function", FUNCTION),
    BACKEND: async () => world.backend.url,
  };
  let text = JSON.stringify({ ...parse(LIVE), ...settings });
  for (const [name, value] of Object.entries(names)) {
    if (text.includes(`"${name}"`)) text = text.replaceAll(`"${name}"`, JSON.stringify(await value()));
  }
  writeFileSync(join(workspace, "gateway.yaml"), text);
  const token = inputs["smoke-token"] === "live" ? { "smoke-token": environment.token() } : {};
  return environment.run({ "smoke-expect-push": "hello", strategy: "verified", ...inputs, ...token });
}
