/**
 * Tokens and key sets in the shape of each identity provider, for the configurations in docs/identity-providers.md. Each
 * token has neighbours that must be rejected: of another tenant, client or project, or an ID token in place of an access token.
 */
import { json, jwk, type Pair, pairs, SECRET, signature } from "../../../support/authorizer/door";

type Claims = Readonly<Record<string, unknown>>;

export interface Provider {
  /** First column of the table. */
  readonly name: string;
  /** What is at the provider's URLs, as JSON. */
  readonly documents: Readonly<Record<string, object>>;
  readonly claims: Claims;
  readonly header?: Claims;
  readonly signer?: Signer;
  /** What the backend gets, without `exp`. */
  readonly context: Readonly<Record<string, string>>;
  /** What a neighbour has instead, and the claim that the log names. */
  readonly neighbours: Readonly<Record<string, readonly [change: Claims, claim: string]>>;
  /** Another way in which tokens with these claims are signed. */
  readonly alternative?: Signer;
}

export interface Signer {
  readonly header: Claims & { readonly alg: string };
  readonly key: Pair["privateKey"] | string;
}
const RS256: Signer = { header: { alg: "RS256", kid: "rsa" }, key: pairs.rsa.privateKey };
const ES256: Signer = { header: { alg: "ES256", kid: "p256" }, key: pairs.p256.privateKey };
const HS256: Signer = { header: { alg: "HS256" }, key: SECRET };

/** Returns a token that was issued now. A claim or header that is undefined is absent. */
export function tokenOf(provider: Provider, changes: Claims = {}, signer = provider.signer ?? RS256): string {
  const iat = Math.floor(Date.now() / 1000);
  const header = json({ typ: "JWT", ...signer.header, ...provider.header });
  const signed = `${header}.${json({ iat, exp: iat + 300, ...provider.claims, ...changes })}`;
  return `${signed}.${signature(signer.header.alg, signer.key, signed).toString("base64url")}`;
}

const rsa = jwk(pairs.rsa, { kid: "rsa", alg: "RS256" });
const second = jwk(pairs.otherRsa, { kid: "second", alg: "RS256" });
const { alg: _, ...unnamed } = { ...rsa, alg: "" };
const bare = pairs.rsa.publicKey.export({ format: "jwk" });
const encryption = jwk(pairs.otherRsa, { kid: "enc", alg: "RSA-OAEP", use: "enc" });
const x509 = { x5c: ["MII"], x5t: "rsa" };

const POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI";
const COGNITO = { [`${POOL}/.well-known/jwks.json`]: { keys: [rsa, second] } };
const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const SECOND_TENANT = "bbbbcccc-1111-dddd-2222-eeee3333ffff";
const OTHER_TENANT = "ffffffff-0000-cccc-1111-dddd2222eeee";
const APPLICATION = "00001111-aaaa-2222-bbbb-3333cccc4444";
const entra = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;
const entraKeys = (tenant: string) => ({
  [`https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`]: {
    keys: [{ ...unnamed, ...x509, issuer: entra("{tenantid}") }],
  },
});
const ENTRA = {
  iss: entra(TENANT),
  aud: APPLICATION,
  azp: "client-1",
  sub: "pairwise",
  oid: "user-1",
  tid: TENANT,
  roles: ["Quotes.Read", "Quotes.Write"],
  ver: "2.0",
};
const ENTRA_CONTEXT = { userId: "user-1", orgId: TENANT, roles: "[Quotes.Read Quotes.Write]" };
const REALM = "https://login.example.com/realms/quotes";
const PAGE = "https://app.example.com";
const SUPABASE = "https://abcdefghijklmnop.supabase.co/auth/v1";
const ISSUER = "https://login.example.com/";

