/**
 * Presets: what the tokens of an identity provider have in common. Each sets where the keys are, the user, the
 * organization, and the requirement without which tokens of other customers of the provider would be accepted.
 */

import { serviceHost } from "../../aws/endpoints";
import { DEFAULTS } from "../../contract/defaults";
import { GITHUB_ISSUER } from "../../contract/token";
import type { AsymmetricAlgorithm, ClaimRules } from "../../functions/authorizer/settings";
import type { IssuerInput } from "../schema/issuer";
import { PRESET_SCHEMAS } from "../schema/presets";
import { asList } from "./scope";

export interface Preset {
  readonly name: PresetName;
  readonly issuer: string;
  /** Further issuers with the same rules. */
  readonly others?: readonly Pick<Preset, "issuer" | "jwksUri">[];
  readonly jwksUri: string;
  /**
   * Accepted audiences. If undefined, the file must set them, because the customer of the provider chooses the audience.
   */
  readonly audiences?: readonly string[];
  readonly audienceClaim: string;
  readonly requiredClaims: ClaimRules["requiredClaims"];
  readonly context: Readonly<Record<string, string>>;
  readonly algorithms?: readonly AsymmetricAlgorithm[];
  /** Settings that cannot be combined with the preset, because it sets them. */
  readonly excludes: readonly (keyof IssuerInput)[];
}

export type PresetName = keyof typeof PRESET_SCHEMAS;
export const PRESETS = Object.keys(PRESET_SCHEMAS).filter((name): name is PresetName => name in PRESET_SCHEMAS);

/** What a provider's function returns. What is left out has the usual value. */
interface Facts extends Pick<Preset, "issuer" | "others" | "jwksUri" | "audiences" | "context" | "algorithms"> {
  readonly audienceClaim?: string;
  readonly requiredClaims?: ClaimRules["requiredClaims"];
  /** Whether its tokens may also be signed with a shared secret. */
  readonly secret?: true;
}

