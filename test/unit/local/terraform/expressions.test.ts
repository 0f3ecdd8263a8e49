// Terraform's expressions in JSON strings: their worth, and what is said about those that have none.
import fc from "fast-check";
import { evaluateJson } from "../../../../local/terraform/arguments";
import { TerraformError } from "../../../../local/terraform/error";
import type { Scope } from "../../../../local/terraform/evaluate";
import { parseTemplate } from "../../../../local/terraform/parser";
import { EXPRESSIONS, LOCALS } from "../../../support/local/expressions";

const SCOPE: Scope = {
  folder: __dirname,
  resolve(path) {
    if (path[0] === "local" && path[1] === "map") return { value: LOCALS.map, taken: 2 };
    throw new TerraformError("unknown", `there is no ${path.join(".")}`, "");
  },
};

test.each(EXPRESSIONS)("%s", (text, value) => {
  expect(evaluateJson(text, SCOPE)).toEqual(value);
});

test("evaluates strings in lists, objects and keys", () => {
  expect(evaluateJson({ '${"k"}': ["${1}", { a: "${2}b" }], plain: 3 }, SCOPE)).toEqual({
    k: [1, { a: "2b" }],
    plain: 3,
  });
});

test.each([
  ["${", "expected an expression"],
  ["${a", "} is missing"],
  ["${1 2}", "} is missing"],
  ['${"a}', '" is missing'],
  ["${f(1}", ", or ) is missing"],
  ["${nope(1)}", "the function nope is not supported"],
  ["${constructor(1)}", "the function constructor is not supported"],
  ["${[for x in [1] : x]}", "for expressions are not supported"],
  ["%{ if true }a%{ endif }", "template directives (%{…}) are not supported"],
  ["a${null}", "expected a string, got null"],
  ["a${[1]}", "expected a string, got a list"],
  ["${1 + true}", "expected a number, got a boolean"],
  ["${local.map.none}", 'an object has no "none"'],
  ["${local.map.constructor}", 'an object has no "constructor"'],
  ["${local.map.a[9]}", 'a list has no "9"'],
  ['${jsondecode("{")}', "jsondecode: the text is not JSON"],
  ['${replace("a", "/(/", "")}', "replace: /(/ is not a regular expression"],
  ['${file("not-there")}', "the file not-there cannot be read"],
  [`\${${"(".repeat(10_000)}}`, "nested too deeply"],
])("explains what is wrong with %s", (text, problem) => {
  expect(() => evaluateJson(text, SCOPE)).toThrow(TerraformError);
  expect(() => evaluateJson(text, SCOPE)).toThrow(problem);
});

test("parses any text or throws a TerraformError", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "${",
      "}",
      "$${",
      "%{",
      '"',
      "\\",
      "(",
      ")",
      "[",
      "]",
      "{",
      "a.b",
      "f(",
      ",",
      "...",
      "?",
      ":",
      "=",
      "1",
      " ",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (text) => {
        try {
          parseTemplate(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TerraformError);
        }
      },
    ),
  );
});

test("parses any text escaped by Terraform's rules to the original", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "a", "\\", '"') }), (text) => {
      const escaped = text.replace(/([$%])\{/g, "$1$1{");
      expect(evaluateJson(escaped, SCOPE)).toBe(text);
    }),
  );
});
