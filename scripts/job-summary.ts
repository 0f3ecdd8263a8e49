/**
 * Creates docs/job-summary.png: runs a job of the action against the local gateway, and renders its summary as GitHub does.
 * Needs Terraform, moto and Chromium, and installs packages from npm to a temporary folder.
 * Usage: npm run docs:summary
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { runJob } from "../harness/action/job";
import { startWorld, type World } from "../harness/action/world";
import { succeed } from "../harness/programs";
import { tool } from "../harness/tools";
import { messageOf } from "../terminal/error";

const PACKAGES = ["markdown-it@15", "mermaid@11", "@fontsource/inter@5", "@twemoji/svg@15"];

const configuration = (backend: string, symbols: string) => `name: quotes
backend: ${backend}
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
routes:
  $connect:
    query:
      stocks: "'${symbols}'"
      userId: context.authorizer.userId
      connectionId: context.connectionId
`;

/** Returns the summary of a second deploy. Its plan is short, while that of the first deploy has the whole stack. */
async function summaryOf(world: World): Promise<string> {
  const file = "gateway.yaml";
  const workspace = world.project("quotes", { [file]: configuration(world.backend.url, "aapl") });
  world.backend.greet = (url) => (url.pathname === "/connect" ? '{"type":"welcome"}' : undefined);
  const deploy = () =>
    runJob(resolve("action", "dist"), {
      workspace,
      env: world.env,
      inputs: {
        "allow-local-state": "true",
        "hs256-secret": "0123456789abcdef0123456789abcdef",
        "smoke-expect-push": '{"type":"welcome"}',
      },
    });
  await deploy();
  writeFileSync(join(workspace, file), configuration(world.backend.url, "aapl,goog"));
  const { code, summary, log } = await deploy();
  if (code !== 0) throw new Error(`the job failed\n${log}`);
  return summary;
}

async function draw(markdown: string, dir: string, picture: string): Promise<void> {
  await succeed("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", dir, ...PACKAGES]);
  const file = join(dir, "summary.html");
  const style = readFileSync(join("scripts", "job-summary.css"), "utf8");
  writeFileSync(file, page(markdown, style));
  const browser = await chromium.launch({ executablePath: tool("chromium"), args: ["--no-sandbox"] });
  try {
    const view = await browser.newPage({ viewport: { width: 1000, height: 800 }, deviceScaleFactor: 1.5 });
    await view.goto(pathToFileURL(file).href);
    await view.locator("body.drawn").waitFor();
    await view.locator("article").screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

const page = (markdown: string, style: string) => `<!doctype html>
<meta charset="utf-8">
<link rel="stylesheet" href="node_modules/@fontsource/inter/400.css">
<link rel="stylesheet" href="node_modules/@fontsource/inter/600.css">
<style>${style}</style>
<article></article>
<script id="summary" type="application/json">${JSON.stringify(markdown).replaceAll("<", "\\u003c")}</script>
<script src="node_modules/markdown-it/dist/browser/markdown-it.umd.min.js"></script>
<script src="node_modules/mermaid/dist/mermaid.min.js"></script>
<script>
  const article = document.querySelector("article");
  const markdown = JSON.parse(document.getElementById("summary").textContent);
  const emoji = (sign) => '<img class="emoji" src="node_modules/@twemoji/svg/' + sign.codePointAt(0).toString(16) + '.svg">';
  article.innerHTML = markdownit({ html: true }).render(markdown).replace(/(?=[^\\x00-\\x7f])\\p{Emoji}\\ufe0f?/gu, emoji);
  for (const code of article.querySelectorAll("code.language-mermaid")) {
    const chart = document.createElement("pre");
    chart.className = "mermaid";
    chart.textContent = code.textContent;
    code.parentElement.replaceWith(chart);
  }
  mermaid.initialize({ startOnLoad: false, theme: "default", fontFamily: "Inter" });
  document.fonts.ready
    .then(() => mermaid.run())
    .then(() => Promise.all([...document.images].map((image) => image.decode())))
    .then(() => document.body.classList.add("drawn"));
</script>
`;

async function main(): Promise<void> {
  const world = await startWorld();
  try {
    await draw(await summaryOf(world), world.dir, join("docs", "job-summary.png"));
  } finally {
    await world.close();
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
