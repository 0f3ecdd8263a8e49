/**
 * Tokens and key sets in the shape of each identity provider, with the configuration for it: the right identity reaches the
 * backend, and the neighbouring token that must fail is rejected for its claim.
 */
import type { Fetch } from "../../../functions/authorizer/http";
import { claims, door, json, jwk, NOW, pairs, signature } from "../../support/authorizer/door";
import * as subject from "../../support/authorizer/subject";
import { loadOne } from "../../support/config/load";
import { BACKEND, BASE, verify } from "../../support/config/option-case";

interface Provider {
  /** The keys of `authorizer`. */
  readonly yaml: string;
  readonly keys: readonly object[];
  /** Where the keys are. */
  readonly url: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, string>>;
  /** What another token has instead, and the claim that the log names. */
  readonly neighbour: readonly [change: Readonly<Record<string, unknown>>, claim: string];
  readonly header?: Readonly<Record<string, unknown>>;
  readonly discovery?: Readonly<Record<string, unknown>>;
}

const rsa = jwk(pairs.rsa, { kid: "rsa", alg: "RS256" });
const { use: _, ...bare } = jwk(pairs.rsa, { kid: "rsa" });
const encryption = jwk(pairs.otherRsa, { kid: "enc", alg: "RSA-OAEP", use: "enc" });
const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const OTHER = "ffffffff-0000-cccc-1111-dddd2222eeee";
const entra = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;
const entraClaims = {
  iss: entra(TENANT),
  aud: "app-1",
  sub: "pairwise",
  oid: "user-1",
  tid: TENANT,
  roles: ["a", "b"],
  ver: "2.0",
};
const entraKey = { ...bare, x5t: "rsa", x5c: ["MII"], issuer: entra("{tenantid}") };

