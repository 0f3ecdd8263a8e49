/** JSON without loss: what is written is what is read. */
import fc from "fast-check";
import { entriesOf, JsonNumber, jsonText, parseJson } from "../../../aws/json";

test.each([
  "1234567890123456789",
  "-12345678901234567890123",
  "1.0",
  "2.50",
  "1e400",
  "1E2",
  "-0",
  "0.00000001",
  "0.1234567890123456789",
  '{"2":1,"1":2,"a":3,"0":[{"9":1,"8":2}]}',
  '{"a":{"b":[1.0,"1.0",null,true]}}',
  '["a\\"b","\\\\",{"":1.0}]',
  '{"__proto__":1.0,"constructor":2}',
])("%s is read and written unchanged", (text) => {
  expect(jsonText(parseJson(text))).toBe(text);
});

test("numbers that JavaScript prints the same are its own", () => {
  expect(parseJson(' { "a" : [ 7, 2.5, 1.0 ] } ')).toEqual({ a: [7, 2.5, expect.any(JsonNumber)] });
});

test.each(["", "{", "1.0.0", "{'a': 1.0}", "01", "[1.0,]", "NaN"])("%j is not JSON", (text) => {
  expect(parseJson(text)).toBeUndefined();
});

test("the last of several members with one name counts", () => {
  expect(jsonText(parseJson('{"1":1.0,"b":2,"1":3.0}'))).toBe('{"1":3.0,"b":2}');
});

test("nesting too deep for a recursive reader is still read", () => {
  expect(parseJson(`${"[".repeat(60_000)}1.0${"]".repeat(60_000)}`)).toBeInstanceOf(Array);
});

test("any JSON means the same as with JSON.parse", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(jsonText(parseJson(text)) ?? "")).toEqual(JSON.parse(text));
      // With a number that takes the exact reader.
      expect(JSON.parse(jsonText(parseJson(`[1.0,${text}]`)) ?? "")).toEqual([1, JSON.parse(text)]);
    }),
  );
});

test("members that are added come last", () => {
  const value = parseJson('{"2":1.0,"1":2}');
  if (typeof value !== "object" || value === null) throw new TypeError("not an object");
  Reflect.set(value, "0", 3);
  expect(entriesOf(value).map(([name]) => name)).toEqual(["2", "1", "0"]);
});
