/**
 * Works around defects of `cdktf synth --hcl`: it does not escape backslashes and quotes in strings, it quotes
 * references in places where HCL does not allow quotes, it writes texts of digits as numbers, and it leaves out `false` and
 * empty texts of variables. In JSON output these functions change nothing.
 */
import type { TerraformVariable } from "cdktf";

/** Returns whether cdktf renders HCL. cdktf shows it by this environment variable only. */
function rendersHcl(): boolean {
  return process.env.SYNTH_HCL_OUTPUT === "true" || process.env.SYNTH_HCL_OUTPUT === "1";
}

/** Escapes a text for a quoted HCL string (https://developer.hashicorp.com/terraform/language/expressions/strings). */
export function quotable(text: string): string {
  if (!rendersHcl()) return text;
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
}

/** Quotes a text that has only digits. cdktf would render it as a number where it does not know the type. */
export const digits = (text: string): string => (rendersHcl() && /^\d+$/.test(text) ? `"${text}"` : text);

/** Adds attributes of a variable whose value is `false` or an empty text. */
export function addFalsy(variable: TerraformVariable, attributes: Readonly<Record<string, false | "">>): void {
  if (!rendersHcl()) return;
  for (const [name, value] of Object.entries(attributes)) variable.addOverride(name, value);
}

/** Renders a list of addresses for a meta-argument, in which HCL does not allow quotes. */
export function addresses(list: readonly string[]): string | readonly string[] {
  return rendersHcl() ? `[${list.join(", ")}]` : list;
}

/** Renders a block. Without it, cdktf would write `name = { … }`. */
export function block(value: Readonly<Record<string, unknown>>): unknown {
  return rendersHcl() ? { isBlock: true, type: "map", storageClassType: "object", value } : value;
}

/** Renders several blocks of one name. */
export function blocks(list: readonly Readonly<Record<string, string>>[]): unknown {
  return rendersHcl() ? { isBlock: true, type: "list", storageClassType: "object", value: list } : list;
}
