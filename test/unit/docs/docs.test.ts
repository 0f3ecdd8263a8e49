/** The manual: its links lead somewhere, its commands exist, and its configurations are valid. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { COMMANDS } from "../../../cli/commands";
import { parseConfig } from "../../../config";
import { parseOptions } from "../../../terminal/options";

const ROOT = join(__dirname, "../../..");
const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => join(folder, file));
const PAGES = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...["docs", "examples", "local", "test"].flatMap(files),
];
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
/** Without code blocks. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, "");

/** GitHub's anchors of the headings. */
function anchorsOf(file: string): string[] {
  return [...prose(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("the links of %s lead to files and headings that exist", (page) => {
  const links = [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
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

test("README.md has at most 150 lines", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(150);
});

test("the index of the manual has every page", () => {
  const index = read("docs/README.md");
  const pages = readdirSync(join(ROOT, "docs")).filter((file) => file.endsWith(".md") && file !== "README.md");
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});

const blocks = PAGES.flatMap((page) =>
  [...read(page).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = "", code = ""]) => ({
    page,
    language,
    code,
  })),
);

/** A block that begins with a name and has a backend is a whole configuration. */
const configurations = blocks.filter(
  ({ language, code }) => language === "yaml" && /^(#.*\n+)*name: /.test(code) && /^backend:/m.test(code),
);

test.each(configurations.map(({ page, code }) => [page, code]))("a configuration in %s is valid", (_, code) => {
  // The page's own files, such as the record of an import, are not here.
  const withoutFiles = code.replace(/^adopted:\n( .*\n?)*/m, "");
  expect(() => parseConfig(withoutFiles, "gateway.yaml", () => "{}", { local: true })).not.toThrow();
});

const commands = blocks.flatMap(({ page, language, code }) =>
  ["console", "sh", "bash"].includes(language)
    ? [...code.matchAll(/^(?:\$ )?npx websocket-gateway(?:@\S+)? ([^#\n]*)/gm)].map(([, line = ""]) => [
        page,
        line.trim(),
      ])
    : [],
);

test.each(commands)("%s: the command `%s` exists, with its options", async (_, line = "") => {
  const [name = "", ...words] = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  if (name.startsWith("-")) return;
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const { options } = await command.load();
  expect(() => parseOptions(options, words)).not.toThrow();
});
