/** The file `.env`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withEnvFile } from "../../../terminal/env-file";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "env-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("adds the variables of the file, in the format of Node.js", () => {
  writeFileSync(join(folder, ".env"), "# Secrets\nexport A=1\nB=\"two words\" # why\n\nC='$HOME'\n");
  expect(withEnvFile({ D: "4" }, folder)).toEqual({ A: "1", B: "two words", C: "$HOME", D: "4" });
});

test("never replaces a variable that is set, not even an empty one", () => {
  writeFileSync(join(folder, ".env"), "A=file\nB=file\nC=file\n");
  expect(withEnvFile({ A: "set", B: "", C: undefined }, folder)).toEqual({ A: "set", B: "", C: "file" });
});

test.each([
  ["a byte order mark", "utf8"],
  ["UTF-16", "utf16le"],
] as const)("reads a file of Windows, with %s", (_what, encoding) => {
  writeFileSync(join(folder, ".env"), "\uFEFFA=1\r\nB='é'\r\n", encoding);
  expect(withEnvFile({}, folder)).toEqual({ A: "1", B: "é" });
});

test("needs no file", () => {
  expect(withEnvFile({ A: "1" }, folder)).toEqual({ A: "1" });
});

test("says that the file cannot be read", () => {
  mkdirSync(join(folder, ".env"));
  expect(() => withEnvFile({}, folder)).toThrow(
    expect.objectContaining({ code: "env-file-unreadable", message: expect.stringContaining(join(folder, ".env")) }),
  );
});
