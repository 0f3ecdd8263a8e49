/** The Python of the manual, with the real signer of botocore, against the local gateway. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { CERTIFICATE } from "../support/certificate";
import { describeWith } from "../support/describe-with";
import { blocksOf } from "../support/docs/pages";
import { allow, CONNECT, endWorlds, world } from "../support/local/world";

const [IN_HEADER = "", SIGNED = ""] = blocksOf("docs/tokens.md", "python");
const STAND_IN = join(ROOT, "test/support/docs/python");
/** The stand-in is used where the package is not installed, or has no `sync`. */
const PROLOGUE = `
import sys
try:
    import websockets.sync.client
except ImportError:
    sys.modules.pop("websockets", None)
    sys.path.insert(0, ${JSON.stringify(STAND_IN)})
token = "a-token"
`;
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
const requestParameters = { "route.request.querystring.stocks": { required: false } };
const connect = { ...CONNECT, route: { requestParameters } };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "manual-"));
  writeFileSync(join(folder, "ca.pem"), CERTIFICATE.cert);
});
afterEach(endWorlds);
afterAll(() => rmSync(folder, { recursive: true }));

async function python(code: string, secret = CREDENTIALS.secretAccessKey): Promise<void> {
  const program = join(folder, "client.py");
  writeFileSync(program, PROLOGUE + code);
  const keys = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: undefined,
  };
  const env = { ...process.env, ...keys, SSL_CERT_FILE: join(folder, "ca.pem"), PYTHONDONTWRITEBYTECODE: "1" };
  await succeed(tool("boto3"), [program], { env });
}

describeWith(["boto3"], "docs/tokens.md, Python", () => {
  test("sends the token in a header", async () => {
    const served = await world({
      authorizer: { identitySource: ["route.request.header.Authorization"] },
      functions: { authorizer: allow },
      routes: { $connect: connect },
    });
    await python(IN_HEADER.replace("wss://ws.example.com", `ws://localhost:${served.port}/prod`));
    expect(served.invoked[0]).toMatchObject({ headers: { Authorization: "Bearer a-token" } });
  });

  test.each([
    [CREDENTIALS.secretAccessKey, "opened"],
    ["another-secret", "refused"],
  ])("signs the handshake with the secret %s: %s", async (secret, outcome) => {
    const served = await world({
      routes: { $connect: { ...connect, route: { requestParameters, authorizationType: "AWS_IAM" } } },
      options: { tls: CERTIFICATE, credentials: CREDENTIALS },
    });
    const address = /https:\/\/\S+?amazonaws\.com\/prod/;
    const url = `https://localhost:${served.port}/prod`;
    const run = python(SIGNED.replace(address, url).replace('"eu-west-1"', '"eu-central-1"'), secret);
    await (outcome === "opened" ? run : expect(run).rejects.toThrow("server rejected WebSocket connection: HTTP 403"));
    expect(served.traced.map(({ type }) => type)).toContain(outcome);
  });
});
