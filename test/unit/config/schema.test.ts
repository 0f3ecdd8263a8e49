/** What is published of the schema is fresh, and says the same as the validator. */
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { loadConfig } from "../../../config";
import { jsonSchema } from "../../../config/schema/json-schema";
import { withTable } from "../../../scripts/markers";
import { optionsTable } from "../../../scripts/options";
import { identitySources, mappings, parameters, responseKey, selection } from "../../support/aws/typed";
import { errorOf, load, MINIMAL } from "../../support/config/load";

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false })
  // Keywords of the YAML language server.
  .addVocabulary(["errorMessage", "patternErrorMessage"])
  .compile(jsonSchema());

test("gateway.schema.json is fresh: run `npm run schema`", () => {
  expect(JSON.parse(readFileSync("gateway.schema.json", "utf8"))).toEqual(jsonSchema());
});

test("the manual's table of options is fresh: run `npm run docs`", () => {
  const readme = readFileSync("docs/configuration.md", "utf8");
  expect(withTable(readme, "options", optionsTable())).toBe(readme);
});

test("inserts the table between its markers only", () => {
  expect(withTable("a\n<!-- options:start -->\nold\n<!-- options:end -->\nb", "options", "| new |")).toBe(
    "a\n<!-- options:start -->\n| new |\n<!-- options:end -->\nb",
  );
  expect(withTable("no markers", "options", "| new |")).toBe("no markers");
});

describe("editors accept what loads:", () => {
  test.each([
    ["the smallest file", MINIMAL],
    ["the shipped file", readFileSync("gateway.yaml", "utf8")],
    [
      "an environment that differs in one key",
      `${MINIMAL}alarms: true\nenvironments: {staging: {stage: {variables: {a: b}}, alarms: }, prod: }\n`,
    ],
    ["a route with nothing under it", `${MINIMAL}routes: {$default: , $disconnect: false}\n`],
    ["a backend in each environment", "name: q\nauthorizer: none\nenvironments: {a: {backend: 'https://a.example'}}\n"],
  ])("%s", (_what, text) => {
    load(text);
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });
});

describe("editors reject what does not load:", () => {
  test.each([
    ["an unknown key", `${MINIMAL}regoin: eu-west-1\n`],
    ["an unknown key of a route", `${MINIMAL}routes: {chat: {qery: {}}}\n`],
    ["an unknown key in an environment", `${MINIMAL}environments: {a: {routes: {chat: {qery: {}}}}}\n`],
    ["a value out of range", `${MINIMAL}routes: {chat: {timeoutMs: 1}}\n`],
    ["no backend", "name: q\nauthorizer: none\n"],
    ["half a throttle", `${MINIMAL}stage: {throttle: {burst: 1}}\n`],
  ])("%s", (_what, text) => {
    expect(errorOf(text).code).toBe("config-invalid");
    expect(validate(parse(text))).toBe(false);
  });
});

test("the shipped file is the tutorial's API", () => {
  const { environments } = loadConfig("gateway.yaml");
  const selectDefault = selection("\\$default");
  const answer = { key: responseKey("$default"), templates: {}, templateSelectionExpression: selectDefault };
  const integration = {
    type: "HTTP",
    method: "POST",
    timeoutMs: 29_000,
    requestTemplates: {},
    templateSelectionExpression: selectDefault,
    passthroughBehavior: "WHEN_NO_MATCH",
    responses: [answer],
  };
  expect(environments).toHaveLength(1);
  expect(environments[0]).toMatchObject({
    routeSelectionExpression: selection("$request.body.action", "route"),
    stage: { name: "prod" },
    authorizer: { kind: "verify", identitySources: identitySources("route.request.querystring.token") },
  });
  expect(environments[0]?.routes).toEqual([
    {
      event: "CONNECT",
      key: "$connect",
      requestParameters: parameters({ "route.request.querystring.stocks": true }),
      integration: {
        ...integration,
        uri: "https://api.example.com/connect",
        toBackend: true,
        mappings: mappings({
          "integration.request.querystring.stocks": "route.request.querystring.stocks",
          "integration.request.querystring.connectionId": "context.connectionId",
          "integration.request.querystring.userId": "context.authorizer.userId",
          "integration.request.querystring.orgId": "context.authorizer.orgId",
        }),
      },
    },
    {
      event: "DISCONNECT",
      key: "$disconnect",
      integration: {
        ...integration,
        uri: "https://api.example.com/disconnect",
        toBackend: true,
        mappings: mappings({ "integration.request.querystring.connectionId": "context.connectionId" }),
      },
    },
  ]);
});
