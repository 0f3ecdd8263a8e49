/** How a secret may be written in a text: as it is, escaped, quoted or encoded. */

/** A text to search for. A fragment of base64 is part of a longer run, which is hidden as a whole. */
export interface Form {
  readonly text: string;
  readonly run: boolean;
}

/** Every usual way to write the value. */
export function formsOf(value: string): Form[] {
  const texts = [value, ...escaped(value), ...percent(value), ...hex(value)].map((text) => ({ text, run: false }));
  return [...texts, ...base64(value).map((text) => ({ text, run: true }))];
}

const hex4 = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

function escaped(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[\u0080-\uffff]/g, hex4);
  // Go's encoder, which Terraform uses, escapes what could end a script. https://pkg.go.dev/encoding/json#HTMLEscape
  const go = json.replace(/[<>&\u2028\u2029]/g, hex4);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    ...[json, ascii, go].flatMap((text) => [text, text.replace(/([$%])\{/g, "$1$1{"), text.replaceAll("/", "\\/")]),
    JSON.stringify(json).slice(1, -1), // JSON within JSON
    html,
    ...["&#39;", "&#x27;", "&apos;"].map((quote) => html.replaceAll('"', "&quot;").replaceAll("'", quote)),
    ...["&#39;", "&#x27;", "&apos;"].map((quote) => html.replaceAll('"', "&#34;").replaceAll("'", quote)),
    value.replaceAll("'", "''"), // YAML, SQL
    ...["'\\''", "'\"'\"'", "\\'"].map((quote) => value.replaceAll("'", quote)), // shells
    value.replace(/["\\$`]/g, "\\$&"),
    value.replace(/[^\w@%+=:,./-]/g, "\\$&"),
  ];
}

function percent(value: string): string[] {
  // A lone half of a surrogate pair cannot be encoded.
  const whole = value.toWellFormed();
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
 * What base64 of any text with the value in it contains, such as that of `user:password`: the value begins at one of
 * three positions within a group of three bytes. Characters that depend on its neighbours are left out.
 */
function base64(value: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return [bytes.toString("base64").slice(from, to), bytes.toString("base64url").slice(from, to)];
  });
}
