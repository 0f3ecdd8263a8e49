/** Every option reaches the environment that it configures, and has the default that it says. */
import { jsonSchema } from "../../../config/schema/json-schema";
import { optionsTable } from "../../../scripts/options";
import { loadOne } from "../../support/config/load";
import { FILES } from "../../support/config/option-case";
import { AUTHORIZER_CASES } from "./options/authorizer";
import { OPERATIONS_CASES } from "./options/operations";
import { PRESET_CASES } from "./options/presets";
import { ROUTES_CASES } from "./options/routes";

const CASES = [...OPERATIONS_CASES, ...AUTHORIZER_CASES, ...PRESET_CASES, ...ROUTES_CASES];

test.each(CASES)("%s", (_option, yaml, pick, expected) => {
  expect(pick(loadOne(yaml, FILES))).toEqual(expected);
});

test("every option in the manual's table has a case here", () => {
  const documented = [...optionsTable().matchAll(/^\| `([^`]+)` \|/gm)].map(([, option]) => option);
  expect(documented.length).toBeGreaterThan(90);
  expect(documented.filter((option) => !CASES.some(([tested]) => tested === option))).toEqual([]);
  expect(CASES.map(([tested]) => tested).filter((option) => !documented.includes(option))).toEqual([]);
});

test("every option has a description", () => {
  const silent: string[] = [];
  const { $defs = {}, ...root } = jsonSchema();
  const visit = (schema: unknown, path: string, needs: boolean): void => {
    if (typeof schema !== "object" || schema === null) return;
    const described =
      "description" in schema ||
      "$ref" in schema ||
      Object.values(schema).some(
        (kinds) =>
          Array.isArray(kinds) && kinds.some((kind) => typeof kind === "object" && kind !== null && "$ref" in kind),
      );
    if (needs && !described) silent.push(path);
    for (const [keyword, inner] of Object.entries(schema)) {
      if (keyword === "properties")
        for (const [key, value] of Object.entries(inner)) visit(value, `${path}.${key}`, true);
      else if (Array.isArray(inner)) for (const value of inner) visit(value, path, false);
      else visit(inner, path, false);
    }
  };
  visit(root, "", false);
  visit($defs, "$defs", false);
  expect(silent).toEqual([]);
});