/** For `entra: {tenant: any}`, which is not in the table: a key of one tenant does not verify tokens of another. */
export const EVERY_TENANT = {
  keys: [
    { ...unnamed, ...x509, issuer: entra("{tenantid}") },
    { ...unnamed, kid: "personal", issuer: entra(OTHER_TENANT) },
  ],
  token: (changes: Claims, kid = "rsa") =>
    tokenOf({ name: "", documents: {}, context: {}, neighbours: {}, claims: ENTRA }, changes, {
      header: { alg: "RS256", kid },
      key: pairs.rsa.privateKey,
    }),
  claims: ENTRA,
};

export const PROVIDERS: readonly Provider[] = [
  {
    name: "Auth0",
    documents: { "https://quotes.eu.auth0.com/.well-known/jwks.json": { keys: [{ ...rsa, ...x509 }, second] } },
    header: { typ: "at+jwt" },
    claims: {
      iss: "https://quotes.eu.auth0.com/",
      aud: ["https://quotes.example.com", "https://quotes.eu.auth0.com/userinfo"],
      azp: "client-1",
      sub: "auth0|1",
      org_id: "org_1",
      permissions: ["read:quotes", "write:quotes"],
    },
    context: { userId: "auth0|1", orgId: "org_1", roles: "[read:quotes write:quotes]" },
    neighbours: {
      "another API's": [{ aud: "https://another.example.com" }, "aud"],
      "an ID token": [{ aud: "client-1", nonce: "n" }, "aud"],
      "another tenant's": [{ iss: "https://another.eu.auth0.com/" }, "iss"],
    },
  },
  {
    name: "Amazon Cognito, access tokens",
    documents: COGNITO,
    header: { typ: undefined },
    claims: {
      iss: POOL,
      client_id: "1example23456789",
      token_use: "access",
      sub: "u-1",
      username: "bob",
      "cognito:groups": ["admin", "staff"],
    },
    context: { userId: "u-1", roles: "[admin staff]" },
    neighbours: {
      "an ID token": [{ client_id: undefined, aud: "1example23456789", token_use: "id" }, "client_id"],
      "an ID token with the client's id": [{ token_use: "id" }, "token_use"],
      "another client's": [{ client_id: "another" }, "client_id"],
      "another pool's": [{ iss: `${POOL}x` }, "iss"],
    },
  },
  {
    name: "Amazon Cognito, ID tokens",
    documents: COGNITO,
    header: { typ: undefined },
    claims: {
      iss: POOL,
      aud: "1example23456789",
      token_use: "id",
      sub: "u-1",
      "custom:org_id": "org-1",
      "cognito:groups": ["admin"],
    },
    context: { userId: "u-1", orgId: "org-1", roles: "[admin]" },
    neighbours: {
      "an access token": [{ aud: undefined, client_id: "1example23456789", token_use: "access" }, "aud"],
      "an access token with an audience": [{ token_use: "access" }, "token_use"],
      "another client's": [{ aud: "another" }, "aud"],
    },
  },
  {
    name: "Okta, custom authorization server",
    documents: { "https://quotes.okta.com/oauth2/default/v1/keys": { keys: [rsa] } },
    header: { typ: undefined },
    claims: {
      iss: "https://quotes.okta.com/oauth2/default",
      aud: "api://default",
      cid: "client-1",
      sub: "bob@example.com",
      uid: "00u1",
      groups: ["Everyone", "Domain Admins"],
    },
    context: { userId: "00u1", roles: "[Everyone Domain%20Admins]" },
    neighbours: {
      "another server's": [{ iss: "https://quotes.okta.com/oauth2/other" }, "iss"],
      "the organization's own server's": [{ iss: "https://quotes.okta.com" }, "iss"],
      "an ID token": [{ aud: "client-1" }, "aud"],
    },
  },
  {
    name: "Okta, organization's own server",
    documents: {
      "https://quotes.okta.com/.well-known/openid-configuration": {
        issuer: "https://quotes.okta.com",
        jwks_uri: "https://quotes.okta.com/oauth2/v1/keys",
      },
      "https://quotes.okta.com/oauth2/v1/keys": { keys: [rsa] },
    },
    header: { typ: undefined },
    claims: { iss: "https://quotes.okta.com", aud: "0oa1example", sub: "00u1", groups: ["Everyone"], ver: 1 },
    context: { userId: "00u1", roles: "[Everyone]" },
    neighbours: {
      "an access token": [{ aud: "https://quotes.okta.com", cid: "0oa1example", uid: "00u1" }, "aud"],
      "another client's": [{ aud: "0oa2another" }, "aud"],
    },
  },
  {
    name: "Microsoft Entra ID, version 2.0",
    documents: entraKeys(TENANT),
    claims: ENTRA,
    context: ENTRA_CONTEXT,
    neighbours: {
      "another tenant's": [{ iss: entra(OTHER_TENANT), tid: OTHER_TENANT }, "iss"],
      "an ID token, or another application's": [{ aud: "client-1" }, "aud"],
      "version 1.0": [{ iss: `https://sts.windows.net/${TENANT}/`, ver: "1.0" }, "iss"],
    },
  },
  {
    name: "Microsoft Entra ID, version 1.0",
    documents: { [`https://login.microsoftonline.com/${TENANT}/discovery/keys`]: { keys: [{ ...unnamed, ...x509 }] } },
    claims: { ...ENTRA, iss: `https://sts.windows.net/${TENANT}/`, aud: "api://quotes", appid: "client-1", ver: "1.0" },
    context: ENTRA_CONTEXT,
    neighbours: {
      "another tenant's": [{ iss: `https://sts.windows.net/${OTHER_TENANT}/`, tid: OTHER_TENANT }, "iss"],
      "another application's": [{ aud: "api://another" }, "aud"],
    },
  },
  {
    name: "Microsoft Entra ID, several tenants",
    documents: { ...entraKeys(TENANT), ...entraKeys(SECOND_TENANT) },
    claims: { ...ENTRA, iss: entra(SECOND_TENANT), tid: SECOND_TENANT },
    context: { ...ENTRA_CONTEXT, orgId: SECOND_TENANT },
    neighbours: {
      "a third tenant's": [{ iss: entra(OTHER_TENANT), tid: OTHER_TENANT }, "iss"],
      "another application's": [{ aud: "another" }, "aud"],
    },
  },
  {
    name: "Keycloak",
    documents: { [`${REALM}/protocol/openid-connect/certs`]: { keys: [encryption, { ...rsa, ...x509 }] } },
    claims: {
      iss: REALM,
      aud: "account",
      azp: "web",
      typ: "Bearer",
      sub: "k-1",
      org_id: "org-1",
      realm_access: { roles: ["admin", "user"] },
      resource_access: { account: { roles: ["view-profile"] } },
    },
    context: { userId: "k-1", orgId: "org-1", roles: "[admin user]" },
    neighbours: {
      "another client's": [{ azp: "another" }, "azp"],
      "an ID token": [{ typ: "ID", aud: "web" }, "typ"],
      "another realm's": [{ iss: "https://login.example.com/realms/another" }, "iss"],
    },
  },
  {
    name: "Google",
    documents: { "https://www.googleapis.com/oauth2/v3/certs": { keys: [rsa] } },
    claims: {
      iss: "https://accounts.google.com",
      aud: "1234.apps.googleusercontent.com",
      azp: "1234.apps.googleusercontent.com",
      sub: "109876543210987654321",
      hd: "example.com",
      email_verified: true,
    },
    context: { userId: "109876543210987654321", orgId: "example.com" },
    neighbours: {
      "another domain's": [{ hd: "another.example" }, "hd"],
      "a private account's": [{ hd: undefined }, "hd"],
      "another client's": [{ aud: "5678.apps.googleusercontent.com" }, "aud"],
    },
  },
  {
    name: "Firebase",
    documents: {
      "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com": { keys: [rsa] },
    },
    claims: {
      iss: "https://securetoken.google.com/quotes-1",
      aud: "quotes-1",
      sub: "f-1",
      auth_time: 1,
      firebase: { tenant: "t-1", identities: {}, sign_in_provider: "password" },
      roles: ["admin"],
    },
    context: { userId: "f-1", orgId: "t-1", roles: "[admin]" },
    neighbours: {
      "another project's": [{ iss: "https://securetoken.google.com/another", aud: "another" }, "iss"],
      "another project's, under this issuer": [{ aud: "another" }, "aud"],
    },
  },
  {
    name: "Clerk",
    documents: { "https://clerk.example.com/.well-known/jwks.json": { keys: [rsa] } },
    claims: {
      iss: "https://clerk.example.com",
      azp: PAGE,
      sub: "user_1",
      sid: "sess_1",
      v: 2,
      o: { id: "org_1", rol: "admin", slg: "acme" },
    },
    context: { userId: "user_1", orgId: "org_1", role: "admin" },
    neighbours: {
      "another page's": [{ azp: "https://attacker.example" }, "azp"],
      "no page's": [{ azp: undefined }, "azp"],
      "another instance's": [{ iss: "https://clerk.another.example" }, "iss"],
    },
  },
  {
    name: "Supabase",
    documents: {
      [`${SUPABASE}/.well-known/jwks.json`]: {
        keys: [jwk(pairs.p256, { kid: "p256", alg: "ES256", key_ops: ["verify"], ext: true })],
      },
    },
    signer: ES256,
    alternative: HS256,
    claims: {
      iss: SUPABASE,
      aud: "authenticated",
      sub: "s-1",
      role: "authenticated",
      app_metadata: { provider: "email", org_id: "org-1" },
      user_metadata: { org_id: "org-2" },
    },
    context: { userId: "s-1", orgId: "org-1", role: "authenticated" },
    neighbours: {
      "another project's": [{ iss: "https://ponmlkjihgfedcba.supabase.co/auth/v1" }, "iss"],
      "an anonymous key": [{ aud: undefined, role: "anon" }, "aud"],
    },
  },
  {
    name: "GitHub Actions",
    documents: { "https://token.actions.githubusercontent.com/.well-known/jwks": { keys: [{ ...rsa, ...x509 }] } },
    claims: {
      iss: "https://token.actions.githubusercontent.com",
      aud: "wss://quotes.example.com",
      sub: `repo:octo-org/quotes:${"x".repeat(300)}`,
      repository: "octo-org/quotes",
      repository_owner: "octo-org",
    },
    context: { userId: `repo:octo-org/quotes:${"x".repeat(300)}`, orgId: "octo-org" },
    neighbours: {
      "another repository's": [{ repository: "another/quotes", repository_owner: "another" }, "repository"],
      "another audience's": [{ aud: "https://github.com/octo-org" }, "aud"],
    },
  },
  {
    name: "GitLab",
    documents: { "https://gitlab.com/oauth/discovery/keys": { keys: [rsa] } },
    claims: {
      iss: "https://gitlab.com",
      aud: "wss://quotes.example.com",
      sub: "project_path:group/quotes:ref_type:branch:ref:main",
      project_path: "group/quotes",
      namespace_path: "group",
    },
    context: { userId: "project_path:group/quotes:ref_type:branch:ref:main", orgId: "group" },
    neighbours: {
      "another project's": [{ project_path: "group/another" }, "project_path"],
      "another audience's": [{ aud: "https://gitlab.com" }, "aud"],
    },
  },
  {
    name: "Any other",
    documents: {
      "https://login.example.com/.well-known/openid-configuration": {
        issuer: ISSUER,
        jwks_uri: "https://keys.example.com/set",
      },
      "https://keys.example.com/set": {
        keys: [{ ...bare, kid: "rsa" }, { kty: "EC", crv: "secp256k1", kid: "odd" }, { kid: null }],
      },
    },
    claims: { iss: ISSUER, aud: "quotes", sub: "u-1", org_id: 9007199254740993n.toString() },
    context: { userId: "u-1", orgId: "9007199254740993" },
    neighbours: {
      "another audience's": [{ aud: "another" }, "aud"],
      "another issuer's": [{ iss: "https://login.example.com" }, "iss"],
    },
  },
];
