/** AWS's grammars: mapping sources and selection expressions. */
import fc from "fast-check";
import { parseJsonPath } from "../../../aws/json-path";
import { readIdentitySource } from "../../../config/expressions/identity-source";
import { readMappingSource } from "../../../config/expressions/mapping-source";
import { readRouteSelection, readTemplateSelection } from "../../../config/expressions/selection";

describe("a mapping source", () => {
  test.each([
    ["route.request.querystring.stocks", { kind: "request", location: "querystring", name: "stocks" }],
    ["route.request.header.X-Tenant", { kind: "request", location: "header", name: "X-Tenant" }],
    ["route.request.multivaluequerystring.a.b", { kind: "request", location: "multivaluequerystring", name: "a.b" }],
    ["route.request.multivalueheader.Accept", { kind: "request", location: "multivalueheader", name: "Accept" }],
    ["route.request.body.order.items[0].id", { kind: "body", path: parseJsonPath("order.items[0].id") }],
    ["context.connectionId", { kind: "context", name: "connectionId" }],
    ["context.identity.sourceIp", { kind: "context", name: "identity.sourceIp" }],
    ["context.authorizer.userId", { kind: "authorizer", key: "userId" }],
    ["stageVariables.tier", { kind: "stageVariable", name: "tier" }],
    ["'a static text'", { kind: "static", value: "a static text" }],
    ["''", { kind: "static", value: "" }],
  ])("%s", (text, expected) => {
    expect(readMappingSource(text)).toEqual({ ...expected, text });
  });

  test.each([
    ["$context.connectionId", "Did you mean `context.connectionId`?"],
    ["${context.connectionId}", "Did you mean `context.connectionId`?"],
    ["connectionId", "Did you mean `context.connectionId`?"],
    ["contex.stage", "Did you mean `context.stage`?"],
    ["context.connectionid", "Did you mean `context.connectionId`?"],
    ["context.authoriser.userId", "Did you mean `context.authorizer.userId`?"],
    ["authorizer.userId", "Did you mean `context.authorizer.userId`?"],
    ["$request.querystring.a", "Did you mean `route.request.querystring.a`?"],
    ["method.request.header.A", "Did you mean `route.request.header.A`?"],
    ["integration.request.header.A", "Did you mean `route.request.header.A`?"],
    ["route.request.query.a", "Did you mean `route.request.querystring.a`?"],
    ["route.request.headers.a", "Did you mean `route.request.header.a`?"],
    ["querystring.a", "Did you mean `route.request.querystring.a`?"],
    ["stageVariable.tier", "Did you mean `stageVariables.tier`?"],
    ["gold", "For a static text, write \"'gold'\"."],
    ["'it's'", "Write \"'its'\"."],
    ["", undefined],
    ["route.request.", undefined],
    ["route.request.querystring.", undefined],
    ["route.request.querystring.a b", undefined],
    ["route.request.body", undefined],
    ["context.", undefined],
    ["context.authorizer", undefined],
    ["stageVariables.", undefined],
    ["'a\nb'", "Write \"'a\nb'\"."],
  ])("not %j", (text, hint) => {
    const parsed = readMappingSource(text);
    expect(parsed).toHaveProperty("mistake");
    expect("mistake" in parsed && parsed.hint).toBe(hint);
  });

  test("returns a value or a mistake for any text", () => {
    const part = fc.constantFrom(
      "route",
      "request",
      "querystring",
      "body",
      "context",
      "authorizer",
      "$",
      "{",
      "'",
      "a",
      "[0]",
      "stageVariables",
      "",
      " ",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join(".")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const parsed = readMappingSource(source);
        expect("mistake" in parsed ? parsed.mistake.length > 0 : parsed.kind.length > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("keeps the text of a valid expression", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9_$-]{1,12}$/);
    const location = fc.constantFrom("querystring", "header", "multivaluequerystring", "multivalueheader");
    fc.assert(
      fc.property(location, name, (place, key) => {
        const text = `route.request.${place}.${key}`;
        expect(readMappingSource(text)).toEqual({ kind: "request", text, location: place, name: key });
        const ofAuthorizer = `context.authorizer.${key}`;
        expect(readMappingSource(ofAuthorizer)).toEqual({ kind: "authorizer", text: ofAuthorizer, key });
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9_]{1,12}$/), (name) => {
        const text = `stageVariables.${name}`;
        expect(readMappingSource(text)).toEqual({ kind: "stageVariable", text, name });
      }),
    );
  });
});

describe("an identity source", () => {
  const variables = new Set(["tier"]);
  test.each([
    "route.request.querystring.token",
    "route.request.header.Authorization",
    "stageVariables.tier",
    "context.identity.sourceIp",
    "context.stage",
  ])("%s is one that a client can satisfy", (source) =>
    expect(readIdentitySource(source, variables)).toHaveProperty("text", source),
  );
  test.each([
    ["$request.header.Authorization", "this is the form of HTTP APIs, which WebSocket APIs reject"],
    [
      "method.request.header.Authorization",
      "expected `route.request.querystring.NAME`, `route.request.header.NAME`, `context.NAME` or `stageVariables.NAME`",
    ],
    ["route.request.multivalueheader.A", "`multivalueheader` cannot identify a client"],
    ["route.request.header.a b", "expected `route.request.header.NAME`, NAME of letters, digits and `._$-`"],
    [
      "context.identity.apiKey",
      "no client could connect: `context.identity.apiKey` has no value before the authorizer has run",
    ],
    ["stageVariables.teir", "no client could connect: there is no stage variable `teir`"],
    ["'x'", "a static text cannot identify a client"],
  ])("%s is not", (source, mistake) => {
    expect(readIdentitySource(source, variables)).toHaveProperty("mistake", mistake);
  });
});

describe("a selection expression", () => {
  test.each([
    "$request.body.action",
    "$request.body.a.b[0].c",
    "${request.body.kind}",
    "v1-${request.body.a}/${request.body.b}",
    "\\$default",
  ])("of routes: %s", (text) => expect(readRouteSelection(text)).toHaveProperty("text", text));
  test.each([
    ["request.body.action", "Did you mean `$request.body.action`?"],
    ["action", "Did you mean `$request.body.action`?"],
    ["$default", "For the `$default` route alone, write `\\$default`."],
    ["$context.routeKey", undefined],
    ["", undefined],
    ["${request.body.", undefined],
  ])("not of routes: %s", (text, hint) => {
    const mistake = "expected `$request.body.PATH`, the part of a message that names its route";
    expect(readRouteSelection(text)).toEqual({ mistake, ...(hint && { hint }) });
  });
  test.each(["\\$default", "application/json", "${request.body.kind}", "a-${request.body.b}"])(
    "of request templates: %s",
    (text) => expect(readTemplateSelection(text, "request")).toHaveProperty("text", text),
  );
  test.each(["\\$default", "${integration.response.statuscode}", "${integration.response.header.X-Kind}"])(
    "of response templates: %s",
    (text) => expect(readTemplateSelection(text, "response")).toHaveProperty("text", text),
  );
  test.each(["$default", "$request.body.kind", "${integration.response.statuscode}", ""])(
    "not of request templates: %j",
    (text) => expect(readTemplateSelection(text, "request")).toHaveProperty("mistake"),
  );
  test("is parsed in linear time", () => {
    const long = `${"${request.body.a}-".repeat(5000)}$`;
    expect(readTemplateSelection(long, "response")).toHaveProperty("mistake");
  });
});
