/** The manual: its links lead somewhere, its commands exist, and its configurations are valid. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { COMMANDS } from "../../../cli/commands";
import { ConfigError, formatProblems, parseConfig } from "../../../config";
import { ROOT } from "../../../harness/tools";
import { parseOptions } from "../../../terminal/options";
import { BLOCKS, blocksOf, PAGES, prose, readPage } from "../../support/docs/pages";

/** GitHub's anchors of the headings. */
function anchorsOf(file: string): string[] {
  return [...prose(readPage(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("the links of %s lead to files and headings that exist", (page) => {
  const links = [...prose(readPage(page)).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** VitePress compiles each page as a Vue template: https://vitepress.dev/guide/using-vue */
test.each(PAGES.filter((page) => page.startsWith("docs/")))("the site's generator accepts %s", (page) => {
  const text = prose(readPage(page)).replace(/`[^`\n]*`/g, "");
  expect(text).not.toContain("{{");
  const tags = [...text.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, name]) => name);
  expect(tags.filter((name) => !["br", "details", "summary"].includes(name ?? ""))).toEqual([]);
});

test("README.md has at most 150 lines", () => {
  expect(readPage("README.md").split("\n").length).toBeLessThanOrEqual(150);
});

test("the index of the manual has every page", () => {
  const index = readPage("docs/README.md");
  const pages = readdirSync(join(ROOT, "docs")).filter((file) => file.endsWith(".md") && file !== "README.md");
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});

/** A block that begins with a name and has a backend is a whole configuration. */
const configurations = BLOCKS.filter(
  ({ language, code }) => language === "yaml" && /^(#.*\n+)*name: /.test(code) && /^backend:/m.test(code),
);

test.each(configurations.map(({ page, code }) => [page, code]))("a configuration in %s is valid", (_, code) => {
  // The page's own files, such as the record of an import, are not here.
  const withoutFiles = code.replace(/^adopted:\n( .*\n?)*/m, "");
  expect(() => parseConfig(withoutFiles, "gateway.yaml", () => "{}", { local: true })).not.toThrow();
});

test.each(["README.md", "docs/configuration.md"])("the error message in %s is what a mistake gives", (page) => {
  const lines = ["name: quotes", "backend: https://api.example.com", "authorizer: none", ...Array(5).fill("")];
  const text = [...lines, "routes:", "  $connect:", "    query:", "      stocks: route.request.querystring.stocks"];
  try {
    parseConfig(text.join("\n"), "gateway.yaml", () => "", { local: true });
    throw new Error("There is no mistake.");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(formatProblems(error)).toContain(blocksOf(page, "text")[0]?.trim());
  }
});

const tasks = [...readPage("docs/configuration.md").matchAll(/^\| ([^|*]+) \| ((?:`[^`]+`(?:<br>)?)+) \|$/gm)]
  .map(([, task = "", cell = ""]) => [task, cell.slice(1, -1).replaceAll("`<br>`", "\n")] as const)
  .filter(([, settings]) => /^\w+: /.test(settings));

test.each(tasks)("docs/configuration.md: to %s, these settings are valid", (_, settings) => {
  const base = { name: "quotes", backend: "https://api.example.com", authorizer: "none" };
  const text = stringify({ ...base, ...parse(settings) });
  expect(() => parseConfig(text, "gateway.yaml", () => "")).not.toThrow();
});

test("docs/configuration.md has settings for tasks", () => {
  expect(tasks.length).toBeGreaterThan(15);
});

/** A command of this project: `npx websocket-gateway smoke …` for users, `npm run smoke -- …` in a clone. */
const COMMAND =
  /(?:npx websocket-gateway(?:@\S+)?|npm run(?= (?:local|smoke|doctor|adopt|token|synth)\b)) ([^#\n`|]*)/g;

/** In code blocks and in code of the text. */
const commands = [...new Set(PAGES.filter((page) => page !== "CHANGELOG.md"))].flatMap((page) => {
  const shells = BLOCKS.filter((block) => block.page === page && ["console", "sh", "bash"].includes(block.language));
  const spans = [...prose(readPage(page)).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code.replaceAll("\\|", "¦"));
  return [...shells.map(({ code }) => code), ...spans].flatMap((text) =>
    [...text.matchAll(COMMAND)].map(([, line = ""]) => [page, line.replaceAll("¦", "|").trim()] as const),
  );
});

test.each(commands)("%s: the command `%s` exists, with its options", async (_, line) => {
  const [name = "", ...given] = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  if (name.startsWith("-") || name === "") return;
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const words = given
    .filter((word) => word !== "--" && word !== "…")
    .map((word) => word.replace(/^(['"])(.*)\1$/, "$2"));
  const { options } = await command.load();
  expect(() => parseOptions(options, words)).not.toThrow();
});

test("docs/smoke.md: the rest of a command has options of the smoke test", async () => {
  const { options } = (await COMMANDS.smoke?.load()) ?? {};
  const rests = [...readPage("docs/smoke.md").matchAll(/`… ([^`]+)`/g)].map(([, line = ""]) => line);
  expect(rests.length).toBeGreaterThan(5);
  for (const line of rests) {
    const words = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
    expect(() => parseOptions(options ?? {}, words)).not.toThrow();
  }
});
