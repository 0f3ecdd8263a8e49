/**
 * This project's authorizer runs in the gateway's process. Its results, log and limits are those of the same code in a
 * process of its own, which an edited package gets.
 */
import childProcess from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { authorizerModules, type Modules } from "../../../../contract/authorizer-bundle";
import { hs256Token } from "../../../../contract/token";
import type { AuthorizerSettings } from "../../../../functions/authorizer/settings";
import { certificates } from "../../../../harness/certificates";
import { listen } from "../../../../harness/servers";
import { createLambdaRuntime, type LambdaRuntime, type LogLine } from "../../../../local/lambda";
import { withoutRepeats } from "../../../../local/lambda/execution-environment";
import type { InvocationResult, LambdaFunction } from "../../../../local/lambda/types";
import { zip } from "../../../../stacks/authorizer-zip";
import { afterTest, connectProxy } from "../../../support/smoke/servers";
import { settings as published, secretSettings } from "../../../support/stacks/environment";

const ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/$connect";
const modules = authorizerModules();
const edited: Modules = { ...modules, "index.mjs": `${modules["index.mjs"]}\n` };
const SECRET = "a secret for these tests only, which has more than 32 bytes";
/** Published keys, which are packaged, and a secret. */
const settings: AuthorizerSettings = { ...published, issuers: [...published.issuers, ...secretSettings.issuers] };
const ISSUER = "https://login.example.com/";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] };

let folder: string;
let spawned: jest.SpyInstance;
let zips = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "own-"));
  spawned = jest.spyOn(childProcess, "spawn");
});
afterEach(() => {
  spawned.mockRestore();
  rmSync(folder, { recursive: true });
});

