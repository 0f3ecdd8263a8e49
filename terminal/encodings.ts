/** The forms in which a secret can appear in a text: unchanged, escaped, quoted or encoded. */

/** A text to search for. */
export interface Form {
  readonly text: string;
  /** The text is a fragment of base64. The masker hides the whole run of base64 characters around it. */
  readonly run: boolean;
}

/** Returns every usual form of a value. */
export function formsOf(value: string): Form[] {
  const texts = [value, ...escaped(value), ...percent(value), ...hex(value)].map((text) => ({ text, run: false }));
  return [...texts, ...base64(value).map((text) => ({ text, run: true }))];
}

const hex4 = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

function escaped(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[\u0080-\uffff]/g, hex4);
  // Terraform uses Go's encoder, which escapes characters that could end a script: https://pkg.go.dev/encoding/json#HTMLEscape
  const go = json.replace(/[<>&\u2028\u2029]/g, hex4);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    ...[json, ascii, go].flatMap((text) => [text, text.replace(/([$%])\{/g, "$1$1{"), text.replaceAll("/", "\\/")]),
    JSON.stringify(json).slice(1, -1), // JSON within JSON
    html,
    ...["&quot;", "&#34;"].flatMap((double) =>
      ["&#39;", "&#x27;", "&apos;"].map((single) => html.replaceAll('"', double).replaceAll("'", single)),
    ),
    value.replaceAll("'", "''"), // YAML, SQL
    ...["'\\''", "'\"'\"'", "\\'"].map((quote) => value.replaceAll("'", quote)), // shells
    value.replace(/["\\$`]/g, "\\$&"),
    value.replace(/[^\w@%+=:,./-]/g, "\\$&"),
  ];
}

function percent(value: string): string[] {
  // encodeURIComponent throws for a lone surrogate.
  const whole = Buffer.from(value, "utf8").toString("utf8");
  const strict = encodeURIComponent(whole).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [
    encodeURIComponent(whole),
    encodeURI(whole),
    strict,
    new URLSearchParams({ s: whole }).toString().slice(2),
  ];
  return forms.flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function hex(value: string): string[] {
  const text = Buffer.from(value).toString("hex");
  return [text, text.toUpperCase()];
}

/**
 * Returns the fragments that identify the value within a longer text in base64, such as the password in `user:password`.
 * There is one fragment for each position of the value in a group of three bytes. Characters that also depend on
 * neighbouring bytes are left out.
 */
function base64(value: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return [bytes.toString("base64").slice(from, to), bytes.toString("base64url").slice(from, to)];
  });
}
