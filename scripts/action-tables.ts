/** Builds Markdown tables of the action's inputs and outputs from action.yml. */
import { parse } from "yaml";
import * as z from "zod";

const field = z.object({ description: z.string(), default: z.string().optional(), required: z.boolean().optional() });
const action = z.object({ inputs: z.record(z.string(), field), outputs: z.record(z.string(), field) });

/** @param yaml text of action.yml */
export function actionTables(yaml: string): { readonly inputs: string; readonly outputs: string } {
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
