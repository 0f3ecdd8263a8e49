/**
 * Takes the pictures of the inspector in docs/: the gateway and the example backend run, clients connect, one of them with
 * an expired token. At 1280 and 390 pixels, light and dark. Needs Chromium.
 * Usage: npm run docs:inspector
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { LOCAL_CREDENTIALS } from "../contract/names";
import { startBackend } from "../examples/backend/server";
import { tool } from "../harness/tools";
import { type LocalServer, serve } from "../local/server/serve";
import { stackIn, synthesize } from "../local/session/synthesize";

const CONFIG = `name: quotes
backend: https://api.example.com
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
routes:
  $connect:
    requestParameters:
      route.request.querystring.stocks: required
    query:
      stocks: route.request.querystring.stocks
      connectionId: context.connectionId
      userId: context.authorizer.userId
      orgId: context.authorizer.orgId
  $disconnect:
    query:
      connectionId: context.connectionId
`;
const WIDTHS = { wide: [1280, 800], narrow: [390, 780] } as const;
/** Of WebP, up to 100. */
const QUALITY = 90;

async function connect(page: Page, user: string, claims: string, result: string): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Connect" });
  await dialog.getByLabel("User (sub)").fill(user);
  await dialog.getByLabel("Claims").fill(claims);
  await dialog.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("status").filter({ hasText: result }).waitFor();
}

/** What the pictures show: three clients, messages of two, quotes, and a refusal. */
async function act(page: Page, pushQuotes: () => Promise<void>): Promise<void> {
  for (const user of ["bob", "carol", "alice"]) await connect(page, user, '{"org_id":"acme"}', "connected");
  await page.getByLabel("Message", { exact: true }).fill('{"action":"watch","stocks":["aapl"]}');
  await page.keyboard.press("Enter");
  await pushQuotes();
  await connect(page, "mallory", '{"org_id":"acme","exp":1767225600}', "refused with 403");
}

async function takePicture(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const file = join("docs", `inspector-${name}.webp`);
  writeFileSync(file, Buffer.from(data, "base64"));
  console.log(file);
}

async function takePictures(server: LocalServer, browser: Browser, pushQuotes: () => Promise<void>): Promise<void> {
  let isFirst = true;
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, [width, height]] of Object.entries(WIDTHS)) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      const page = await context.newPage();
      await page.goto(`${server.origin}/_inspector`);
      await page.getByText("live", { exact: true }).waitFor();
      if (isFirst) await act(page, pushQuotes);
      isFirst = false;
      // All connections, with the reason of the refusal.
      await page.keyboard.press("a");
      await page.keyboard.press("r");
      await page.locator(".details .reason").waitFor();
      await takePicture(page, `${size}-${colorScheme}`);
      await context.close();
    }
  }
}

async function main(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), "inspector-pictures-"));
  process.env.AWS_ACCESS_KEY_ID = LOCAL_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = LOCAL_CREDENTIALS.secretAccessKey;
  const config = join(outdir, "gateway.yaml");
  writeFileSync(config, CONFIG);
  await synthesize({ config, outdir });
  const server = await serve({ inspector: true });
  server.load(stackIn(outdir, undefined));
  const backend = await startBackend({ endpoint: server.entryPoints[0]?.endpoint ?? "" });
  server.load(stackIn(outdir, undefined), new Map([["*", backend.url]]));
  const browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
  try {
    await takePictures(server, browser, () => backend.pushQuotes());
  } finally {
    await browser.close();
    await server.close();
    await backend.close();
    rmSync(outdir, { recursive: true });
  }
}

void main();
