/** Canonical JSON. */
import fc from "fast-check";
import { canonicalJson, stringsOf } from "../../../aws/canonical-json";

test("equal values give equal text, regardless of the order of their keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
      expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

test("returns every string at any depth", () => {
  expect(stringsOf({ b: ["x", { c: "y" }], a: "z", d: 1, e: null })).toEqual(["z", "x", "y"]);
});
