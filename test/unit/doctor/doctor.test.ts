/** Set-ups that are broken in one way each, served by the local gateway: `doctor` names the cause first. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../config";
import { doctorCommand } from "../../../doctor/command";
import type { Finding } from "../../../doctor/evidence";
import { createAuthorizer } from "../../../functions/authorizer/authorizer";
import { freePort } from "../../../harness/servers";
import { mintToken } from "../../../smoke";
import { simulatedAws } from "../../support/adopt/aws";
import { CERTIFICATE } from "../../support/certificate";
import { runIn, temporaryFolder } from "../../support/cli/command";
import {
  atEnd,
  CONNECT,
  endWorlds,
  functionArn,
  type Handler,
  type Spec,
  type World,
  world,
} from "../../support/local/world";

const SECRET = "a-secret-of-the-test-that-is-long-enough";
const ISSUER = "https://login.example.com/";
const CONFIG = `name: quotes
backend: https://api.example.com
authorizer:
  issuer: ${ISSUER}
  audience: quotes
  secret: env
  requiredClaims: { scope: quotes.read }
  allowedOrigins: [https://app.example.com]
`;

interface Setup {
  readonly url?: (served: World) => string;
  readonly spec?: Spec;
  /** Changes the API after it was deployed. */
  readonly breaks?: (served: World) => void;
  readonly token?: string | undefined;
  readonly args?: readonly string[];
  /** Statements of the authorizer's policy; undefined if there is no such function. */
  readonly policy?: Readonly<Record<string, string>> | undefined;
  /** What the account has under this id. Default: the served API. */
  readonly apiId?: string;
  /** Without credentials, doctor looks from outside only. */
  readonly outside?: true;
  /** Whether CloudWatch has the function's log. */
  readonly logs?: true;
  /** @default the folder of gateway.yaml */
  readonly cwd?: string;
  /** Variables with the shared secret. @default Terraform's */
  readonly secret?: Readonly<Record<string, string>>;
}

const claims = { issuer: ISSUER, audience: "quotes", subject: "u-1", claims: { scope: "quotes.read" } };
const token = (more: Partial<Parameters<typeof mintToken>[1]> = {}, secret = SECRET) =>
  mintToken(secret, { ...claims, ...more });
const OPTIONAL = { requestParameters: { "route.request.querystring.stocks": { required: false } } };
const stocks = { ...CONNECT, route: OPTIONAL };
const proxy = (uri = "BACKEND/connect") => ({
  integration: { integrationType: "HTTP_PROXY", integrationMethod: "POST", integrationUri: uri },
});

let folder: string;
let authorize: Handler;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, CONFIG);
  const { authorizer } = loadConfig(file).environments[0] ?? {};
  if (authorizer?.kind !== "verify") throw new Error("The configuration has no authorizer.");
  const decide = createAuthorizer(authorizer.function.settings, {
    environment: { HS256_SECRET: SECRET },
    snapshot: {},
    now: Date.now,
    sleep: async () => {},
    fetch: async () => "",
    log: (record) => logged.push(record),
  });
  authorize = (event) => decide(event);
});
const logged: unknown[] = [];
afterEach(endWorlds);

async function diagnosed(setup: Setup): Promise<{ code: number; findings: readonly Finding[]; text: string }> {
  logged.length = 0;
  const served = await world({
    authorizer: {},
    functions: { authorizer: authorize },
    routes: { $connect: stocks },
    ...setup.spec,
  });
  setup.breaks?.(served);
  const aws = await simulatedAws(served.store);
  atEnd(aws.close);
  if (!("policy" in setup))
    aws.functions.set(functionArn("authorizer"), { gateway: `arn:aws:execute-api:*:*:${served.apiId}/*` });
  else if (setup.policy) aws.functions.set(functionArn("authorizer"), setup.policy);
  aws.intercept = (request, response) => {
    // The account has the API in one region.
    const inRegion = / Credential=[^/]*\/\d+\/eu-central-1\//.test(request.headers.authorization ?? "");
    if (request.url?.startsWith("/v2/") && !inRegion) response.writeHead(404).end("{}");
    else if (request.headers["x-amz-target"] === "Logs_20140328.FilterLogEvents") {
      const events = setup.logs ? logged.map((record) => ({ message: JSON.stringify(record) })) : [];
      request.resume();
      response.end(JSON.stringify({ events }));
    } else return false;
    return true;
  };
  let out = "";
  let text = "";
  const given = "token" in setup ? setup.token : token();
  const url = setup.url?.(served) ?? `ws://localhost:${served.port}/prod`;
  const account = setup.outside ? {} : aws.env;
  const code = await doctorCommand(
    [
      url,
      "--json",
      "--api",
      setup.apiId ?? served.apiId,
      ...(given ? ["--token-env", "TOKEN"] : []),
      ...(setup.args ?? []),
    ],
    {
      cwd: setup.cwd ?? folder,
      env: {
        TOKEN: given,
        ...(setup.secret ?? { TF_VAR_hs256_secret: SECRET }),
        ...account,
        ...(setup.outside ? {} : { AWS_REGION: "eu-central-1" }),
      },
      color: false,
      signal: new AbortController().signal,
      out: (printed) => {
        out += printed;
      },
      err: (printed) => {
        text += printed;
      },
    },
    async () => {},
  );
  if (out === "") throw new Error(text);
  if (given) expect(out + text).not.toContain(given.split(".")[2] || given);
  return { code, findings: JSON.parse(out).findings, text };
}

