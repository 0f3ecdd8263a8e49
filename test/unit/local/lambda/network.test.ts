/** A function reaches what this machine reaches: through its proxy, and with its private certificate authority. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { strToU8, zipSync } from "fflate";
import { certificates } from "../../../../harness/certificates";
import { freePort, listen } from "../../../../harness/servers";
import { createLambdaRuntime } from "../../../../local/lambda";
import { afterTest, connectProxy } from "../../../support/smoke/servers";

const { ca, issue } = certificates();
const HOST = "login.example.com";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "network-"));
  writeFileSync(join(folder, "ca.pem"), ca);
  writeFileSync(
    join(folder, "f.zip"),
    zipSync({
      "index.mjs": strToU8(`
        import { request } from "node:https";
        export const handler = (url) =>
          url === "variables" ? Promise.resolve(process.env) : new Promise((resolve, reject) => {
            request(url, { agent: false }, (r) => r.setEncoding("utf8").on("data", resolve)).on("error", reject).end();
          });`),
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the server that a proxy leads to. Returns its port. */
async function issuer(): Promise<number> {
  const server = createServer(issue([HOST, "localhost"]), ({ headers }, response) => response.end(headers.host));
  await listen(server);
  afterTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What the function returns for the URL, or the message of its error. */
async function fetched(url: string, env: Record<string, string>, own: Record<string, string> = {}): Promise<unknown> {
  const runtime = createLambdaRuntime({ env: { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ...env } });
  afterTest(() => runtime.close());
  const result = await runtime.invoke(
    {
      functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:f",
      functionName: "f",
      zipFile: join(folder, "f.zip"),
      handler: "index.handler",
      environmentVariables: own,
      timeoutSeconds: 5,
      memoryMb: 128,
      allowedSourceArns: [],
    },
    url,
  );
  return "payload" in result ? result.payload : result.functionError.errorMessage;
}

test("an https request goes through the proxy, with the private authority", async () => {
  const proxy = await connectProxy(await issuer());
  expect(await fetched(`https://${HOST}/keys`, { HTTPS_PROXY: `http://bob:p%40ss@127.0.0.1:${proxy.port}` })).toBe(
    HOST,
  );
  const authorization = `Basic ${Buffer.from("bob:p@ss").toString("base64")}`;
  expect(proxy.requests).toEqual([{ authority: `${HOST}:443`, authorization }]);
});

test.each([
  ["all_proxy", (url: string) => ({ all_proxy: url })],
  ["a proxy without a scheme", (url: string) => ({ https_proxy: url.replace("http://", "") })],
  ["lower case before upper case", (url: string) => ({ https_proxy: url, HTTPS_PROXY: "http://127.0.0.1:1" })],
  ["a NO_PROXY for another host", (url: string) => ({ HTTPS_PROXY: url, NO_PROXY: "example.org,ample.com" })],
])("uses %s", async (_name, env) => {
  const proxy = await connectProxy(await issuer());
  expect(await fetched(`https://${HOST}/keys`, env(`http://127.0.0.1:${proxy.port}`))).toBe(HOST);
});

test.each([
  ["loopback", "localhost", {}],
  ["NO_PROXY", "0.0.0.0", { NO_PROXY: "other.example, .0.0.0" }],
  ["NO_PROXY for all", "0.0.0.0", { no_proxy: "*" }],
])("does not use the proxy for %s", async (_name, host, env) => {
  const proxy = await connectProxy(await issuer());
  // Nothing listens at this address of the name, so a request without a proxy fails.
  const url = `https://${host}:${await freePort()}/`;
  const message = await fetched(url, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, ...env });
  expect([String(message), proxy.requests]).toEqual([expect.stringContaining("ECONNREFUSED"), []]);
});

test("the error says what the proxy answered", async () => {
  const { port } = await connectProxy(1, { status: 407 });
  expect(await fetched(`https://${HOST}/keys`, { HTTPS_PROXY: `http://bob:secret@127.0.0.1:${port}` })).toBe(
    `The proxy 127.0.0.1:${port} answered 407 to CONNECT ${HOST}:443.`,
  );
});

test("the error says that the proxy cannot be reached", async () => {
  const port = await freePort();
  expect(await fetched(`https://${HOST}/keys`, { HTTPS_PROXY: `http://127.0.0.1:${port}` })).toContain(
    `The proxy 127.0.0.1:${port} cannot be used: `,
  );
});

test("a function sees these variables of the machine and no others, and its own have precedence", async () => {
  const file = relative(process.cwd(), join(folder, "ca.pem"));
  const env = { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: "http://a:1", NO_PROXY: "b", HOME: "/home/bob", EMPTY: "" };
  const seen = await fetched("variables", env, { NO_PROXY: "c" });
  expect(seen).toMatchObject({ NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), HTTPS_PROXY: "http://a:1", NO_PROXY: "c" });
  expect(seen).not.toHaveProperty("HOME");
});
