/**
 * One wrong value is one mistake. A rule that follows from the absence of a setting must not speak up when the setting is
 * there, and wrong.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { problemsOf, said } from "../../support/config/load";

const EVERYTHING = readFileSync(resolve(__dirname, "../../support/stacks/everything.yaml"), "utf8");
const ISSUERS = [
  "{issuer: https://a.example, audience: a, audienceClaim: azp, jwksUri: https://a.example/keys, algorithms: [RS256], requiredClaims: {a: b}, types: [JWT], context: {userId: sub, orgId: org_id}}",
  "{issuer: login, audience: a, algorithms: [HS256], secret: {env: [A, B]}, tokenParameter: t, identitySources: [route.request.querystring.t]}",
  "{cognito: {userPoolId: eu-west-1_A, clientId: a, tokenUse: id}}",
  "{github: {repository: octo/quotes}, audience: a}",
  "{keycloak: {realm: 'https://a.example/realms/a', clientId: web}}",
  "{issuers: [{issuer: https://a.example, audience: a}, {supabase: {project: a}, secret: env}]}",
  "{lambda: 'arn:aws:lambda:us-east-1:123456789012:function:chat', identitySources: [route.request.header.a]}",
];
const FILES = [
  EVERYTHING,
  ...ISSUERS.map((authorizer) => `name: quotes\nbackend: https://api.example.com\nauthorizer: ${authorizer}\n`),
];

/** Each value of the file, and the file with another value in its place. */
function* broken(text: string): Iterable<readonly [path: string, broken: string]> {
  const paths: (string | number)[][] = [];
  const document = parseDocument(text);
  const walk = (node: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) paths.push([...path]);
    if (isMap(node))
      for (const { key, value } of node.items) walk(value, [...path, String(isScalar(key) ? key.value : key)]);
    if (isSeq(node)) for (const [at, item] of node.items.entries()) walk(item, [...path, at]);
  };
  walk(document.contents, []);
  for (const path of paths) {
    const copy = parseDocument(text);
    copy.setIn(path, copy.createNode([[{ wrong: 1 }]]));
    yield [path.join("."), copy.toString()];
  }
}

test.each(FILES.flatMap((text) => [...broken(text)]))("%s", (_path, text) => {
  expect(problemsOf(text).map(said)).toHaveLength(1);
});