function listen(server: Server): Promise<number> {
  atEnd(
    () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  );
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
}

const integrations = ({ store, apiId }: World) => store.integrations(apiId);
const stageOf = ({ store, apiId }: World, settings: Record<string, unknown>) =>
  void store.stages(apiId).update("prod", settings);

const BROKEN: Readonly<Record<string, readonly [id: string, setup: Setup | (() => Promise<Setup>)]>> = {
  "a host name that does not exist": ["dns", { url: () => "ws://gateway.invalid/prod" }],
  "a port without a server": [
    "refused",
    async () => {
      const port = await freePort();
      return { url: () => `ws://127.0.0.1:${port}/prod` };
    },
  ],
  "wss to a port without TLS": ["plain-server", { url: ({ port }) => `wss://localhost:${port}/prod` }],
  "ws to a port with TLS": [
    "tls-server",
    async () => {
      const port = await listen(createTlsServer(CERTIFICATE, (_, response) => response.writeHead(403).end()));
      return { url: () => `ws://localhost:${port}/prod` };
    },
  ],
  "a certificate that no authority has signed": [
    "tls",
    async () => {
      const port = await listen(createTlsServer(CERTIFICATE, (_, response) => response.end()));
      return { url: () => `wss://localhost:${port}/prod` };
    },
  ],
  "an ordinary HTTP server": [
    "not-api-gateway",
    async () => {
      const port = await listen(createServer((_, response) => response.end("hello")));
      return { url: () => `ws://127.0.0.1:${port}/prod` };
    },
  ],
  "a redirect": [
    "redirect",
    async () => {
      const port = await listen(createServer((_, response) => response.writeHead(301, { location: "/x" }).end()));
      return { url: () => `ws://127.0.0.1:${port}/prod` };
    },
  ],
  "another stage's name": ["no-stage", { url: ({ port }) => `ws://localhost:${port}/production` }],
  "another stage's name, from outside": [
    "no-stage",
    { url: ({ port }) => `ws://localhost:${port}/production`, outside: true },
  ],
  "no stage": ["no-stage", { url: ({ port }) => `ws://localhost:${port}/` }],
  "a path after the stage": ["path", { url: ({ port }) => `ws://localhost:${port}/prod/chat` }],
  "a stage without a deployment": [
    "not-deployed",
    {
      url: ({ port }) => `ws://localhost:${port}/next`,
      breaks: ({ store, apiId }) => void store.stages(apiId).create({ stageName: "next" }),
    },
  ],
  "a disabled endpoint": [
    "endpoint-disabled",
    { spec: { api: { disableExecuteApiEndpoint: true }, routes: { $connect: stocks } } },
  ],
  "an API that does not exist": ["no-api", { url: ({ port }) => `ws://localhost:${port}/gone`, apiId: "gone123456" }],
  "the wrong region": [
    "wrong-region",
    { url: ({ port }) => `ws://localhost:${port}/gone`, args: ["--region", "us-west-2"] },
  ],
  "the backend's endpoint": ["management-url", { url: ({ port }) => `ws://localhost:${port}/prod/@connections` }],
  "a doubled /@connections": [
    "management-url",
    { url: ({ port }) => `ws://localhost:${port}/prod/@connections/@connections` },
  ],
  "no token": ["no-token", { token: undefined }],
  "a token in another parameter": ["no-token", { args: ["--token-parameter", "access_token"] }],
  "an expired token": ["token-expired", { token: token({ lifetimeSeconds: -600 }) }],
  "a token for another audience": ["token-audience-refused", { token: token({ audience: "prices" }) }],
  "a token of another issuer": ["token-issuer-unknown", { token: token({ issuer: "https://login.example.com" }) }],
  "a token that was signed with another secret": [
    "token-signature-invalid",
    { token: token({}, "another-secret-of-the-test-that-is-long") },
  ],
  "a token without a required claim": ["token-claim-refused", { token: token({ claims: {} }) }],
  "a token that is not a JSON Web Token": ["token-token-malformed", { token: "opaque-token-of-the-test" }],
  "a page of another origin": ["token-origin-not-allowed", { args: ["-H", "Origin: https://app.example.org"] }],
  "an expired token, with the secret in the function's variable": [
    "token-expired",
    { token: token({ lifetimeSeconds: -600 }), secret: { HS256_SECRET: SECRET } },
  ],
  "a token of another issuer, without the secret": [
    "token-issuer-unknown",
    { token: token({ issuer: "https://login.example.org/" }), secret: {} },
  ],
  "a rejected token, by the function's log": [
    "token-audience-refused",
    {
      token: token({ audience: "prices" }),
      cwd: "/",
      logs: true,
    },
  ],
  "a valid token that the deployed function denies": [
    "policy",
    {
      spec: {
        authorizer: {},
        functions: {
          authorizer: () => ({
            principalId: "x",
            policyDocument: {
              Version: "2012-10-17",
              Statement: [{ Action: "execute-api:Invoke", Effect: "Deny", Resource: "*" }],
            },
          }),
        },
        routes: { $connect: stocks },
      },
    },
  ],
  "a throttling limit of 0 for the stage": [
    "throttle-zero",
    {
      breaks: (served) =>
        stageOf(served, { defaultRouteSettings: { throttlingBurstLimit: 0, throttlingRateLimit: 100 } }),
    },
  ],
  "a throttling limit of 0 for $connect": [
    "throttle-zero",
    {
      breaks: (served) =>
        stageOf(served, { routeSettings: { $connect: { throttlingBurstLimit: 0, throttlingRateLimit: 100 } } }),
    },
  ],
  "a missing permission": [
    "authorizer-permission",
    {
      policy: {},
      spec: {
        authorizer: {},
        functions: { authorizer: () => ({}) },
        routes: { $connect: stocks },
        allowedSourceArns: [],
      },
    },
  ],
  "an authorizer that was deleted": [
    "authorizer-permission",
    { policy: undefined, spec: { authorizer: {}, functions: {}, routes: { $connect: stocks } } },
  ],
  "an authorizer that throws": [
    "authorizer-error",
    {
      spec: {
        authorizer: {},
        functions: {
          authorizer: () => {
            throw new Error("no database");
          },
        },
        routes: { $connect: stocks },
      },
    },
  ],
  "a missing integration response": [
    "missing-response",
    {
      spec: {
        authorizer: {},
        functions: { authorizer: (event) => authorize(event) },
        routes: { $connect: { ...stocks, responses: [] } },
      },
    },
  ],
  "a backend that is down": [
    "backend-unreachable",
    async () => {
      const port = await freePort();
      return {
        breaks: (served) => {
          const [id = ""] = served.store.apis.get(served.apiId)?.current.integrations.keys() ?? [];
          integrations(served).update(id, { integrationUri: `http://127.0.0.1:${port}/connect` });
          served.deploy();
        },
      };
    },
  ],
  "a backend that refuses": [
    "backend-refuses",
    {
      spec: {
        authorizer: {},
        functions: { authorizer: (event) => authorize(event) },
        routes: { $connect: proxy() },
        backend: () => ({ status: 403 }),
      },
    },
  ],
  "a backend that does not answer": [
    "backend-timeout",
    {
      args: ["--timeout", "1"],
      spec: {
        authorizer: {},
        functions: { authorizer: (event) => authorize(event) },
        routes: { $connect: { ...stocks, integration: { ...stocks.integration, timeoutInMillis: 50 } } },
        backend: () => undefined,
      },
    },
  ],
  "a missing parameter": [
    "missing-parameter",
    { spec: { authorizer: {}, functions: { authorizer: (event) => authorize(event) }, routes: { $connect: CONNECT } } },
  ],
  "a request without a signature": [
    "not-signed",
    { spec: { routes: { $connect: { ...stocks, route: { ...OPTIONAL, authorizationType: "AWS_IAM" } } } } },
  ],
  "a missing API key": [
    "api-key",
    {
      spec: {
        authorizer: {},
        functions: { authorizer: (event) => authorize(event) },
        routes: { $connect: { ...stocks, route: { ...OPTIONAL, apiKeyRequired: true } } },
      },
    },
  ],
  "a message without a route": ["no-route", { args: ["--send", '{"action":"say"}'] }],
  "a message whose backend fails": [
    "message-fails",
    {
      args: ["--send", '{"action":"say"}'],
      spec: {
        authorizer: {},
        functions: { authorizer: (event) => authorize(event) },
        routes: { $connect: stocks, say: proxy("http://127.0.0.1:1/say") },
      },
    },
  ],
};

