/** Warnings of a configuration that is valid nevertheless, and their text. */
import { formatWarnings, parseConfig } from "../../../config";
import { MINIMAL } from "../../support/config/load";

const warningsOf = (text: string) =>
  formatWarnings(parseConfig(`${MINIMAL}${text}\n`, "gateway.yaml", () => "").warnings);

test.each([
  [
    "a likely misspelling of an argument",
    "state: {s3: {bucket: b, kye: a}}",
    "Warning: gateway.yaml:4:25 state.s3.kye: is passed on to Terraform, but is probably a mistake. Did you mean `key`?\n",
  ],
  [
    "an argument without a use here",
    "state: {s3: {bucket: b, dynamodb_table: c}}",
    "Warning: gateway.yaml:4:25 state.s3.dynamodb_table: is passed on to Terraform, but is probably a mistake. State is locked with a lock file (`use_lockfile`); no table is needed.\n",
  ],
  [
    "one environment's",
    "environments:\n  a: {state: {gcs: {bucket: b, prefixes: a, perfix: c}}}\n  b: ",
    "Warning: gateway.yaml:5:45 environments.a.state.gcs.perfix: is passed on to Terraform, but is probably a mistake. Did you mean `prefix`?\n",
  ],
  [
    "a state that is not locked",
    "state: {http: {address: 'https://state.example.com/quotes'}}",
    "Warning: gateway.yaml:4:9 state.http: is not locked: two deploys at the same time would corrupt the state. Set `lock_address` here, or TF_HTTP_LOCK_ADDRESS where Terraform runs.\n",
  ],
])("warns about %s", (_name, text, expected) => {
  expect(warningsOf(text)).toBe(expected);
});

test.each([
  "s3: {bucket: b, sts_region: a, kms_key_id: b, acl: c, encrypt: true, use_lockfile: true, assume_role: {role_arn: d}}",
  "cloud: {organization: o, hostname: h}",
  "http: {address: a, lock_address: b, unlock_address: c, retry_max: 2}",
  "gcs: {bucket: b, kms_encryption_key: k, storage_custom_endpoint: e}",
  "azurerm: {storage_account_name: a, container_name: b, tenant_id: t, use_oidc: true, lookup_blob_endpoint: true}",
  "pg: {skip_schema_creation: true, skip_table_creation: true}",
  "s3: {bucket: b, argument_of_the_next_release: true}",
])("passes on arguments that are right, or new: {%s}", (state) => {
  expect(warningsOf(`state: {${state}}`)).toBe("");
});

test("warns about users of every tenant of Microsoft Entra ID", () => {
  const text = `name: quotes
backend: https://api.example.com
authorizer: {entra: {tenant: any}, audience: quotes}
`;
  expect(formatWarnings(parseConfig(text, "gateway.yaml", () => "").warnings)).toBe(
    "Warning: gateway.yaml:3:22 authorizer.entra.tenant: users of every tenant of Microsoft Entra ID may connect. List the tenants.\n",
  );
});

test("a setting that has no effect beside what is kept of an adopted API", () => {
  const text = `${MINIMAL}stage: {throttle: {burst: 1, rate: 1}}\nadopted: {keep: {stage: {default_route_settings: null}}}\n`;
  const { warnings } = parseConfig(text, "gateway.yaml", () => "", { today: new Date("2026-01-01") });
  expect(warnings.map(({ key, message }) => `${key}: ${message}`)).toEqual([
    "stage.throttle: has no effect while `adopted.keep.stage.default_route_settings` is there.",
  ]);
});

describe("a runtime that AWS deprecates", () => {
  const deprecation = (text: string, today: string, local = false) =>
    formatWarnings(parseConfig(text, "gateway.yaml", () => "", { today: new Date(today), local }).warnings);
  const with24 = MINIMAL.replace("audience: quotes", "audience: quotes, runtime: nodejs24.x");
  const warning =
    "AWS deprecates `nodejs22.x` on 2027-04-30, and rejects changes of the function from 2027-07-01 on. Set `runtime: nodejs24.x`, which needs version 6.21.0 of Terraform's AWS provider.\n";

  test.each([
    ["six months before", MINIMAL, "2026-10-30", `Warning: gateway.yaml:3:1 authorizer.runtime: ${warning}`],
    ["earlier", MINIMAL, "2026-10-29", ""],
    ["afterwards", MINIMAL, "2030-01-01", `Warning: gateway.yaml:3:1 authorizer.runtime: ${warning}`],
    ["another runtime, earlier", with24, "2027-10-29", ""],
    [
      "another runtime",
      with24,
      "2027-10-30",
      "Warning: gateway.yaml:3:68 authorizer.runtime: AWS deprecates `nodejs24.x` on 2028-04-30, and rejects changes of the function from 2028-07-01 on. Update this project.\n",
    ],
    ["without a function", MINIMAL.replace(/authorizer: .*/, "authorizer: iam"), "2030-01-01", ""],
  ])("%s", (_name, text, today, expected) => {
    expect(deprecation(text, today)).toBe(expected);
  });

  test("is not reported on this machine, where another Node.js runs the function", () => {
    expect(deprecation(MINIMAL, "2030-01-01", true)).toBe("");
  });
});

const connect = (route: string) =>
  `name: quotes
backend: {url: https://api.example.com, integration: http-proxy}
authorizer: {issuer: https://login.example.com/, audience: quotes}
routes:
  $connect: ${route}
`;
const warningsOfAll = (text: string) => formatWarnings(parseConfig(text, "gateway.yaml", () => "").warnings);

test.each([
  [
    "that `http-proxy` passes on",
    connect("{method: POST}"),
    "Warning: gateway.yaml:5:3 routes.$connect.integration: `http-proxy` puts the token into the URL that the backend gets: it passes `token` on. Use `http` for `$connect`, or replace the value: `query: {token: \"'-'\"}`.\n",
  ],
  [
    "that is mapped to a query parameter",
    connect(
      "{integration: http, requestParameters: {route.request.querystring.token: required}, query: {jwt: route.request.querystring.token}}",
    ),
    "Warning: gateway.yaml:5:105 routes.$connect.query.jwt: puts the token into the URL that the backend gets. Map a claim of it: `context.authorizer.<key>`.\n",
  ],
])("warns about a token %s", (_name, text, expected) => {
  expect(warningsOfAll(text)).toBe(expected);
});

test.each([
  ["http", connect("{integration: http}")],
  ["a value in place of the token", connect("{query: {token: \"'-'\"}}")],
  ["no token", connect("{}").replace(/authorizer: .*/, "authorizer: none")],
])("no warning about a token with %s", (_name, text) => {
  expect(warningsOfAll(text)).toBe("");
});