const PROVIDERS: Readonly<Record<string, Provider>> = {
  Auth0: {
    yaml: "auth0: {domain: quotes.eu.auth0.com}, audience: https://quotes",
    url: "https://quotes.eu.auth0.com/.well-known/jwks.json",
    keys: [{ ...rsa, x5c: ["MII"], x5t: "x" }],
    header: { typ: "at+jwt" },
    claims: {
      iss: "https://quotes.eu.auth0.com/",
      aud: ["https://quotes", "https://quotes.eu.auth0.com/userinfo"],
      sub: "auth0|1",
      org_id: null,
    },
    context: { userId: "auth0|1" },
    neighbour: [{ aud: "https://another" }, "aud"],
  },
  "Amazon Cognito, access token": {
    yaml: "cognito: {userPoolId: eu-west-1_AbC, clientId: a1}, context: {userId: sub, groups: cognito:groups}",
    url: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC/.well-known/jwks.json",
    keys: [rsa, jwk(pairs.otherRsa, { kid: "second", alg: "RS256" })],
    header: { typ: undefined },
    claims: {
      iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
      aud: undefined,
      client_id: "a1",
      token_use: "access",
      sub: "u-1",
      "cognito:groups": ["a", "b"],
    },
    context: { userId: "u-1", groups: "[a b]" },
    neighbour: [{ token_use: "id" }, "token_use"],
  },
  Okta: {
    yaml: "okta: {domain: quotes.okta.com}, audience: api://default, context: {userId: uid, groups: groups}",
    url: "https://quotes.okta.com/oauth2/default/v1/keys",
    keys: [rsa],
    header: { typ: undefined },
    claims: {
      iss: "https://quotes.okta.com/oauth2/default",
      aud: "api://default",
      sub: "bob@example.com",
      uid: "00u1",
      groups: ["Everyone", "Domain Admins"],
    },
    context: { userId: "00u1", groups: "[Everyone Domain%20Admins]" },
    neighbour: [{ iss: "https://quotes.okta.com/oauth2/other" }, "iss"],
  },
  "Microsoft Entra ID": {
    yaml: `entra: {tenant: ${TENANT}}, audience: app-1`,
    url: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    keys: [entraKey],
    claims: entraClaims,
    context: { userId: "user-1", orgId: TENANT },
    neighbour: [{ iss: entra(OTHER), tid: OTHER }, "iss"],
  },
  "Microsoft Entra ID, several tenants": {
    yaml: `entra: {tenant: [${OTHER}, ${TENANT}]}, audience: app-1`,
    url: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    keys: [entraKey],
    claims: entraClaims,
    context: { userId: "user-1", orgId: TENANT },
    neighbour: [{ iss: entra("another"), tid: "another" }, "iss"],
  },
  "Microsoft Entra ID, any tenant": {
    yaml: "entra: {tenant: any}, audience: app-1",
    url: "https://login.microsoftonline.com/common/discovery/v2.0/keys",
    keys: [entraKey, { ...bare, kid: "personal", issuer: entra(OTHER) }],
    claims: entraClaims,
    context: { userId: "user-1", orgId: TENANT },
    neighbour: [{ tid: OTHER }, "iss"],
  },
  Keycloak: {
    yaml: "keycloak: {realm: https://id.example.com/realms/quotes, clientId: web}",
    url: "https://id.example.com/realms/quotes/protocol/openid-connect/certs",
    keys: [encryption, rsa],
    claims: {
      iss: "https://id.example.com/realms/quotes",
      aud: "account",
      azp: "web",
      typ: "Bearer",
      sub: "k-1",
      realm_access: { roles: ["admin", "user"] },
    },
    context: { userId: "k-1", orgId: "org-1", roles: "[admin user]" },
    neighbour: [{ azp: "another" }, "azp"],
  },
  Google: {
    yaml: "google: {clientId: 1.apps.googleusercontent.com, hostedDomain: example.com}",
    url: "https://www.googleapis.com/oauth2/v3/certs",
    keys: [rsa],
    claims: {
      iss: "https://accounts.google.com",
      aud: "1.apps.googleusercontent.com",
      azp: "1.apps.googleusercontent.com",
      sub: "109876543210987654321",
      hd: "example.com",
      email_verified: true,
    },
    context: { userId: "109876543210987654321", orgId: "example.com" },
    neighbour: [{ hd: "another.example" }, "hd"],
  },
  Firebase: {
    yaml: "firebase: {project: quotes-1}",
    url: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    keys: [rsa],
    claims: {
      iss: "https://securetoken.google.com/quotes-1",
      aud: "quotes-1",
      sub: "f-1",
      firebase: { tenant: "t-1", identities: {} },
    },
    context: { userId: "f-1", orgId: "t-1" },
    neighbour: [{ iss: "https://securetoken.google.com/another", aud: "another" }, "iss"],
  },
  Clerk: {
    yaml: "clerk: {domain: clerk.example.com, origin: https://app.example.com}",
    url: "https://clerk.example.com/.well-known/jwks.json",
    keys: [rsa],
    claims: {
      iss: "https://clerk.example.com",
      aud: undefined,
      azp: "https://app.example.com",
      sub: "user_1",
      v: 2,
      o: { id: "org_1", rol: "admin", slg: "acme" },
      exp: NOW + 60,
    },
    context: { userId: "user_1", orgId: "org_1", role: "admin" },
    neighbour: [{ azp: "https://attacker.example" }, "azp"],
  },
  Supabase: {
    yaml: "supabase: {project: abcdefgh}, secret: env",
    url: "https://abcdefgh.supabase.co/auth/v1/.well-known/jwks.json",
    keys: [{ ...rsa, key_ops: ["verify"], ext: true }],
    claims: {
      iss: "https://abcdefgh.supabase.co/auth/v1",
      aud: "authenticated",
      sub: "s-1",
      role: "authenticated",
      app_metadata: { org_id: "org-1" },
    },
    context: { userId: "s-1", orgId: "org-1", role: "authenticated" },
    neighbour: [{ aud: "another" }, "aud"],
  },
  "GitHub Actions": {
    yaml: "github: {repository: octo/quotes}, audience: wss",
    url: "https://token.actions.githubusercontent.com/.well-known/jwks",
    keys: [{ ...rsa, x5t: "x" }],
    claims: {
      iss: "https://token.actions.githubusercontent.com",
      aud: "wss",
      sub: `repo:octo/quotes:${"x".repeat(300)}`,
      repository: "octo/quotes",
      repository_owner: "octo",
    },
    context: { userId: `repo:octo/quotes:${"x".repeat(300)}`, orgId: "octo" },
    neighbour: [{ repository: "another/quotes" }, "repository"],
  },
  GitLab: {
    yaml: "gitlab: {project: group/quotes}, audience: wss",
    url: "https://gitlab.com/oauth/discovery/keys",
    keys: [rsa],
    claims: {
      iss: "https://gitlab.com",
      aud: "wss",
      sub: "project_path:group/quotes:ref_type:branch:ref:main",
      project_path: "group/quotes",
      namespace_path: "group",
    },
    context: { userId: "project_path:group/quotes:ref_type:branch:ref:main", orgId: "group" },
    neighbour: [{ project_path: "group/another" }, "project_path"],
  },
  "another provider, by issuer and audience": {
    yaml: "issuer: https://id.example.com/, audience: quotes",
    url: "https://keys.example.com/set",
    discovery: { issuer: "https://id.example.com/", jwks_uri: "https://keys.example.com/set" },
    keys: [bare],
    claims: { iss: "https://id.example.com/", aud: "quotes", sub: "u-1" },
    context: { userId: "u-1", orgId: "org-1" },
    neighbour: [{ aud: "another" }, "aud"],
  },
};

describe.each(Object.entries(PROVIDERS))("%s", (_name, provider) => {
  const { settings } = verify(loadOne(`${BASE}${BACKEND}authorizer: {${provider.yaml}}\n`)).function;
  const fetch: Fetch = async (url) => {
    if (url === provider.url) return JSON.stringify({ keys: provider.keys });
    if (provider.discovery && url.endsWith("/.well-known/openid-configuration"))
      return JSON.stringify(provider.discovery);
    throw new Error(`Nothing is at ${url}.`);
  };
  const open = () => door(subject, { settings, snapshot: {}, fetch });
  const sign = (changes: object, header: object = {}) => {
    const head = { alg: "RS256", typ: "JWT", kid: "rsa", ...provider.header, ...header };
    const signed = `${json(head)}.${json({ ...claims(), ...provider.claims, ...changes })}`;
    return `${signed}.${signature("RS256", pairs.rsa.privateKey, signed).toString("base64url")}`;
  };

  test("a standard token connects, with the right identity", async () => {
    const { policyDocument, context } = await open().answer(sign({}));
    expect(policyDocument.Statement[0].Effect).toBe("Allow");
    const { exp, ...rest } = context ?? {};
    expect(rest).toEqual(provider.context);
    expect(exp).toMatch(/^\d+$/);
  });

  test("the neighbouring token is rejected, and the log names the claim", async () => {
    const { answer, log } = open();
    const [changes, claim] = provider.neighbour;
    expect((await answer(sign(changes))).policyDocument.Statement[0].Effect).toBe("Deny");
    expect(log.at(-1)).toMatchObject({ decision: "deny", claim });
  });
});
