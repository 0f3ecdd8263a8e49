/** Control characters of others, in texts for the terminal. */
import { escapeControls, replaceControls } from "../../../terminal/control-characters";

test.each([
  ["an escape sequence", "\u001b[31mred", "\\u001b[31mred"],
  ["a mark that turns the direction of a text", "a\u202eb", "a\\u202eb"],
  ["a character of two code units", "a\u{e0001}b", "a\\udb40\\udc01b"],
])("%s is escaped", (_, text, escaped) => {
  expect(escapeControls(text)).toBe(escaped);
});

test("characters that are kept are printed as they are", () => {
  expect(escapeControls("a\n\tb\r", "\n\t")).toBe("a\n\tb\\u000d");
});

test("a text for one line has none, and no line separator", () => {
  expect(replaceControls("a\r\n\u2028b")).toBe("a b");
});
