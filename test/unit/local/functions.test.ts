// Functions are found in the synthesized stack first, then at a Lambda endpoint that gives settings but no code.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFindFunction, lambdaEndpoint } from "../../../local/lambda/find-function";
import type { LambdaFunction } from "../../../local/lambda/types";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:authorizer";
const SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:abc/authorizers/def";

let folder: string;
let zip: string;
let endpoint: Server;
let url: string;
/** Path to answer. */
let answers: Map<string, unknown>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "functions-"));
  mkdirSync(join(folder, "stacks/prod"), { recursive: true });
  zip = join(folder, "stacks/prod/code.zip");
  writeFileSync(join(folder, "other.zip"), "other");
  writeFileSync(zip, "the code");
  endpoint = createServer((req, res) => {
    const answer = answers.get(decodeURIComponent(req.url ?? ""));
    res.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  }).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
});
afterAll(() => {
  endpoint.closeAllConnections();
  endpoint.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  answers = new Map([
    [`/2015-03-31/functions/${ARN}`, { Configuration: configuration("the code") }],
    [`/2015-03-31/functions/${ARN}/policy`, { Policy: JSON.stringify({ Statement: [statement({})] }) }],
  ]);
});

function configuration(code: string) {
  return {
    CodeSha256: createHash("sha256").update(code).digest("base64"),
    Environment: { Variables: { A: "1" } },
    FunctionName: "authorizer",
    Handler: "index.handler",
    MemorySize: 256,
    Timeout: 5,
  };
}

function statement(more: object) {
  const Condition = { ArnLike: { "AWS:SourceArn": SOURCE } };
  return { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Condition, ...more };
}

const find = (arn = ARN) => createFindFunction({ endpoint: url, folders: [folder] })(arn);

test("finds a function of the synthesized stack without a request", async () => {
  const fn: LambdaFunction = {
    allowedSourceArns: [],
    environmentVariables: {},
    functionArn: ARN,
    functionName: "authorizer",
    handler: "index.handler",
    memoryMb: 128,
    timeoutSeconds: 3,
    zipFile: zip,
  };
  const findSynthesized = createFindFunction({ synthesized: () => new Map([[ARN, fn]]) });
  expect(await findSynthesized(ARN)).toBe(fn);
  expect(await findSynthesized(`${ARN}:live`)).toBe(fn);
  expect(await findSynthesized(`${ARN}-other`)).toBeUndefined();
});

test("finds a deployed function, with the zip whose hash it has", async () => {
  expect(await find()).toEqual({
    allowedSourceArns: [SOURCE],
    environmentVariables: { A: "1" },
    functionArn: ARN,
    functionName: "authorizer",
    handler: "index.handler",
    memoryMb: 256,
    timeoutSeconds: 5,
    zipFile: zip,
    codeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  });
});

test("finds a published version with its own code and settings, and the permissions of the function", async () => {
  writeFileSync(join(folder, "first.zip"), "the first code");
  const first = { ...configuration("the first code"), Environment: { Variables: { A: "0" } } };
  answers.set(`/2015-03-31/functions/${ARN}:1`, { Configuration: first });
  expect(await find(`${ARN}:1`)).toMatchObject({
    functionArn: `${ARN}:1`,
    environmentVariables: { A: "0" },
    zipFile: join(folder, "first.zip"),
    allowedSourceArns: [SOURCE],
  });
});

test("does not use another zip for a function's code", async () => {
  answers.set(`/2015-03-31/functions/${ARN}`, { Configuration: configuration("code from elsewhere") });
  expect(await find()).toBeUndefined();
});

test("finds nothing where the endpoint does not have the function", async () => {
  expect(await find(`${ARN}-other`)).toBeUndefined();
});

test.each([
  ["none without a policy", undefined, []],
  [
    "whom the condition names, one or several",
    [statement({}), statement({ Condition: { ArnEquals: { "aws:SourceArn": ["a", "b"] } } })],
    [SOURCE, "a", "b"],
  ],
  ["all without a condition", [statement({ Condition: undefined })], ["*"]],
  ["all where the principal is *", [statement({ Principal: "*" })], [SOURCE]],
  ["none for another service", [statement({ Principal: { Service: "s3.amazonaws.com" } })], []],
  ["none by a Deny", [statement({ Effect: "Deny" })], []],
])("lets API Gateway invoke from %s", async (_title, statements, allowed) => {
  const path = `/2015-03-31/functions/${ARN}/policy`;
  if (statements === undefined) answers.delete(path);
  else answers.set(path, { Policy: JSON.stringify({ Statement: statements }) });
  expect((await find())?.allowedSourceArns).toEqual(allowed);
});

test("prefers Lambda's own endpoint to the common one", () => {
  expect(lambdaEndpoint({ AWS_ENDPOINT_URL: "a", AWS_ENDPOINT_URL_LAMBDA: "b" })).toBe("b");
  expect(lambdaEndpoint({ AWS_ENDPOINT_URL: "a" })).toBe("a");
  expect(lambdaEndpoint({})).toBeUndefined();
});
