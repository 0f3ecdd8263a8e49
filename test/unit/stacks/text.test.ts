/** Text and JSON on their way into Terraform. */
import { Fn, Lazy, Token } from "cdktf";
import fc from "fast-check";
import { boundedName, literal } from "../../../stacks/text";

test.each([
  ["${context.connectionId}", "$${context.connectionId}"],
  ["%{if x}", "%%{if x}"],
  ["$${x}", "$$${x}"],
  ["$context.requestId", "$context.requestId"],
  ["\\$default", "\\$default"],
  ["100%", "100%"],
])("%s is written %s", (text, written) => {
  expect(literal(text)).toBe(written);
});

test("keeps references to other resources", () => {
  const token = Token.asString(Lazy.stringValue({ produce: () => "x" }));
  expect(literal(`a ${token} ${Fn.join(",", ["b"])}`)).not.toContain("$${");
});

test("escapes everything that Terraform would evaluate, for any text", () => {
  const hostile = fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "a", "\\") });
  fc.assert(
    fc.property(hostile, (text) => {
      // An opening that is doubled is the text itself; undoing it gives the text back.
      const written = literal(text);
      expect(written.replaceAll(/([$%])\1\{/g, "$1{")).toBe(text);
      expect(written.replaceAll(/([$%])\1\{/g, "_")).not.toMatch(/[$%]\{/);
    }),
  );
});

test("keeps a name within the limit, and cuts a longer one and adds a hash", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.integer({ min: 20, max: 128 }), (name, limit) => {
      const bounded = boundedName(name, limit);
      expect(bounded.length).toBeLessThanOrEqual(limit);
      if (name.length <= limit) expect(bounded).toBe(name);
      else expect(bounded).not.toBe(boundedName(`${name}x`, limit));
    }),
  );
});
