/** The inspector of a gateway that is empty at first: stages come and go while the page is open. */
import * as v2 from "@aws-sdk/client-apigatewayv2";
import { type Browser, chromium } from "playwright-core";
import { tool } from "../../harness/tools";
import { type LocalServer, serve } from "../../local/server/serve";
import { describeWith } from "../support/describe-with";
import { connect, type InspectorPage, openPage } from "../support/inspector/world";

jest.setTimeout(120_000);

describeWith(["chromium"], "the inspector of a gateway that is empty at first", () => {
  let server: LocalServer;
  let browser: Browser;
  let inspector: InspectorPage;
  let client: v2.ApiGatewayV2Client;

  beforeAll(async () => {
    server = await serve({ inspector: true });
    client = new v2.ApiGatewayV2Client({
      endpoint: server.origin,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
    inspector = await openPage(browser, server);
  });
  afterAll(async () => {
    client?.destroy();
    await browser?.close();
    await server?.close();
  });

  const stage = (name: string) => inspector.page.getByLabel("Stage").getByRole("option", { name });
  const stages = () => inspector.page.getByLabel("Stage").getByRole("option").allTextContents();

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
    const { page } = inspector;
    await page.keyboard.press("c");
    await page.getByText("No stage is deployed.").waitFor();
    await createApi("first");
    await stage("first / dev").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
  });

  test("pushes to a client of that API", async () => {
    const { page, connections, message } = inspector;
    await connect(inspector);
    await connections.filter({ hasText: "open, dev" }).waitFor();
    await page.getByLabel("Message", { exact: true }).fill("hello");
    await page.getByRole("button", { name: "Push", exact: true }).click();
    await message.getByText("@connections answered 200").waitFor();
  });

  test("keeps the stage that is chosen and what is being written, while APIs come and go", async () => {
    const { page } = inspector;
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByLabel("Query parameters").fill("stocks=aapl");
    const ApiId = await createApi("second");
    await stage("second / dev").waitFor({ state: "attached" });
    expect(await page.getByLabel("Query parameters").inputValue()).toBe("stocks=aapl");
    await page.getByLabel("Stage").selectOption("second / dev");
    await createApi("third");
    await stage("third / dev").waitFor({ state: "attached" });
    expect(await page.getByLabel("Stage").inputValue()).toBe(`${ApiId}/dev`);
    await client.send(new v2.DeleteApiCommand({ ApiId }));
    await stage("second / dev").waitFor({ state: "detached" });
    expect(await stages()).toEqual(["first / dev", "third / dev"]);
    expect(await page.getByLabel("Stage").inputValue()).not.toContain(ApiId);
  });
});
