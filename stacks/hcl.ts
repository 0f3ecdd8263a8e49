/**
 * `cdktf synth --hcl` does not escape backslashes and quotes in strings, and quotes references where HCL does not allow
 * it. These functions escape such values before cdktf prints them.
 */

/** Whether cdktf renders HCL. Only this environment variable shows it. */
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

/** A list of addresses for a meta-argument, in which HCL allows no quotes. */
export function addresses(list: readonly string[]): string | readonly string[] {
  return rendersHcl() ? `[${list.join(", ")}]` : list;
}

/** A block, and {@link blocks} of one name, where cdktf would write the value of an argument. */
export function block(value: Readonly<Record<string, unknown>>): unknown {
  return rendersHcl() ? { isBlock: true, type: "map", storageClassType: "object", value } : value;
}

export function blocks(list: readonly Readonly<Record<string, string>>[]): unknown {
  return rendersHcl() ? { isBlock: true, type: "list", storageClassType: "object", value: list } : list;
}
