/** All mistakes at once, as a person reads them. */
import { formatProblems } from "../../../config";
import { didYouMean, nearest } from "../../../terminal/nearest";
import { errorOf } from "../../support/config/load";

test("reports mistakes of all kinds together, with their lines", () => {
  const error = errorOf(`name: quotes
backend: https://api.example.com
regoin: eu-west-1
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  identitySources: [$request.querystring.token]
stage: pro d
routes:
  $connect:
    query:
      stocks: route.request.querystring.stocks
  chat:
    timeoutMs: 30000
    query: {user: context.authorizer.usrId}
tags: {price: "\${price}"}
`);
  expect(error.code).toBe("config-invalid");
  expect(formatProblems(error)).toBe(`gateway.yaml:3:1 regoin: no such setting. Did you mean \`region\`?
  3 | regoin: eu-west-1
    | ^

gateway.yaml:7:21 authorizer.identitySources.0: this is the form of HTTP APIs, which WebSocket APIs reject. Write \`route.request.querystring.token\`.
  7 |   identitySources: [$request.querystring.token]
    |                     ^

gateway.yaml:8:8 stage: expected a stage name of letters, digits, \`_\` and \`-\`, at most 128, not \`pro d\`.
  8 | stage: pro d
    |        ^

gateway.yaml:12:15 routes.$connect.query.stocks: \`route.request.querystring.stocks\` is not declared. Add \`route.request.querystring.stocks: optional\` (or \`required\`) to \`requestParameters\`.
  12 |       stocks: route.request.querystring.stocks
     |               ^

gateway.yaml:14:16 routes.chat.timeoutMs: expected milliseconds, a whole number from 50 to 29000, not \`30000\`.
  14 |     timeoutMs: 30000
     |                ^

gateway.yaml:15:19 routes.chat.query.user: the authorizer does not set \`usrId\`. Did you mean \`userId\`?
  15 |     query: {user: context.authorizer.usrId}
     |                   ^

gateway.yaml:16:15 tags.price: expected a text of at most 256 characters, not \`\${price}\`. Placeholders such as \`\${…}\` are not replaced in this file. Write the value itself, under \`environments\` if it differs.
  16 | tags: {price: "\${price}"}
     |               ^

7 problems found; nothing was synthesized.
`);
});

test("does not report the consequences of a mistake", () => {
  const error = errorOf(`name: quotes
backend: https://api.example.com
authorizer: {isuer: https://login.example.com/, audience: quotes}
stage: {variables: {tier: "not allowed!"}}
routes: {chat: {query: {a: stageVariables.tier}}}
`);
  expect(error.problems.map(({ key }) => key)).toEqual(["authorizer.isuer", "stage.variables.tier"]);
});

test("a long line is cut around its mistake, and control characters do not reach the terminal", () => {
  const text = formatProblems(
    errorOf(
      `name: "${"\u001b[31m".repeat(1)}${"x".repeat(300)}"\nbackend: https://a.example\nauthorizer: none # ${"y".repeat(300)}\nx: {${" ".repeat(200)}y: 1}\n`,
    ),
  );
  expect(text).not.toContain("\u001b");
  for (const line of text.split("\n").filter((each) => / \| /.test(each))) expect(line.length).toBeLessThan(110);
});

test.each([
  ["regoin", "region"],
  ["detailed_metrics", "detailedMetrics"],
  ["ROUTES", "routes"],
  ["stgae", "stage"],
  ["completely-else", undefined],
  ["x".repeat(10_000), undefined],
])("the nearest name to %.20s", (wrong, right) => {
  expect(nearest(wrong, ["region", "detailedMetrics", "routes", "stage"])).toBe(right);
});

test("suggests nothing if no name is near", () => {
  expect(didYouMean("zzz", ["region"])).toBeUndefined();
  expect(didYouMean("regin", ["region"])).toBe("Did you mean `region`?");
});