function functionOf(files: Modules, given = settings, changes: Partial<LambdaFunction> = {}): LambdaFunction {
  zips += 1;
  const zipFile = join(folder, `${zips}.zip`);
  writeFileSync(zipFile, zip(files, given, { [ISSUER]: jwks }));
  return {
    functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:f${zips}`,
    functionName: "quotes-authorizer",
    zipFile,
    handler: "index.handler",
    environmentVariables: { HS256_SECRET: SECRET },
    timeoutSeconds: 5,
    memoryMb: 128,
    allowedSourceArns: [],
    ...changes,
  };
}

function runtimeWith(env: Record<string, string> = {}): { runtime: LambdaRuntime; logs: LogLine[] } {
  const logs: LogLine[] = [];
  const runtime = createLambdaRuntime({ env, onLog: (line) => logs.push(line) });
  afterTest(() => runtime.close());
  return { runtime, logs };
}

const eventWith = (token: string, more: object = {}) => ({
  type: "REQUEST",
  methodArn: ARN,
  queryStringParameters: { token },
  multiValueQueryStringParameters: { token: [token] },
  requestContext: { connectionId: "c=" },
  ...more,
});

const now = Math.floor(Date.now() / 1000);
const claimsOf = (iss: string) => ({ iss, aud: "chat", sub: "bob", iat: now, exp: now + 600 });
const token = (claims: object = {}, secret = SECRET) => hs256Token(secret, { ...claimsOf("chat"), ...claims });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (issuer: string) => {
  const text = `${part({ alg: "RS256", typ: "JWT", kid: "1" })}.${part(claimsOf(issuer))}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
};
const PRINCIPAL = { payload: expect.objectContaining({ principalId: "bob" }) };

/** Without the stack, whose lines depend on where the code is. */
const withoutTrace = (result: InvocationResult) =>
  "payload" in result ? result : { functionError: { ...result.functionError, trace: undefined } };

/** Without the request id, which is random, and the time, which a log line has for an expired token. */
const comparable = ({ requestId, text, ...line }: LogLine) => ({
  ...line,
  requestId: typeof requestId,
  text: text.replace(/"expected":\d+\.?\d*/, '"expected":now'),
});

test.each<[string, unknown, AuthorizerSettings?, Partial<LambdaFunction>?]>([
  ["a valid token", eventWith(token())],
  ["a token of packaged keys", eventWith(signed(ISSUER))],
  ["claims that the policy leaves out", eventWith(token({ org_id: undefined, extra: null }))],
  ["an expired token", eventWith(token({ exp: now - 100 }))],
  ["an expired token, explained", eventWith(token({ exp: 5 })), { ...settings, explain: true }],
  ["a wrong signature", eventWith(token({}, "x".repeat(64)))],
  ["no token", { ...eventWith(""), queryStringParameters: {} }],
  ["a wrong token answered with 401", eventWith("x"), { ...settings, invalidToken: 401 }],
  ["an event of another kind", { type: "TOKEN" }],
  [
    "a secret that is too short",
    eventWith(token()),
    secretSettings,
    { environmentVariables: { HS256_SECRET: "short" } },
  ],
  ["settings in its variables", eventWith(token()), secretSettings, settingsVariable({ clockSkew: 1 })],
])("%s has the same result and log", async (_name, event, given = settings, changes = {}) => {
  const [own, other] = await Promise.all(
    [modules, edited].map(async (files) => {
      const { runtime, logs } = runtimeWith();
      const invokedFor = { connectionId: "c=", requestId: "r=" };
      const result = await runtime.invoke(functionOf(files, given, changes), event, invokedFor);
      return { result: withoutTrace(result), logs: logs.map(comparable) };
    }),
  );
  expect(own).toEqual(other);
  // Only the edited one needs a process.
  expect(spawned).toHaveBeenCalledTimes(1);
});

function settingsVariable(changes: Partial<AuthorizerSettings>): Partial<LambdaFunction> {
  const text = JSON.stringify({ ...secretSettings, ...changes });
  return { environmentVariables: { HS256_SECRET: SECRET, AUTHORIZER_SETTINGS: text } };
}

test.each<[string, Modules, Partial<LambdaFunction>]>([
  ["a module has one more character", edited, {}],
  ["there is another module", { ...modules, "more.mjs": "" }, {}],
  ["a module is missing", { "index.mjs": modules["index.mjs"] ?? "" }, {}],
  ["the handler is another", { ...modules }, { handler: "index.handler.bind" }],
])("a package is a foreign function if %s", async (_name, files, changes) => {
  const { runtime } = runtimeWith();
  await runtime.invoke(functionOf(files, settings, changes), eventWith(token()));
  expect(spawned).toHaveBeenCalledTimes(1);
});

test("two functions, and the gateway, have their own variables", async () => {
  const { runtime } = runtimeWith();
  const others = "another secret, of another function, with enough characters in it";
  const one = functionOf(modules, secretSettings);
  const two = functionOf(modules, secretSettings, { environmentVariables: { HS256_SECRET: others } });
  const none = functionOf(modules, secretSettings, { environmentVariables: {} });
  process.env.HS256_SECRET = SECRET;
  try {
    expect(await runtime.invoke(one, eventWith(token()))).toEqual(PRINCIPAL);
    expect(await runtime.invoke(two, eventWith(token()))).toMatchObject({ payload: { principalId: "denied" } });
    expect(await runtime.invoke(two, eventWith(token({}, others)))).toEqual(PRINCIPAL);
    expect(await runtime.invoke(none, eventWith(token()))).toHaveProperty("functionError");
  } finally {
    delete process.env.HS256_SECRET;
  }
});

test("a thousand events at once have their own results and log lines", async () => {
  const { runtime, logs } = runtimeWith();
  const fn = functionOf(modules, secretSettings);
  const subjects = Array.from({ length: 1000 }, (_, n) => `user-${n}`);
  const results = await Promise.all(
    subjects.map((sub) => runtime.invoke(fn, eventWith(token({ sub })), { connectionId: sub, requestId: sub })),
  );
  expect(results).toEqual(subjects.map((sub) => ({ payload: expect.objectContaining({ principalId: sub }) })));
  expect(logs.map(({ text, invokedFor }) => [JSON.parse(text).subject, invokedFor?.connectionId])).toEqual(
    subjects.map((sub) => [sub, sub]),
  );
});

describe("an issuer whose keys must be fetched", () => {
  const { ca, issue } = certificates();
  const HOST = "login.example.com";
  const fetched: AuthorizerSettings = {
    ...settings,
    issuers: settings.issuers.map((issuer) =>
      issuer.kind === "jwks" ? { ...issuer, issuer: "https://not.packaged/", jwksUri: `https://${HOST}/keys` } : issuer,
    ),
  };
  const foreign = eventWith(signed("https://not.packaged/"));

  type Answer = (response: ServerResponse) => unknown;
  const answering: Answer = (response) => response.end(JSON.stringify(jwks));
  const silent: Answer = () => {};

  async function networkOf(answer: Answer): Promise<Record<string, string>> {
    const server = createServer(issue([HOST]), (_, response) => void answer(response));
    const sockets = new Set<Duplex>();
    server.on("connection", (socket) => sockets.add(socket));
    await listen(server);
    afterTest(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    writeFileSync(join(folder, "ca.pem"), ca);
    const proxy = await connectProxy((server.address() as AddressInfo).port);
    return { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  }

  test.each<[string, Answer]>([
    ["a wrong status", (response) => response.writeHead(503).end()],
    ["too many characters", (response) => response.end("x".repeat(70_000))],
    ["half an answer", (response) => response.writeHead(200, { "content-length": 9 }).end("{").destroy()],
    ["no JSON", (response) => response.end("<html>")],
    ["no answer in time", silent],
  ])("%s has the same result and error", async (_name, answer) => {
    const env = await networkOf(answer);
    const both = (fetchBudgetMs: number) =>
      Promise.all(
        [modules, edited].map(async (files) => {
          const { runtime, logs } = runtimeWith(env);
          const fn = functionOf(files, { ...fetched, fetchBudgetMs });
          const result = withoutTrace(await runtime.invoke(fn, foreign));
          // How often it tries again depends on the machine.
          return { result, log: logs[0]?.text };
        }),
      );
    let results = await both(400);
    // On a busy machine an answer may come too late for the first of them.
    if (answer !== silent && results.some(({ log }) => log?.includes("aborted"))) results = await both(4_000);
    const [own, other] = results;
    expect(own).toEqual(other);
    expect(own?.result).toHaveProperty("functionError");
  });

  test("is reached through the machine's proxy, with its private authority", async () => {
    const { runtime, logs } = runtimeWith(await networkOf(answering));
    expect(await runtime.invoke(functionOf(modules, fetched), foreign)).toEqual(PRINCIPAL);
    expect(logs.map(({ text }) => JSON.parse(text).decision)).toEqual(["allow"]);
  });

  test("times out without delaying tokens of another issuer", async () => {
    const { runtime, logs } = runtimeWith(await networkOf(silent));
    const fn = functionOf(modules, fetched, { timeoutSeconds: 1 });
    const late = runtime.invoke(fn, foreign);
    const others = await Promise.race([late, Promise.all([1, 2, 3].map(() => runtime.invoke(fn, eventWith(token()))))]);
    expect(others).toEqual([PRINCIPAL, PRINCIPAL, PRINCIPAL]);
    expect(await late).toEqual({
      functionError: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: \S{36} Error: Task timed out after 1.00 seconds$/),
      },
    });
    expect(await runtime.invoke(fn, eventWith(token()))).toEqual(PRINCIPAL);
    expect(logs.map(({ text }) => JSON.parse(text).decision)).toEqual(Array(4).fill("allow"));
  });

  test("does not keep the runtime from closing", async () => {
    const fork = jest.spyOn(childProcess, "fork");
    const { runtime } = runtimeWith(await networkOf(silent));
    const pending = runtime.invoke(functionOf(modules, fetched), foreign);
    while (fork.mock.results.length === 0) await new Promise(setImmediate);
    const child: childProcess.ChildProcess = fork.mock.results[0]?.value;
    const ended = new Promise((exited) => child.once("exit", (_, signal) => exited(signal)));
    await runtime.close();
    expect(await pending).toMatchObject({ functionError: { errorMessage: "The runtime was closed" } });
    expect(await ended).toBe("SIGKILL");
    fork.mockRestore();
  });
});

test("a line that repeats the one before is left out, unless it belongs to an event", () => {
  const lines: string[] = [];
  const log = withoutRepeats(({ text }) => lines.push(text));
  const line = { functionName: "f", requestId: undefined, level: "INFO", invokedFor: undefined };
  for (const text of ["a", "a", "b", "a"]) log({ ...line, text });
  const invokedFor = { apiId: "a", stage: "s", connectionId: "c", requestId: "r", routeKey: "$connect" };
  log({ ...line, text: "a", invokedFor });
  expect(lines).toEqual(["a", "b", "a", "a"]);
});

test("the text of an event's line is not created unless it is read", () => {
  const log = withoutRepeats(() => {});
  const text = jest.fn(() => "a");
  const line = { functionName: "f", requestId: "r", level: "INFO", invokedFor: { connectionId: "c", requestId: "r" } };
  for (let n = 0; n < 2; n++) log(Object.defineProperty({ ...line, text: "" }, "text", { get: text }));
  expect(text).not.toHaveBeenCalled();
});
