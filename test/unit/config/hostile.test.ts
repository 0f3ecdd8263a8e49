/** Whatever the text, loading ends soon, in environments or in a ConfigError. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigError, formatProblems, loadConfig } from "../../../config";
import { errorOf, load, loadOne, MINIMAL, problemsOf, said } from "../../support/config/load";

const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
${["b", "c", "d", "e", "f", "g", "h"].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${"abcdefg"[i]}`).join(", ")}]`).join("\n")}
`;

describe("YAML", () => {
  test.each([
    [
      "a syntax error",
      "name: quotes\nbackend: [a",
      "2:12 : not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["an unknown tag", "name: !secret quotes", "1:7 : not valid YAML: Unresolved tag: !secret"],
    ["two documents", "name: a\n---\nname: b\n", "2:1 : expected one YAML document, not several."],
    ["an alias to nothing", "name: *nowhere", "1:7 name: no anchor `&nowhere` is defined above this alias."],
    ["a map inside itself", "a: &a {b: *a}", "1:11 a.b: this alias refers to a value that contains it."],
    ["a key that is no text", "? [a]\n: b", "1:3 : expected a text as key."],
    ["a key that names a prototype", "tags: {__proto__: {polluted: x}}", "1:8 tags: `__proto__` cannot be a key."],
    ["no map", "- name", "1:1 : expected a map with `name`, `backend` and `authorizer`, but the file has none."],
    ["nothing", "", "1:1 : expected a map with `name`, `backend` and `authorizer`, but the file has none."],
  ])("%s is reported with its place", (_what, text, expected) => {
    const error = errorOf(text);
    expect(error.code).toBe("config-syntax");
    expect(error.problems.map(said)).toEqual([expected]);
  });

  test("rejects aliases that multiply nodes", () => {
    expect(problemsOf(bomb).map(({ message }) => message)).toEqual([
      "the file is too large: it has more than 20000 values or 32 levels, aliases included.",
    ]);
  });

  test("rejects deep nesting without a crash", () => {
    const [problem] = problemsOf(`${MINIMAL}x: ${"[".repeat(20_000)}`);
    expect(problem?.message).toMatch(/nested too deeply|not valid YAML/);
  });

  test("accepts ordinary aliases and anchors", () => {
    const [environment] = load(`${MINIMAL}routes: {chat: &one {timeoutMs: 700}, talk: *one}\n`);
    expect(environment?.routes.map(({ integration }) => integration.timeoutMs)).toEqual([29_000, 29_000, 700, 700]);
  });

  test("a value of 300,000 slashes has no suggestion, which would take minutes", () => {
    const [problem] = problemsOf(
      `name: a\nbackend: https://a.example\nauthorizer: {auth0: {domain: "${"/".repeat(3e5)}x"}, audience: a}\n`,
    );
    expect(problem?.hint).toBeUndefined();
  });

  test("a key may have the name of a method of every object", () => {
    const names = `{${["toString", "valueOf", "hasOwnProperty"].map((name) => `${name}: x`)}}`;
    const text = MINIMAL.replace("}", `, requiredClaims: ${names}, context: ${names}}`);
    expect(loadOne(text).authorizer).toMatchObject({
      function: {
        settings: { issuers: [{ requiredClaims: { toString: ["x"], valueOf: ["x"], hasOwnProperty: ["x"] } }] },
      },
    });
  });

  test("a key never changes a prototype", () => {
    problemsOf(`${MINIMAL}tags: {constructor: {prototype: {polluted: x}}, toString: x, hasOwnProperty: y}\n`);
    expect({}).not.toHaveProperty("polluted");
    expect(load(`${MINIMAL}tags: {toString: x}\n`)[0]?.tags).toEqual({ toString: "x" });
  });
});

describe("files", () => {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const failure = (path: string) => {
    try {
      loadConfig(path);
    } catch (error) {
      if (error instanceof ConfigError) return `${error.code} ${error.problems[0]?.message}`;
      throw error;
    }
    return "loaded";
  };

  test("rejects a file that does not exist", () => {
    expect(failure(join(folder, "none.yaml"))).toBe("config-not-found file not found.");
  });
  test("a folder", () => {
    mkdirSync(join(folder, "sub.yaml"));
    expect(failure(join(folder, "sub.yaml"))).toBe("config-unreadable is a folder.");
  });
  test("one that is not UTF-8", () => {
    expect(failure(file("latin.yaml", Uint8Array.from([0x6e, 0xe4])))).toBe("config-unreadable is not UTF-8.");
  });
  test("one that is huge", () => {
    expect(failure(file("huge.yaml", "#".repeat(1024 * 1024 + 1)))).toBe("config-unreadable is larger than 1024 KB.");
  });
  test("one with a byte order mark and Windows line ends", () => {
    expect(failure(file("windows.yaml", `\uFEFF${MINIMAL.replaceAll("\n", "\r\n")}`))).toBe("loaded");
  });
  test("paths are relative to the configuration's folder", () => {
    file("connect.vtl", "from beside");
    const path = file("named.yaml", `${MINIMAL}routes: {chat: {requestTemplates: {$default: {file: connect.vtl}}}}\n`);
    expect(loadConfig(path).environments[0]?.routes[2]?.integration).toMatchObject({
      requestTemplates: { $default: "from beside" },
    });
  });
});

describe("anything at all", () => {
  /** Words of the configuration in any shape, so that what is right at one place turns up at every other. */
  const word = fc.constantFrom(
    ...[
      "name",
      "backend",
      "authorizer",
      "issuer",
      "audience",
      "routes",
      "$connect",
      "$default",
      "query",
      "headers",
      "stage",
      "variables",
      "state",
      "s3",
    ],
    ...[
      "environments",
      "prod",
      "url",
      "secret",
      "none",
      "env",
      "context",
      "identitySources",
      "issuers",
      "quotes",
      "https://a.example/{id}",
      "'x'",
    ],
    ...["route.request.querystring.a", "context.authorizer.userId", "${x}", "toString", "", "valueOf"],
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 5 }, word, fc.integer(), fc.boolean(), fc.constant(null), tie("map"), tie("list")),
    list: fc.array(tie("any"), { maxLength: 3 }),
    map: fc.dictionary(word, tie("any"), { maxKeys: 6 }),
  }));

  const survives = (text: string) => {
    try {
      load(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      expect(formatProblems(error)).toContain("found; nothing was synthesized.");
      for (const { line, column } of error.problems) expect([line, column].every((place) => place >= 1)).toBe(true);
    }
  };

  test("made of the configuration's words returns environments or throws a ConfigError", () => {
    fc.assert(
      fc.property(value.map, (object) => survives(JSON.stringify(object))),
      { numRuns: 300 },
    );
  });
  test("over a valid configuration returns environments or throws a ConfigError", () => {
    const right = {
      name: "quotes",
      backend: "https://a.example",
      authorizer: { issuer: "https://b.example", audience: "c" },
    };
    fc.assert(
      fc.property(value.map, (object) => survives(JSON.stringify({ ...right, ...object }))),
      { numRuns: 300 },
    );
  });
  test("of any characters returns environments or throws a ConfigError", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), survives), { numRuns: 300 });
  });
});