type Input<Name extends PresetName> = NonNullable<IssuerInput[Name]>;
const FACTS: { readonly [Name in PresetName]: (input: Input<Name>) => Facts } = {
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
  cognito: ({ userPoolId, clientId, tokenUse = DEFAULTS.tokenUse }) => {
    const issuer = `https://${serviceHost("cognito-idp", userPoolId.split("_")[0] ?? "")}/${userPoolId}`;
    return {
      issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      audiences: asList(clientId),
      // Access tokens have no `aud`: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
      audienceClaim: tokenUse === "access" ? "client_id" : "aud",
      requiredClaims: { token_use: [tokenUse] },
      context: { orgId: "custom:org_id" },
    };
  },
  // https://docs.github.com/en/actions/reference/security/oidc
  github: ({ repository }) => ({
    issuer: GITHUB_ISSUER,
    jwksUri: `${GITHUB_ISSUER}/.well-known/jwks`,
    requiredClaims: { repository: asList(repository) },
    context: { orgId: "repository_owner" },
  }),
  // https://docs.gitlab.com/ci/secrets/id_token_authentication/
  gitlab: ({ project, host = DEFAULTS.gitlabHost }) => ({
    issuer: `https://${host}`,
    jwksUri: `https://${host}/oauth/discovery/keys`,
    requiredClaims: { project_path: asList(project) },
    context: { orgId: "namespace_path" },
  }),
  // https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens
  auth0: ({ domain, organization }) => ({
    issuer: `https://${domain}/`,
    jwksUri: `https://${domain}/.well-known/jwks.json`,
    ...(organization !== undefined && { requiredClaims: { org_id: asList(organization) } }),
    context: { orgId: "org_id" },
  }),
  // https://developer.okta.com/docs/guides/validate-access-tokens/
  okta: ({ domain, server = DEFAULTS.oktaServer, clientId }) => ({
    issuer: `https://${domain}/oauth2/${server}`,
    jwksUri: `https://${domain}/oauth2/${server}/v1/keys`,
    ...(clientId !== undefined && { requiredClaims: { cid: asList(clientId) } }),
    // `sub` is the login, which can change hands.
    context: { userId: "uid", orgId: "org_id" },
  }),
  // https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
  entra: ({ tenant }) => {
    const host = "https://login.microsoftonline.com";
    const [first, ...others] = (tenant === "any" ? [undefined] : [...new Set(asList(tenant))]).map((id) => ({
      issuer: `${host}/${id ?? "{tid}"}/v2.0`,
      jwksUri: `${host}/${id ?? "common"}/discovery/v2.0/keys`,
    }));
    return {
      issuer: first?.issuer ?? "",
      jwksUri: first?.jwksUri ?? "",
      others,
      ...(tenant !== "any" && { requiredClaims: { tid: asList(tenant) } }),
      // `sub` is another one for each application.
      context: { userId: "oid", orgId: "tid" },
    };
  },
  // https://www.keycloak.org/docs/latest/server_admin/#_audience
  keycloak: ({ realm, clientId }) => ({
    issuer: realm,
    jwksUri: `${realm}/protocol/openid-connect/certs`,
    // Without an audience mapper, `aud` is absent, or names another client.
    audiences: asList(clientId),
    audienceClaim: "azp",
    // An ID token of the same client has `typ: ID`.
    requiredClaims: { typ: ["Bearer"] },
    context: { orgId: "org_id", roles: "realm_access.roles" },
  }),
  // https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
  google: ({ clientId, hostedDomain }) => ({
    issuer: "https://accounts.google.com",
    jwksUri: "https://www.googleapis.com/oauth2/v3/certs",
    audiences: asList(clientId),
    ...(hostedDomain !== undefined && { requiredClaims: { hd: asList(hostedDomain) } }),
    context: { orgId: "hd" },
  }),
  // https://firebase.google.com/docs/auth/admin/verify-id-tokens
  firebase: ({ project, tenant }) => ({
    issuer: `https://securetoken.google.com/${project}`,
    jwksUri: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    audiences: [project],
    ...(tenant !== undefined && { requiredClaims: { "firebase.tenant": asList(tenant) } }),
    context: { orgId: "firebase.tenant" },
  }),
  // https://clerk.com/docs/guides/sessions/session-tokens
  clerk: ({ domain, origin }) => ({
    issuer: `https://${domain}`,
    jwksUri: `https://${domain}/.well-known/jwks.json`,
    // A session token has no `aud`. `azp` is the origin of the page that requested it.
    audiences: asList(origin),
    audienceClaim: "azp",
    context: { orgId: "o.id", role: "o.rol" },
  }),
  // https://supabase.com/docs/guides/auth/jwt-fields
  supabase: ({ project }) => ({
    issuer: `https://${project}.supabase.co/auth/v1`,
    jwksUri: `https://${project}.supabase.co/auth/v1/.well-known/jwks.json`,
    // Every project has this audience, but the issuer is the project's own.
    audiences: ["authenticated"],
    algorithms: ["ES256", "RS256"],
    context: { orgId: "app_metadata.org_id", role: "role" },
    secret: true,
  }),
};

/** Returns the facts of the first preset of an issuer. Further ones are excluded by it. */
export function presetOf(input: IssuerInput): Preset | undefined {
  for (const name of PRESETS) {
    const facts = factsOf(name, input);
    if (!facts) continue;
    const { audienceClaim = DEFAULTS.audienceClaim, requiredClaims = {}, secret, ...rest } = facts;
    const excludes = [
      "issuer",
      ...(rest.audiences ? (["audience"] as const) : []),
      "audienceClaim",
      "jwksUri",
      ...(secret ? [] : (["secret"] as const)),
      ...PRESETS.filter((other) => other !== name),
    ] as const;
    return { ...rest, name, audienceClaim, requiredClaims, excludes };
  }
  return undefined;
}

function factsOf<Name extends PresetName>(name: Name, { [name]: input }: Pick<IssuerInput, Name>): Facts | undefined {
  return input && FACTS[name](input);
}
