/** Cases of the identity providers under `authorizer`. */

import { BACKEND, BASE, type Case, issuer, verify } from "../../../support/config/option-case";

const provider = (keys: string) => `${BASE}${BACKEND}authorizer: {${keys}}`;
const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

/** A case for what a provider's settings become. */
const becomes = (option: string, keys: string, expected: object): Case => [
  `authorizer.${option}`,
  provider(keys),
  (e) => issuer(e),
  expect.objectContaining(expected),
];

export const PRESET_CASES: readonly Case[] = [
  becomes("gitlab", "gitlab: {project: group/quotes}, audience: wss", {
    issuer: "https://gitlab.com",
    jwksUri: "https://gitlab.com/oauth/discovery/keys",
    audiences: ["wss"],
    requiredClaims: { project_path: ["group/quotes"] },
    context: { userId: "sub", orgId: "namespace_path" },
  }),
  becomes("gitlab.project", "gitlab: {project: [a/b, a/b/c]}, audience: wss", {
    requiredClaims: { project_path: ["a/b", "a/b/c"] },
  }),
  becomes("gitlab.host", "gitlab: {project: a/b, host: git.example.com}, audience: wss", {
    issuer: "https://git.example.com",
    jwksUri: "https://git.example.com/oauth/discovery/keys",
  }),
  becomes("gitlab.host", "gitlab: {project: a/b, host: git.example.com:8443}, audience: wss", {
    issuer: "https://git.example.com:8443",
  }),
  becomes("auth0", "auth0: {domain: quotes.eu.auth0.com}, audience: quotes", {
    issuer: "https://quotes.eu.auth0.com/",
    jwksUri: "https://quotes.eu.auth0.com/.well-known/jwks.json",
    requiredClaims: {},
    context: { userId: "sub", orgId: "org_id" },
  }),
  becomes("auth0.domain", "auth0: {domain: login.example.com}, audience: a", { issuer: "https://login.example.com/" }),
  becomes("auth0.organization", "auth0: {domain: a.auth0.com, organization: org_1}, audience: a", {
    requiredClaims: { org_id: ["org_1"] },
  }),
  becomes("okta", "okta: {domain: quotes.okta.com}, audience: api://default", {
    issuer: "https://quotes.okta.com/oauth2/default",
    jwksUri: "https://quotes.okta.com/oauth2/default/v1/keys",
    context: { userId: "uid", orgId: "org_id" },
  }),
  becomes("okta.domain", "okta: {domain: login.example.com}, audience: a", {
    issuer: "https://login.example.com/oauth2/default",
  }),
  becomes("okta.server", "okta: {domain: a.okta.com, server: aus1}, audience: a", {
    issuer: "https://a.okta.com/oauth2/aus1",
  }),
  becomes("okta.clientId", "okta: {domain: a.okta.com, clientId: 0oa1}, audience: a", {
    requiredClaims: { cid: ["0oa1"] },
  }),
  becomes("entra", `entra: {tenant: ${TENANT}}, audience: a`, {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    requiredClaims: { tid: [TENANT] },
    context: { userId: "oid", orgId: "tid" },
  }),
  [
    "authorizer.entra.tenant",
    provider(`entra: {tenant: [${TENANT}, ${TENANT.replace("a", "b")}]}, audience: a`),
    (e) => verify(e).function.settings.issuers.map(({ issuer: name, requiredClaims }) => [name, requiredClaims.tid]),
    [TENANT, TENANT.replace("a", "b")].map((id) => [
      `https://login.microsoftonline.com/${id}/v2.0`,
      [TENANT, TENANT.replace("a", "b")],
    ]),
  ],
  [
    "authorizer.entra.tenant",
    provider(`entra: {tenant: [${TENANT}, ${TENANT}]}, audience: a`),
    (e) => verify(e).function.settings.issuers.length,
    1,
  ],
  becomes("entra.tenant", "entra: {tenant: any}, audience: a", {
    issuer: "https://login.microsoftonline.com/{tid}/v2.0",
    requiredClaims: {},
  }),
  becomes("keycloak", "keycloak: {realm: https://id.example.com/realms/quotes, clientId: web}", {
    issuer: "https://id.example.com/realms/quotes",
    jwksUri: "https://id.example.com/realms/quotes/protocol/openid-connect/certs",
    audiences: ["web"],
    audienceClaim: "azp",
    context: { userId: "sub", orgId: "org_id", roles: "realm_access.roles" },
  }),
  becomes("keycloak.realm", "keycloak: {realm: https://id.example.com:8443/realms/a, clientId: web}", {
    issuer: "https://id.example.com:8443/realms/a",
  }),
  becomes("keycloak.realm", "keycloak: {realm: https://id.example.com/auth/realms/My%20realm, clientId: web}", {
    issuer: "https://id.example.com/auth/realms/My%20realm",
  }),
  becomes("keycloak.clientId", "keycloak: {realm: https://id.example.com/realms/a, clientId: [web, app]}", {
    audiences: ["web", "app"],
  }),
  becomes("google", "google: {clientId: 1-a.apps.googleusercontent.com}", {
    issuer: "https://accounts.google.com",
    jwksUri: "https://www.googleapis.com/oauth2/v3/certs",
    context: { userId: "sub", orgId: "hd" },
  }),
  becomes("google.clientId", "google: {clientId: [a, b]}", { audiences: ["a", "b"], audienceClaim: "aud" }),
  becomes("google.hostedDomain", "google: {clientId: a, hostedDomain: example.com}", {
    requiredClaims: { hd: ["example.com"] },
  }),
  becomes("firebase", "firebase: {project: quotes-1}", {
    issuer: "https://securetoken.google.com/quotes-1",
    context: { userId: "sub", orgId: "firebase.tenant" },
  }),
  becomes("firebase.project", "firebase: {project: quotes-1}", { audiences: ["quotes-1"] }),
  becomes("firebase.tenant", "firebase: {project: a, tenant: t-1}", { requiredClaims: { "firebase.tenant": ["t-1"] } }),
  becomes("clerk", "clerk: {domain: clerk.example.com, origin: https://app.example.com}", {
    issuer: "https://clerk.example.com",
    jwksUri: "https://clerk.example.com/.well-known/jwks.json",
    audienceClaim: "azp",
    context: { userId: "sub", orgId: "o.id", role: "o.rol" },
  }),
  becomes("clerk.domain", "clerk: {domain: x.clerk.accounts.dev, origin: http://localhost:3000}", {
    issuer: "https://x.clerk.accounts.dev",
  }),
  becomes("clerk.origin", "clerk: {domain: clerk.example.com, origin: [https://a.example, https://b.example]}", {
    audiences: ["https://a.example", "https://b.example"],
  }),
  becomes("supabase", "supabase: {project: abcdefgh}", {
    issuer: "https://abcdefgh.supabase.co/auth/v1",
    jwksUri: "https://abcdefgh.supabase.co/auth/v1/.well-known/jwks.json",
    audiences: ["authenticated"],
    algorithms: ["ES256", "RS256"],
    context: { userId: "sub", orgId: "app_metadata.org_id", role: "role" },
  }),
  [
    "authorizer.supabase.project",
    provider("supabase: {project: a}, secret: env"),
    (e) => verify(e).function.settings.issuers.map(({ kind, issuer: name }) => [kind, name]),
    [
      ["jwks", "https://a.supabase.co/auth/v1"],
      ["secret", "https://a.supabase.co/auth/v1"],
    ],
  ],
];
