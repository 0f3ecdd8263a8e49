/** JSON with one spelling for one meaning. */
import fc from "fast-check";
import { canonicalJson, stringsOf } from "../../../aws/canonical-json";

test("one value has one spelling, in whatever order its keys were written", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
      expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

test("every string is found, wherever it stands", () => {
  expect(stringsOf({ b: ["x", { c: "y" }], a: "z", d: 1, e: null })).toEqual(["z", "x", "y"]);
});
