// Terraform's expressions in JSON: each row is what `terraform console` prints for it, as JSON.
import fc from "fast-check";
import { evaluateJson } from "../../../../local/terraform/arguments";
import { TerraformError } from "../../../../local/terraform/error";
import type { Scope } from "../../../../local/terraform/evaluate";
import { parseTemplate } from "../../../../local/terraform/parser";

const SCOPE: Scope = {
  folder: __dirname,
  resolve(path) {
    if (path[0] === "var" && path[1] === "map") return { value: { a: [1, 2], "b c": { d: "x" } }, taken: 2 };
    if (path[0] === "aws_lambda_function") return { value: "arn:x", taken: 3 };
    throw new TerraformError("unknown", `there is no ${path.join(".")}`, "");
  },
};

test.each<[string, unknown]>([
  ["", ""],
  ["plain", "plain"],
  ["$${a} %%{b} $5 100%", "${a} %{b} $5 100%"],
  ["${1}", 1],
  ["${1} and ${true}", "1 and true"],
  ["${~ 1 ~}", 1],
  ["${null}", null],
  ['${"a\\n\\"\\u00e9${"b"}"}', 'a\n"éb'],
  ['${"$${x}"}', "${x}"],
  ["${1 + 2 * 3 - 4 / 2 % 2}", 7],
  ["${-(1 + 2)}", -3],
  ["${!true || 1 < 2 && 2 >= 2}", true],
  ['${1 == 1 ? "yes" : "no"}', "yes"],
  ['${"1" == 1}', false],
  ["${[1, 2,]}", [1, 2]],
  ['${{ a = 1, "b": [2], ("c") = 3 }}', { a: 1, b: [2], c: 3 }],
  ["${var.map.a[1]}", 2],
  ["${var.map.a.0}", 1],
  ['${var.map["b c"].d}', "x"],
  ["${var.map.a[*]}", [1, 2]],
  ["${[{ a = 1 }, { a = 2 }][*].a}", [1, 2]],
  ["${aws_lambda_function.f.arn}", "arn:x"],
  ['${replace("wss://x/prod", "/^ws/", "http")}', "https://x/prod"],
  ['${replace("a.b.c", ".", "-")}', "a-b-c"],
  ['${replace("ab", "/(a)(b)/", "$2$1")}', "ba"],
  ['${jsonencode({ b = "<&>", a = [null, true] })}', '{"a":[null,true],"b":"\\u003c\\u0026\\u003e"}'],
  ['${jsondecode("{\\"a\\":1}").a}', 1],
  ['${sha256("a")}', "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  ['${base64sha256("a")}', "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="],
  ['${nonsensitive(sensitive("a"))}', "a"],
  ['${join(",", ["a", 1])}', "a,1"],
  ['${split(",", "a,b")}', ["a", "b"]],
  ['${format("%s-%d-%q-%v-%%", "a", 7, "b", [1])}', 'a-7-"b"-[1]-%'],
  ["${merge({ a = 1, b = 1 }, { b = 2 })}", { a: 1, b: 2 }],
  ["${concat([1], [2, 3])}", [1, 2, 3]],
  ["${flatten([[1], [2, [3]]])}", [1, 2, 3]],
  ["${max([1, 3, 2]...)}", 3],
  ['${coalesce("", null, "a")}', "a"],
  ['${lookup({ a = 1 }, "b", 2)}', 2],
  ["${length([1, 2])}", 2],
  ['${substr("hello", 1, 3)}', "ell"],
  ['${substr("hello", -2, -1)}', "lo"],
  ['${trimsuffix(trimprefix("/a/", "/"), "/")}', "a"],
  ['${urlencode("a b&c")}', "a+b%26c"],
  ['${try(var.none, "otherwise")}', "otherwise"],
  ["${can(var.none)}", false],
  ['${can(regex("^[a-z]+$", "abc"))}', true],
  ['${can(regex("^[a-z]+$", "ABC"))}', false],
  ['${element(["a", "b"], 3)}', "b"],
  ['${contains(["a"], "a") && startswith("ab", "a")}', true],
  ['${tostring(1)}${tonumber("2")}${tobool("true")}', "12true"],
])("%s", (text, value) => {
  expect(evaluateJson(text, SCOPE)).toEqual(value);
});

test("evaluates strings in lists, objects and keys", () => {
  expect(evaluateJson({ '${"k"}': ["${1}", { a: "${2}b" }], plain: 3 }, SCOPE)).toEqual({
    k: [1, { a: "2b" }],
    plain: 3,
  });
});

test.each([
  ["${", "an expression is missing"],
  ["${a", "} is missing"],
  ["${1 2}", "} is missing"],
  ['${"a}', '" is missing'],
  ["${f(1}", ", or ) is missing"],
  ["${nope(1)}", "the function nope is not supported"],
  ["${constructor(1)}", "the function constructor is not supported"],
  ["${[for x in [1] : x]}", "for expressions are not supported"],
  ["%{ if true }a%{ endif }", "template directives (%{…}) are not supported"],
  ["a${null}", "null was found where a string is needed"],
  ["a${[1]}", "a list was found where a string is needed"],
  ["${1 + true}", "a boolean was found where a number is needed"],
  ["${var.map.none}", 'an object has no "none"'],
  ["${var.map.constructor}", 'an object has no "constructor"'],
  ["${var.map.a[9]}", 'a list has no "9"'],
  ['${jsondecode("{")}', "jsondecode: the text is not JSON"],
  ['${replace("a", "/(/", "")}', "replace: /(/ is not a regular expression"],
  ['${file("not-there")}', "the file not-there cannot be read"],
  [`\${${"(".repeat(10_000)}}`, "nested too deeply"],
])("explains what is wrong with %s", (text, problem) => {
  expect(() => evaluateJson(text, SCOPE)).toThrow(TerraformError);
  expect(() => evaluateJson(text, SCOPE)).toThrow(problem);
});

test("parses any text, or says what is wrong with it", () => {
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

test("reads back any text that is escaped as Terraform asks", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "a", "\\", '"') }), (text) => {
      const escaped = text.replace(/([$%])\{/g, "$1$1{");
      expect(evaluateJson(escaped, SCOPE)).toBe(text);
    }),
  );
});
