/** Values that users copy from the pages of their identity provider: each is rejected, with what to write instead. */
import { authorizer, finds, LOGIN } from "../../../support/config/finds";
import { problemsOf } from "../../../support/config/load";

const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

/** A setting, what was copied, and the suggestion. */
test.each([
  ["auth0.domain", "https://quotes.eu.auth0.com/", "quotes.eu.auth0.com"],
  ["auth0.domain", "Quotes.EU.auth0.com", "quotes.eu.auth0.com"],
  ["okta.domain", "https://quotes.okta.com/oauth2/default", "quotes.okta.com"],
  ["okta.server", "https://quotes.okta.com/oauth2/aus1AbC", "aus1AbC"],
  ["entra.tenant", TENANT.toUpperCase(), TENANT],
  ["entra.tenant", `https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT],
  ["cognito.userPoolId", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC", "eu-west-1_AbC"],
  [
    "cognito.userPoolId",
    "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI",
    "eu-west-1_AbCdEfGhI",
  ],
  ["cognito.userPoolId", "EU-WEST-1_AbC", undefined],
  ["keycloak.realm", "https://login.example.com/realms/quotes/", "https://login.example.com/realms/quotes"],
  ["keycloak.realm", "login.example.com/realms/quotes", "https://login.example.com/realms/quotes"],
  ["keycloak.realm", "https://login.example.com/admin/quotes/console", undefined],
  ["keycloak.realm", "https://login.example.com/realms/quotes/protocol/openid-connect/certs", undefined],
  ["google.hostedDomain", "https://example.com", "example.com"],
  ["google.hostedDomain", "Example.com", "example.com"],
  ["firebase.project", "https://quotes-1.firebaseapp.com", "quotes-1"],
  ["firebase.project", "123456789012", undefined],
  ["clerk.domain", "https://clerk.example.com", "clerk.example.com"],
  ["clerk.origin", "https://App.example.com/", "https://app.example.com"],
  ["clerk.origin", "https://app.example.com:443", "https://app.example.com"],
  ["supabase.project", "https://abcdefghijklmnop.supabase.co", "abcdefghijklmnop"],
  ["github.repository", "https://github.com/octo-org/quotes", "octo-org/quotes"],
  ["github.repository", "octo-org/quotes.git", "octo-org/quotes"],
  ["gitlab.project", "https://gitlab.com/group/quotes.git", "group/quotes"],
  ["gitlab.host", "https://gitlab.example.com:8443/", "gitlab.example.com:8443"],
  ["issuer", " https://login.example.com/", "https://login.example.com/"],
  ["allowedOrigins", "https://bücher.example/shop", "https://xn--bcher-kva.example"],
  ["allowedOrigins", "app.example.com", "https://app.example.com"],
  ["allowedOrigins", "null", undefined],
])("%s: %s", (setting, copied, meant) => {
  const [name = "", member] = setting.split(".");
  const value = name === "allowedOrigins" ? [copied] : member === undefined ? copied : { [member]: copied };
  const problems = problemsOf(authorizer(`${JSON.stringify({ [name]: value }).slice(1, -1)}, audience: a`));
  const [problem, ...others] = problems.filter(({ message }) => message.startsWith("expected"));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    line: 3,
    key: expect.stringContaining(setting),
    message: expect.stringMatching(/not `/),
  });
  expect(problem?.hint).toBe(meant === undefined ? undefined : `Did you mean \`${meant}\`?`);
});

finds("the identity provider", [
  [
    "the address of the discovery document",
    authorizer("issuer: ▸https://login.example.com/.well-known/openid-configuration, audience: a"),
    "authorizer.issuer: is the address of a discovery document. Write the `issuer` that is in it.",
  ],
  [
    "the discovery document in place of the keys",
    authorizer(`${LOGIN}, jwksUri: ▸https://login.example.com/.well-known/openid-configuration`),
    "authorizer.jwksUri: is the address of a discovery document. Write the `issuer` that is in it, and leave `jwksUri` out.",
  ],
  [
    "an issuer that no token of Entra has",
    authorizer("issuer: ▸https://login.microsoftonline.com/common/v2.0, audience: a"),
    "authorizer.issuer: is in no token: each has the issuer of its own tenant. Use the preset `entra`, with `tenant: any` or a list.",
  ],
  [
    "an issuer without a host",
    authorizer("issuer: ▸'https://', audience: a"),
    "authorizer.issuer: is not an https URL, so the address of its keys is unknown. Set `jwksUri`, or `secret: env` for a shared secret.",
  ],
  [
    "the Admin Console of Okta",
    authorizer("okta: {domain: ▸quotes-admin.okta.com}, audience: a"),
    "authorizer.okta.domain: is the address of Okta's Admin Console. Remove `-admin`.",
  ],
  [
    "an audience that YAML takes for a number",
    authorizer("issuer: https://login.example.com/, audience: ▸312909075212468632"),
    'authorizer.audience: expected an audience, or a list of them, not `312909075212468632`. Put it in quotes: "312909075212468632".',
  ],
  ...["$.realm_access.roles", "roles[0]", "a..b", ".a", "a."].map(
    (path) =>
      [
        `the path ${path}`,
        authorizer(`${LOGIN}, context: {a: ▸"${path}"}, requiredClaims: {▸"${path}": b}`),
        `authorizer.context.a: expected the path of a claim, such as \`realm_access.roles\`, not \`${path}\`.`,
        `authorizer.requiredClaims.${path}: expected the path of a claim, such as \`realm_access.roles\`.`,
      ] as const,
  ),
]);

test.each([
  ["google", "google: {clientId: GOCSPX-abcdEFGH1234ijklMNOP5678}"],
  ["audience", "issuer: https://a.example, audience: [a, sk_test_abcdEFGH1234ijkl]"],
  ["audience", `entra: {tenant: ${TENANT}}, audience: abc8Q~${"d".repeat(34)}`],
])("a client's secret in place of its id: %s", (setting, settings) => {
  const problems = problemsOf(authorizer(settings));
  expect(problems).toMatchObject([
    {
      key: `authorizer.${setting}`,
      message: "has a client's secret in place of its id, which is public.",
      excerpt: undefined,
    },
  ]);
  expect(JSON.stringify(problems)).not.toMatch(/GOCSPX|sk_test|8Q~/);
});

/** A misspelt setting is one mistake: its absence is not reported too. */
test.each([
  "isuer: https://a.example, audience: a",
  "issuer: https://a.example, aud: a",
  "Auth0: {domain: a.auth0.com}, audience: a",
  "auth0: {domian: a.auth0.com}, audience: a",
  "entra: {tenantId: a}, audience: a",
  "github: {repo: a/b}, audience: a",
  "lambdaArn: arn",
  "jwt: {issuer: https://a.example, audience: [a]}",
])("one mistake in %s", (settings) => {
  expect(problemsOf(authorizer(settings)).map(({ message }) => message)).toEqual(["no such setting."]);
});
