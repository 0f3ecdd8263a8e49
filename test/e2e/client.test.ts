/** The example client in Chromium: connections that are lost again and again lose no message that the backend keeps. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";
import { chromium } from "playwright-core";
import { listen, urlOf } from "../../harness/servers";
import { ROOT, tool } from "../../harness/tools";
import { type LocalGateway, startGateway } from "../../local";
import { postToConnection } from "../../smoke/management";
import { describeWith } from "../support/describe-with";

jest.setTimeout(600_000);

const CLIENT = join(ROOT, "examples/client/client.mjs");
const CLIENTS = 50;
/** 1,000 in the long run, which takes a minute and a half. */
const RECONNECTIONS = process.env.LONG ? 1_000 : 200;

const CONFIG = `name: feed
backend: https://api.example.com
authorizer: { issuer: https://login.example.com/, audience: feed }
routes:
  $connect:
    requestParameters: { route.request.querystring.since: optional }
    query:
      since: route.request.querystring.since
      connectionId: context.connectionId
`;

/** Keeps every message, and sends a client what it has missed. */
class Feed {
  readonly #messages: string[] = [];
  readonly #open = new Set<string>();
  connects = 0;

  constructor(private readonly gateway: () => LocalGateway) {}

  receive(url: URL): void {
    const id = url.searchParams.get("connectionId") ?? "";
    if (url.pathname === "/disconnect") this.#open.delete(id);
    if (url.pathname !== "/connect") return;
    this.connects += 1;
    this.#open.add(id);
    void this.#sendSince(id, Number(url.searchParams.get("since")));
  }

  async publish(): Promise<void> {
    this.#messages.push(JSON.stringify({ id: this.#messages.length + 1 }));
    const text = this.#messages.at(-1) ?? "";
    await Promise.all([...this.#open].map((id) => this.#push(id, text)));
  }

  get published(): number {
    return this.#messages.length;
  }

  async #sendSince(id: string, since: number): Promise<void> {
    for (const text of this.#messages.slice(since)) {
      // 410 until the connection is open.
      while (this.#open.has(id) && (await this.#push(id, text)) === 410) await delay(5);
    }
  }

  async #push(connectionId: string, data: string): Promise<number> {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const { endpoint } = this.gateway();
    const answer = await postToConnection({ endpoint, connectionId, data, region: "us-east-1", credentials });
    return answer.kind === "refused" ? answer.status : 200;
  }
}

/** Runs the clients. `last` has the id up to which each one has every message. */
const PAGE = `<!doctype html><script type="module">
  import { connect } from "/client.mjs";
  const last = Array.from({ length: ${CLIENTS} }, () => 0);
  const wrong = [];
  Object.assign(window, { last, wrong });
  for (const user of last.keys()) {
    const early = new Set();
    connect({
      url: () => freshUrl(user, last[user]),
      firstDelayMs: 20,
      longestDelayMs: 200,
      onMessage(data) {
        const { id } = JSON.parse(data);
        if (typeof id !== "number") wrong.push(data);
        early.add(id);
        while (early.delete(last[user] + 1)) last[user] += 1;
      },
    });
  }
</script>`;

test("is at most 3 KB, compressed", () => {
  const { code } = transformSync(readFileSync(CLIENT, "utf8"), { minify: true, format: "esm" });
  expect(gzipSync(code).length).toBeLessThan(3_000);
});

describeWith(["chromium"], "the example client", () => {
  test(`${RECONNECTIONS} lost connections lose no message`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "client-"));
    const config = join(folder, "gateway.yaml");
    writeFileSync(config, CONFIG);
    const feed = new Feed(() => gateway);
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://backend");
      if (url.pathname === "/client.mjs") {
        response.setHeader("content-type", "text/javascript").end(readFileSync(CLIENT));
        return;
      }
      if (request.method === "POST") feed.receive(url);
      response.setHeader("content-type", "text/html").end(PAGE);
    });
    await listen(server);
    const gateway = await startGateway({ config, backend: urlOf(server), limits: { durationSeconds: 1 } });
    const browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.exposeFunction("freshUrl", (user: number, since: number) =>
        gateway.url({ sub: `user-${user}` }, { since: String(since) }),
      );
      await page.goto(urlOf(server));
      while (feed.connects < CLIENTS + RECONNECTIONS) {
        await feed.publish();
        await delay(200);
      }
      await page.waitForFunction(`last.every((id) => id === ${feed.published})`, undefined, { timeout: 120_000 });
      expect(await page.evaluate("wrong")).toEqual([]);
    } finally {
      await browser.close();
      await gateway.close();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
