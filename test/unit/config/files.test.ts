/** Which files a configuration may name, on a real file system. */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, formatProblems, loadConfig } from "../../../config";
import { fileReader } from "../../../config/files";
import { loadOne, MINIMAL, problemsOf, said } from "../../support/config/load";

let outside: string;
let repository: string;
let read: (path: string) => string;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "files-"));
  repository = join(outside, "repository");
  mkdirSync(join(repository, ".git"), { recursive: true });
  mkdirSync(join(repository, "gateway"));
  mkdirSync(join(outside, "repository-2"));
  writeFileSync(join(outside, "secret"), "secret");
  writeFileSync(join(outside, "repository-2/secret"), "secret");
  writeFileSync(join(repository, "shared.vtl"), "shared");
  writeFileSync(join(repository, "gateway/own.vtl"), "own");
  writeFileSync(join(repository, "gateway/large.vtl"), "x".repeat(1024 * 1024 + 1));
  symlinkSync(join(outside, "secret"), join(repository, "gateway/link.vtl"));
  symlinkSync("../shared.vtl", join(repository, "gateway/inside.vtl"));
  read = fileReader(join(repository, "gateway/gateway.yaml"));
});
afterAll(() => rmSync(outside, { recursive: true }));

test.each([
  ["a file beside the configuration", "own.vtl", "own"],
  ["a file elsewhere in the repository", "../shared.vtl", "shared"],
  ["a link to a file of the repository", "inside.vtl", "shared"],
])("reads %s", (_, path, text) => {
  expect(read(path)).toBe(text);
});

test.each([
  ["a file above the repository", "../../secret", "outside"],
  ["a file of a folder whose name begins with the repository's", "../../repository-2/secret", "outside"],
  ["an absolute path outside", "/etc/hostname", "outside"],
  ["the environment of this process", "/proc/self/environ", "outside"],
  ["a link to a file outside", "link.vtl", "outside"],
  ["a folder", ".", "not-a-file"],
  ["a file of more than 1 MB", "large.vtl", "too-large"],
  ["a file that does not exist", "none.vtl", "ENOENT"],
])("does not read %s", (_, path, code) => {
  expect(() => read(path)).toThrow(expect.objectContaining({ code }));
});

test("removes a byte order mark and Windows line ends", () => {
  const template = (text: string) =>
    loadOne(`${MINIMAL}routes: {$connect: {requestTemplates: {$default: {file: a.vtl}}}}\n`, { "a.vtl": text })
      .routes[0]?.integration;
  expect(template("\uFEFF{\r\n}\r\n")).toEqual(template("{\n}\n"));
  expect(template("{\n}\n")).toMatchObject({ requestTemplates: { $default: "{\n}\n" } });
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] }, null, 1);
  const authorizer = (text: string) =>
    loadOne(MINIMAL.replace("audience", "algorithms: [ES256], jwks: keys.json, audience"), { "keys.json": text })
      .authorizer;
  expect(authorizer(`\uFEFF${keys.replaceAll("\n", "\r\n")}`)).toEqual(authorizer(keys));
});

test("a template that cannot be parsed is reported with its file and line", () => {
  const text = `${MINIMAL}routes: {say: {requestTemplates: {$default: {file: say.vtl}}}}\n`;
  expect(problemsOf(text, { "say.vtl": "{\n#if($context.stage)\n}\n" }).map(said)).toEqual([
    "4:52 routes.say.requestTemplates.$default.file: say.vtl:2: `#if` has no `#end`.",
  ]);
});

const JWKS = MINIMAL.replace("audience", "algorithms: [RS256], jwks: FILE, audience");
const TEMPLATE = `${MINIMAL}routes: {say: {requestTemplates: {$default: {file: FILE}}}}\n`;

test.each([
  ["a template above the repository", TEMPLATE, "../../secret", "4:52 routes.say.requestTemplates.$default.file"],
  [
    "a template that is a link to a file outside",
    TEMPLATE,
    "link.vtl",
    "4:52 routes.say.requestTemplates.$default.file",
  ],
  ["a key set above the repository", JWKS, "../../secret", "3:77 authorizer.jwks"],
  ["a key set that is a link to a file outside", JWKS, "link.vtl", "3:77 authorizer.jwks"],
])("loading a configuration rejects %s", (_, text, path, place) => {
  const config = join(repository, "gateway/gateway.yaml");
  writeFileSync(config, text.replace("FILE", path));
  let reported = "";
  try {
    loadConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) reported = formatProblems(error);
  }
  expect(reported).toContain(
    `${config}:${place}: file is outside the repository: \`${path}\`, relative to the folder of this file.`,
  );
});
