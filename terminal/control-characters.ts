/** Makes text from servers and clients safe to print: control characters could move the cursor or colour the terminal. */

/** Escapes control characters, such as ESC to `\u001b`. Those in `kept` are printed as they are. */
export const escapeControls = (text: string, kept = ""): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (kept.includes(character) ? character : escaped(character)));

/** One escape for each UTF-16 code unit. */
const escaped = (character: string): string =>
  character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Replaces control characters and line separators by spaces, for a text on one line. */
export const replaceControls = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
