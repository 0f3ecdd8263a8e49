/** Signatures are those of AWS's test suite, and those of the AWS SDK for the same request. Parsing returns their parts. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import fc from "fast-check";
import {
  canonicalQuery,
  credentialsIn,
  encodeRfc3986,
  parseAuthorization,
  parsePresigned,
  parseSigningDate,
  scopeOf,
  sign,
} from "../../../aws/sigv4";
import { listen } from "../../../harness/servers";

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

interface Captured {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let captured: Captured | undefined;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    captured = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
    response.end();
  });
});
let endpoint = "";
beforeAll(async () => {
  await listen(server);
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/prod`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Returns the request that the AWS SDK sends. */
async function bySdk(connectionId: string, data: string, sessionToken?: string): Promise<Captured> {
  const credentials = { ...CREDENTIALS, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const client = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials });
  captured = undefined;
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
  client.destroy();
  if (!captured) throw new Error("The SDK sent nothing.");
  return captured;
}

/** Signs the same request with this project's code, with the headers that the SDK has signed. */
function byUs(sdk: Captured, sessionToken?: string): string | undefined {
  const names = /SignedHeaders=([^,]+)/.exec(sdk.headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const added = ["x-amz-date", "x-amz-security-token"];
  const given = names.filter((name) => !added.includes(name));
  const headers = Object.fromEntries(given.map((name) => [name, String(sdk.headers[name] ?? "")]));
  const stamp = String(sdk.headers["x-amz-date"] ?? "");
  const date = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const request = { method: "POST", path: sdk.path, headers, body: sdk.body };
  const scope = { region: "eu-west-1", service: "execute-api", date };
  return sign(request, { ...CREDENTIALS, sessionToken }, scope).authorization;
}

test.each([
  ["a connection's id, which ends with =", "TXzPWdnOjoECGjA=", "hello", undefined],
  ["a session token", "L0SM9cOFvHcCIhw=", "hello", "session/token+with=signs"],
  ["text beyond ASCII", "L0SM9cOFvHcCIhw=", "grüße 🚀", undefined],
  ["an id that needs every kind of encoding", "a/b c(d)'e!*%=~", "", undefined],
])("signs as the SDK does: %s", async (_title, id, data, sessionToken) => {
  const sdk = await bySdk(id, data, sessionToken);
  expect(byUs(sdk, sessionToken)).toBe(sdk.headers.authorization);
});

test("signs any id and data as the SDK does", async () => {
  await fc.assert(
    fc.asyncProperty(
      // A segment of dots only is not an id, and the SDK removes it from the path.
      fc.string({ unit: "grapheme-ascii", minLength: 1 }).filter((id) => !/^\.\.?$/.test(id)),
      fc.string({ unit: "grapheme" }),
      async (id, data) => {
        const sdk = await bySdk(id, data);
        expect(byUs(sdk)).toBe(sdk.headers.authorization);
      },
    ),
    { numRuns: 50 },
  );
}, 30_000);

test("percent-encodes the id once, as the SDK does", async () => {
  const { path } = await bySdk("TXzPWdnOjoECGjA=", "");
  expect(path.split("/").at(-1)).toBe(encodeRfc3986("TXzPWdnOjoECGjA="));
});

/** https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4: those without a query string. */
describe("AWS's test suite", () => {
  const signatureOf = (method: string, headers: Record<string, string>, body = "") =>
    sign({ method, path: "/", headers: { host: "example.amazonaws.com", ...headers }, body }, SUITE, SCOPE)
      .authorization;
  const SUITE = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const SCOPE = { region: "us-east-1", service: "service", date: new Date("2015-08-30T12:36:00Z") };

  test.each([
    ["get-vanilla", "GET", {}, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", "POST", {}, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "post-header-key-sort",
      "POST",
      { "My-Header1": "value1" },
      "",
      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ],
    [
      "get-header-value-trim",
      "GET",
      { "My-Header1": " value1", "My-Header2": ' "a   b   c"' },
      "",
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ],
    [
      "post-x-www-form-urlencoded",
      "POST",
      { "Content-Type": "application/x-www-form-urlencoded" },
      "Param1=value1",
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ],
  ])("%s", (_title, method, headers, body, signature) => {
    expect(signatureOf(method, headers, body)?.split("Signature=")[1]).toBe(signature);
  });
});

/** The same suite: those with a query string. */
test.each([
  [
    "get-vanilla-query-order-key-case",
    "Param2=value2&Param1=value1",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
  [
    "get-vanilla-query-order-value",
    "Param1=value2&Param1=value1",
    "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
  ],
  ["get-vanilla-utf8-query", "ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"],
])("%s", (_title, sent, signature) => {
  const query = canonicalQuery(new URLSearchParams(sent));
  const request = { method: "GET", path: "/", query, headers: { host: "example.amazonaws.com" }, body: "" };
  const scope = { region: "us-east-1", service: "service", date: new Date("2015-08-30T12:36:00Z") };
  expect(sign(request, CREDENTIALS, scope).authorization?.split("Signature=")[1]).toBe(signature);
});

describe("parsing a signature", () => {
  const SCOPE = { region: "eu-west-1", service: "execute-api", date: new Date("2026-01-02T03:04:05Z") };
  const request = { method: "GET", path: "/", headers: { host: "localhost" }, body: "" };
  const { authorization = "", "x-amz-date": date = "" } = sign(request, CREDENTIALS, SCOPE);

  test("returns the parts of an Authorization header", () => {
    const signature = parseAuthorization(authorization);
    expect(signature).toEqual({
      credential: "AKIDEXAMPLE/20260102/eu-west-1/execute-api/aws4_request",
      signedHeaders: ["host", "x-amz-date"],
      signature: authorization.split("Signature=")[1],
    });
    expect(scopeOf(signature?.credential ?? "")).toEqual({
      accessKeyId: "AKIDEXAMPLE",
      region: "eu-west-1",
      service: "execute-api",
    });
    expect(parseSigningDate(date)).toEqual(SCOPE.date);
  });

  test.each([
    ["another algorithm", authorization.replace("AWS4", "AWS3")],
    ["no credential", authorization.replace(/Credential=[^,]+, /, "")],
    ["no signed headers", authorization.replace(/SignedHeaders=[^,]+, /, "")],
    ["a signature that is too short", authorization.slice(0, -1)],
    ["nothing", ""],
  ])("rejects a header with %s", (_title, header) => {
    expect(parseAuthorization(header)).toBeUndefined();
  });

  const PRESIGNED = new URLSearchParams({
    "X-Amz-Date": date,
    "X-Amz-Credential": "AKID/20260102/eu-west-1/execute-api/aws4_request",
    "X-Amz-SignedHeaders": "host;x-a",
    "X-Amz-Signature": "0".repeat(64),
  });

  test("returns the parts of a presigned URL", () => {
    expect(parsePresigned(PRESIGNED)).toEqual({
      credential: "AKID/20260102/eu-west-1/execute-api/aws4_request",
      signedHeaders: ["host", "x-a"],
      signature: "0".repeat(64),
      date: SCOPE.date,
      expires: undefined,
      queries: Array(2).fill(
        `X-Amz-Credential=AKID%2F20260102%2Feu-west-1%2Fexecute-api%2Faws4_request&X-Amz-Date=${date}&X-Amz-SignedHeaders=host%3Bx-a`,
      ),
    });
  });

  test.each([
    ["1", 1],
    ["604800", 604_800],
  ])("returns that a presigned URL expires after %s s", (expires, seconds) => {
    const query = new URLSearchParams(PRESIGNED);
    query.set("X-Amz-Expires", expires);
    expect(parsePresigned(query)?.expires).toBe(seconds);
  });

  test.each(["604801", "0", "-5", "1.5", ""])("rejects a presigned URL that expires after %j s", (expires) => {
    const query = new URLSearchParams(PRESIGNED);
    query.set("X-Amz-Expires", expires);
    expect(parsePresigned(query)).toBeUndefined();
  });

  test.each(["20260102", "20261302T030405Z", "2026-01-02T03:04:05Z"])("rejects the date %j", (text) => {
    expect(parseSigningDate(text)).toBeUndefined();
  });

  test.each(["X-Amz-Date", "X-Amz-Signature"])("rejects a presigned URL without %s", (name) => {
    const query = new URLSearchParams(PRESIGNED);
    query.delete(name);
    expect(parsePresigned(query)).toBeUndefined();
  });

  test.each([
    "",
    "AKID",
    "AKID/2026/eu-west-1/sts/aws4_request",
    "AKID/20260102/eu-west-1/sts",
    "a b/20260102/r/s/aws4_request",
  ])("returns no scope for the malformed credential %j", (credential) => {
    expect(scopeOf(credential)).toBeUndefined();
  });
});

test.each([
  [
    { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" },
    { accessKeyId: "a", secretAccessKey: "s" },
  ],
  [
    { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t" },
    { accessKeyId: "a", secretAccessKey: "s", sessionToken: "t" },
  ],
  [
    { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "" },
    { accessKeyId: "a", secretAccessKey: "s" },
  ],
  [{ AWS_ACCESS_KEY_ID: "a" }, undefined],
  [{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "s" }, undefined],
])("returns the credentials in %j", (env, credentials) => {
  expect(credentialsIn(env)).toEqual(credentials);
});
