/** Our signature is the AWS SDK's, for the same request: path encoding, headers, session token. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import fc from "fast-check";
import { encodeRfc3986, sign } from "../../../smoke/sigv4";

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
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/prod`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What the SDK sends. */
async function bySdk(connectionId: string, data: string, sessionToken?: string): Promise<Captured> {
  const credentials = { ...CREDENTIALS, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const client = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials });
  captured = undefined;
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
  client.destroy();
  if (!captured) throw new Error("The SDK sent nothing.");
  return captured;
}

/** Ours, with the headers that the SDK signed. */
function byUs(sdk: Captured, sessionToken?: string): string | undefined {
  const names = /SignedHeaders=([^,]+)/.exec(sdk.headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const added = ["x-amz-date", "x-amz-security-token"];
  const headers = names.filter((name) => !added.includes(name)).map((name) => [name, String(sdk.headers[name] ?? "")]);
  const stamp = String(sdk.headers["x-amz-date"] ?? "");
  const date = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const request = { method: "POST", path: sdk.path, headers: Object.fromEntries(headers), body: sdk.body };
  const scope = { region: "eu-west-1", service: "execute-api", date };
  return sign(request, { ...CREDENTIALS, sessionToken }, scope).authorization;
}

it.each([
  ["a connection's id, which ends with =", "TXzPWdnOjoECGjA=", "hello", undefined],
  ["a session token", "L0SM9cOFvHcCIhw=", "hello", "session/token+with=signs"],
  ["text beyond ASCII", "L0SM9cOFvHcCIhw=", "grüße 🚀", undefined],
  ["an id that needs every kind of encoding", "a/b c(d)'e!*%=~", "", undefined],
])("signs as the SDK does: %s", async (_title, id, data, sessionToken) => {
  const sdk = await bySdk(id, data, sessionToken);
  expect(byUs(sdk, sessionToken)).toBe(sdk.headers.authorization);
});

it("signs as the SDK does, whatever id and data", async () => {
  await fc.assert(
    fc.asyncProperty(
      // A segment of dots alone is not an id, and the SDK takes it out of the path.
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

it("percent-encodes the id once, as the SDK does", async () => {
  const { path } = await bySdk("TXzPWdnOjoECGjA=", "");
  expect(path.split("/").at(-1)).toBe(encodeRfc3986("TXzPWdnOjoECGjA="));
});
