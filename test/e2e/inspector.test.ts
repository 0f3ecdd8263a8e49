/** The inspector in a real browser: connect, send, push, and see why. Makes the README's screenshot with UPDATE_SCREENSHOTS=1. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as v2 from "@aws-sdk/client-apigatewayv2";
import { type Browser, chromium, type Page } from "playwright-core";
import { tool } from "../../harness/tools";
import { type LocalServer, serve } from "../../local/server/serve";
import { stackIn, synthesize } from "../../local/session/synthesize";
import { describeWith } from "../support/describe-with";

jest.setTimeout(120_000);
const root = resolve(__dirname, "../..");

describeWith(["chromium"], "the inspector in Chromium", () => {
  let outdir: string;
  let server: LocalServer;
  let backend: Server;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    outdir = mkdtempSync(join(tmpdir(), "inspector-"));
    backend = createServer((request, response) => {
      request.resume();
      response.end('{"accepted":true}');
    });
    await new Promise<void>((ready) => backend.listen(0, "127.0.0.1", ready));
    await synthesize({ config: join(root, "gateway.yaml"), outdir });
    server = await serve({ inspector: true });
    const { port } = backend.address() as AddressInfo;
    server.load(stackIn(outdir, undefined), new Map([["*", `http://127.0.0.1:${port}`]]));
    browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${server.origin}/_inspector`);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    backend?.closeAllConnections();
    backend?.close();
    rmSync(outdir, { recursive: true, force: true });
  });

  const connections = () => page.getByLabel("Connections").getByRole("button");
  const events = () => page.getByLabel("Events");

  test("connects, and shows the checks, the authorizer's decision and the mapped request", async () => {
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await connections().filter({ hasText: "open, prod" }).click();
    await events().getByText("passed: identity-sources").waitFor();
    await events()
      .getByText(/^allow in .* the policy allows arn:aws:execute-api/)
      .waitFor();
    await events()
      .getByText(/HTTP POST http:\/\/127\.0\.0\.1:\d+\/connect\?.*stocks=aapl%2Cgoog/)
      .waitFor();
    await events().getByText("integration.request.querystring.userId ← context.authorizer.userId").waitFor();
    expect(await events().textContent()).not.toMatch(/token=ey/);
  });

  test("sends a message, and shows how it was answered", async () => {
    await page.getByLabel("Message to send").fill('{"action":"none"}');
    await page.getByRole("button", { name: "Send" }).click();
    await events().getByText('no route has the key "none"').waitFor();
    await events()
      .getByText(/"message": "Forbidden"/)
      .waitFor();
  });

  test("pushes to the client through @connections", async () => {
    await page.getByLabel("Message to push").fill('{"aapl":187.2}');
    await page.getByRole("button", { name: "Push" }).click();
    await page.getByText("@connections answered 200").waitFor();
    await events().getByText("to the client, push, 14 bytes").waitFor();
  });

  test("shows what a client sends as text, whatever it is", async () => {
    await page.getByLabel("Message to send").fill("<img src=x onerror=\"document.title='owned'\">");
    await page.getByRole("button", { name: "Send" }).click();
    await events().getByText("<img src=x").first().waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Gateway inspector");
    if (!process.env.UPDATE_SCREENSHOTS) return;
    mkdirSync(join(root, "docs"), { recursive: true });
    await events().evaluate((list) => {
      list.scrollTop = 0;
    });
    await page.screenshot({ path: join(root, "docs/inspector.png") });
  });

  test("disconnects it", async () => {
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("@connections answered 204").waitFor();
    await connections().filter({ hasText: "closed 1000, prod" }).waitFor();
  });

  test("shows why a client is refused", async () => {
    await page.getByLabel("URL to connect to").fill(server.entryPoints[0]?.url ?? "");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await connections().filter({ hasText: "refused 401, prod" }).click();
    await events().getByText("failed: identity-sources").waitFor();
  });

  test("has no errors of its own", () => {
    // A browser reports the refused handshake above; it is the gateway's answer, not the page's mistake.
    expect(problems.filter((problem) => !/WebSocket connection to .* failed/.test(problem))).toEqual([]);
  });
});

describeWith(["chromium"], "the inspector of a gateway that is empty at first", () => {
  let server: LocalServer;
  let browser: Browser;
  let page: Page;
  let client: v2.ApiGatewayV2Client;

  beforeAll(async () => {
    server = await serve({ inspector: true });
    client = new v2.ApiGatewayV2Client({
      endpoint: server.origin,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
    page = await browser.newPage();
    await page.goto(`${server.origin}/_inspector`);
    await page.getByText("live", { exact: true }).waitFor();
  });

  afterAll(async () => {
    client?.destroy();
    await browser?.close();
    await server?.close();
  });

  const stages = () => page.getByLabel("Stage").getByRole("option").allTextContents();
  const url = () => page.getByLabel("URL to connect to");

  async function createApi(Name: string): Promise<string | undefined> {
    const RouteSelectionExpression = "$request.body.action";
    const { ApiId } = await client.send(
      new v2.CreateApiCommand({ Name, ProtocolType: "WEBSOCKET", RouteSelectionExpression }),
    );
    await client.send(new v2.CreateRouteCommand({ ApiId, RouteKey: "$connect" }));
    await client.send(new v2.CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
    return ApiId;
  }

  test("offers an API that is created afterwards", async () => {
    expect(await stages()).toEqual([]);
    await createApi("first");
    await page.getByRole("option", { name: "first / dev" }).waitFor({ state: "attached" });
    expect(await url().inputValue()).toMatch(/^ws:\/\/localhost:\d+\/_aws\/execute-api\/[a-z0-9]{10}\/dev$/);
  });

  test("pushes to a client of that API", async () => {
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByLabel("Connections").getByRole("button").filter({ hasText: "open, dev" }).click();
    await page.getByLabel("Message to push").fill("hello");
    await page.getByRole("button", { name: "Push" }).click();
    await page.getByText("@connections answered 200").waitFor();
  });

  test("keeps the stage that is chosen and the URL that is being written, while APIs come and go", async () => {
    await url().fill(`${await url().inputValue()}?stocks=aapl`);
    const ApiId = await createApi("second");
    await page.getByRole("option", { name: "second / dev" }).waitFor({ state: "attached" });
    expect(await url().inputValue()).toMatch(/\?stocks=aapl$/);
    await page.getByLabel("Stage").selectOption("second / dev");
    expect(await url().inputValue()).toContain(ApiId);
    await createApi("third");
    await page.getByRole("option", { name: "third / dev" }).waitFor({ state: "attached" });
    expect(await url().inputValue()).toContain(ApiId);
    await client.send(new v2.DeleteApiCommand({ ApiId }));
    await page.getByRole("option", { name: "second / dev" }).waitFor({ state: "detached" });
    expect(await stages()).toEqual(["first / dev", "third / dev"]);
    expect(await url().inputValue()).not.toContain(ApiId);
  });
});
