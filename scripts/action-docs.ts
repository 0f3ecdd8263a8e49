/** Writes the tables of the action's inputs and outputs into the manual, from action.yml. Usage: npm run docs:action */
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const field = z.object({ description: z.string(), default: z.string().optional(), required: z.boolean().optional() });
const action = z.object({ inputs: z.record(z.string(), field), outputs: z.record(z.string(), field) });

const PAGE = "docs/action.md";

export interface Tables {
  readonly inputs: string;
  readonly outputs: string;
}

export function actionTables(yaml: string): Tables {
  const { inputs, outputs } = action.parse(parse(yaml));
  const cell = (text: string) => text.trim().replace(/\s+/g, " ").replaceAll("|", "\\|");
  const rows = Object.entries(inputs).map(
    ([name, { description, default: value }]) =>
      `| \`${name}\` | ${value ? `\`${cell(value)}\`` : ""} | ${cell(description)} |`,
  );
  const results = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`);
  return {
    inputs: ["| Input | Default | |", "|---|---|---|", ...rows].join("\n"),
    outputs: ["| Output | |", "|---|---|", ...results].join("\n"),
  };
}

/**
 * Replaces the text between the markers `<!-- action-inputs:start -->` and `:end`, and between the markers of the
 * outputs.
 */
export function withTables(text: string, tables: Tables): string {
  return Object.entries(tables).reduce((whole, [name, table]) => {
    const between = new RegExp(`(<!-- action-${name}:start -->\\n)[\\s\\S]*?(<!-- action-${name}:end -->)`);
    return whole.replace(between, (_, start: string, end: string) => `${start}${table}\n${end}`);
  }, text);
}

if (process.argv[1]?.endsWith("action-docs.ts")) {
  const tables = actionTables(readFileSync("action/action.yml", "utf8"));
  writeFileSync(PAGE, withTables(readFileSync(PAGE, "utf8"), tables));
}
