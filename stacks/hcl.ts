/**
 * `cdktf synth --hcl` prints strings as they are, backslashes and quotes included, and quotes references where HCL takes
 * none. What does not survive that is handed to it already in HCL's own spelling.
 */

/** Whether cdktf renders HCL: it is told so by this variable, and tells nobody else. */
function rendersHcl(): boolean {
  return process.env.SYNTH_HCL_OUTPUT === "true" || process.env.SYNTH_HCL_OUTPUT === "1";
}

/** The inside of a quoted HCL string (https://developer.hashicorp.com/terraform/language/expressions/strings). */
export function quotable(text: string): string {
  if (!rendersHcl()) return text;
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
}

/** A list of addresses, for meta-arguments that take no expressions. */
export function addresses(list: readonly string[]): string | readonly string[] {
  return rendersHcl() ? `[${list.join(", ")}]` : list;
}