describe("doctor", () => {
  test.each(Object.entries(BROKEN))("names the cause of %s", async (_, [id, given]) => {
    const { code, findings } = await diagnosed(typeof given === "function" ? await given() : given);
    expect([code, findings[0]?.id, findings]).toEqual([1, id, expect.anything()]);
    expect(findings[0]?.remedy).not.toBe("");
  });

  test("finds nothing wrong with a healthy API", async () => {
    expect(await diagnosed({})).toMatchObject({ code: 0, findings: [] });
  });

  test("names the claim, what is expected and what the token has", async () => {
    const { findings } = await diagnosed({ token: token({ audience: "prices" }) });
    expect(findings[0]).toMatchObject({
      certainty: "certain",
      cause: expect.stringMatching(/audience_refused: aud, expected \["quotes"\], received "prices"/),
    });
  });

  test.each([
    [{}, "TF_VAR_hs256_secret is not set here"],
    [{ TF_VAR_hs256_secret: "short" }, "a shared secret in the environment is too short"],
  ])("says what it needs to check the claims, with the secret %j", async (secret, why) => {
    const { findings } = await diagnosed({ token: token({ lifetimeSeconds: -600 }), secret });
    expect(findings[0]).toMatchObject({ id: "policy", certainty: "likely", remedy: expect.stringContaining(why) });
  });

  test("takes the environment that has the stage of the URL", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "doctor-"));
    writeFileSync(join(cwd, "gateway.yaml"), `${CONFIG}environments: { dev: { authorizer: none }, prod: {} }\n`);
    const { findings } = await diagnosed({ token: token({ lifetimeSeconds: -600 }), cwd });
    rmSync(cwd, { recursive: true });
    expect(findings[0]).toMatchObject({ id: "token-expired" });
  });

  test.each([
    ["from inside", {}, "no-token"],
    ["from outside", { outside: true as const }, "token-token-missing"],
  ])("a missing token is one finding, %s", async (_, setup, id) => {
    const { findings } = await diagnosed({ token: undefined, ...setup });
    expect(findings.map((one) => one.id)).toEqual([id]);
  });

  test.each([
    ["is not valid", "name: quotes", ["--config", "given.yaml"], {}],
    ["does not exist", undefined, ["--config", "given.yaml"], {}],
    ["does not exist, and is named by GATEWAY_CONFIG", undefined, [], { GATEWAY_CONFIG: "given.yaml" }],
  ])("a configuration that %s is wrong usage", async (_, text, args, env) => {
    const cwd = temporaryFolder();
    if (text !== undefined) writeFileSync(join(cwd, "given.yaml"), text);
    const ran = await runIn(cwd, (shell) => doctorCommand(["ws://127.0.0.1:1/prod", ...args], shell), env);
    rmSync(cwd, { recursive: true });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("given.yaml") });
  });

  test("says once what happened, and what to do", async () => {
    const ran = await runIn(folder, (shell) => doctorCommand(["ws://127.0.0.1:1/prod"], shell));
    expect(ran).toMatchObject({
      code: 1,
      out: `There is no connection to ws://127.0.0.1:1/prod.
1. The cause: connect ECONNREFUSED 127.0.0.1:1.
   No server listens on this port, or a firewall rejects the connection. Check host and port.
`,
    });
  });

  test("takes the secret from .env", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "doctor-"));
    writeFileSync(join(cwd, "gateway.yaml"), CONFIG);
    writeFileSync(join(cwd, ".env"), `TF_VAR_hs256_secret=${SECRET}\n`);
    const { findings } = await diagnosed({ token: token({ lifetimeSeconds: -600 }), secret: {}, cwd });
    rmSync(cwd, { recursive: true });
    expect(findings[0]).toMatchObject({ id: "token-expired", certainty: "certain" });
  });
});
