/** The pages in Markdown, and their code blocks. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../harness/tools";

export interface Block {
  readonly page: string;
  /** `text` if the fence names none. */
  readonly language: string;
  readonly code: string;
}

export const readPage = (page: string): string => readFileSync(join(ROOT, page), "utf8");

const below = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => join(folder, file));

export const PAGES: readonly string[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...["docs", "examples", "local", "test"].flatMap(below),
];

export const BLOCKS: readonly Block[] = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language, code = ""]) => ({
    page,
    language: language || "text",
    code,
  })),
);

/** The code of the blocks of one page in one language. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  BLOCKS.flatMap((block) => (block.page === page && block.language === language ? [block.code] : []));

/** The text without code blocks. */
export const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, "");
