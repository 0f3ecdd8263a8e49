/** The inspector in a real browser: a gateway that serves `gateway.yaml`, a backend, and the page in Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { listen } from "../../../harness/servers";
import { tool } from "../../../harness/tools";
import { connectable } from "../../../local/server/entry-points";
import { type LocalServer, serve } from "../../../local/server/serve";
import { stackIn, synthesize } from "../../../local/session/synthesize";

const root = resolve(__dirname, "../../..");

export interface World {
  readonly server: LocalServer;
  readonly browser: Browser;
  /** URL for a client, with a valid token. */
  url(): string;
  /** Opens the page in a context of its own. */
  open(options?: BrowserContextOptions): Promise<InspectorPage>;
  close(): Promise<void>;
}

export interface InspectorPage {
  readonly page: Page;
  /** Errors of the page, and requests to other servers. */
  readonly problems: readonly string[];
  readonly connections: Locator;
  readonly lines: Locator;
  /** The text that announces the result of the last action. */
  readonly message: Locator;
  /** The lines whose summary has this text. */
  line(text: string | RegExp): Locator;
}

/** Starts everything. The backend answers each request with `{"accepted":true}`. */
export async function startWorld(): Promise<World> {
  const outdir = mkdtempSync(join(tmpdir(), "inspector-"));
  const backend = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end('{"accepted":true}');
  });
  await listen(backend);
  await synthesize({ config: join(root, "gateway.yaml"), outdir });
  const server = await serve({ inspector: true });
  const { port } = backend.address() as AddressInfo;
  server.load(stackIn(outdir, undefined), new Map([["*", `http://127.0.0.1:${port}`]]));
  const browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
  return {
    server,
    browser,
    url() {
      const [entry] = server.entryPoints;
      if (entry === undefined) throw new Error("There is no stage.");
      return connectable(entry).url;
    },
    open: (options) => openPage(browser, server, options),
    async close() {
      await browser.close();
      await server.close();
      backend.closeAllConnections();
      backend.close();
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}

/** Opens the page of a gateway, and waits until it is live. */
export async function openPage(
  browser: Browser,
  server: LocalServer,
  options: BrowserContextOptions = {},
): Promise<InspectorPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.origin}/`) && !url.startsWith("blob:")) problems.push(`request to ${url}`);
  });
  await page.goto(`${server.origin}/_inspector`);
  await page.getByText("live", { exact: true }).waitFor();
  const lines = page.getByRole("list", { name: "Timeline" }).locator(".line");
  return {
    page,
    problems,
    connections: page.getByRole("listbox", { name: "Connections" }).getByRole("option"),
    lines,
    message: page.getByRole("status"),
    line: (text) => lines.filter({ has: page.locator("button.summary", { hasText: text }) }),
  };
}

const UNTIL_MS = 30_000;

/** Waits until an expression of the page is true. Playwright's own function needs `eval`, which the page's policy blocks. */
export async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((done, fail) => {
    const end = Date.now() + ${UNTIL_MS};
    const look = () => {
      if (${expression}) done();
      else if (Date.now() > end) fail(new Error(${JSON.stringify(`This did not become true: ${expression}`)}));
      else requestAnimationFrame(look);
    };
    look();
  })`);
}

/** Connects with the form, with these fields filled. Waits for the result. */
export async function connect(
  { page, message }: InspectorPage,
  fields: Readonly<Record<string, string>> = {},
  result = "connected",
): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).first().click();
  const dialog = page.getByRole("dialog", { name: "Connect" });
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  await dialog.getByRole("button", { name: "Connect", exact: true }).click();
  await message.filter({ hasText: result }).waitFor();
}

/** What axe finds, as `rule: element`. It is evaluated by the debugger, which the page's policy does not apply to. */
export async function violations({ page }: InspectorPage): Promise<unknown> {
  await page.evaluate(`{ ${axe.source} }`);
  return page.evaluate(
    "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))",
  );
}
