/** Presets for the tokens of Amazon Cognito and GitHub Actions. */

import { serviceHost } from "../../aws/endpoints";
import { DEFAULTS } from "../../contract/defaults";
import { GITHUB_ISSUER } from "../../contract/token";
import type { ClaimRules } from "../../functions/authorizer/settings";
import type { IssuerInput } from "../schema/authorizer";
import { asList } from "./scope";

export interface Preset {
  readonly name: "cognito" | "github";
  readonly issuer: string;
  readonly jwksUri: string;
  /**
   * Accepted audiences. If undefined, the file must set them, because the workflow that requests the token chooses the
   * audience.
   */
  readonly audiences: readonly string[] | undefined;
  readonly audienceClaim: ClaimRules["audienceClaim"];
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>;
  /** The claim with the organization. */
  readonly organization: string;
  /** Settings that cannot be combined with the preset, because it sets them. */
  readonly excludes: readonly (keyof IssuerInput)[];
}

export function presetOf({ cognito, github }: IssuerInput): Preset | undefined {
  if (cognito) return cognitoPreset(cognito);
  return github && githubPreset(github);
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html */
function cognitoPreset({
  userPoolId,
  clientId,
  tokenUse = DEFAULTS.tokenUse,
}: NonNullable<IssuerInput["cognito"]>): Preset {
  const region = userPoolId.split("_")[0] ?? "";
  const issuer = `https://${serviceHost("cognito-idp", region)}/${userPoolId}`;
  return {
    name: "cognito",
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    audiences: asList(clientId),
    // Access tokens have no `aud`: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
    audienceClaim: tokenUse === "access" ? "client_id" : "aud",
    requiredClaims: { token_use: [tokenUse] },
    organization: "custom:org_id",
    excludes: ["issuer", "audience", "audienceClaim", "jwksUri", "secret", "github"],
  };
}

function githubPreset({ repository }: NonNullable<IssuerInput["github"]>): Preset {
  const issuer = GITHUB_ISSUER;
  return {
    name: "github",
    issuer,
    jwksUri: `${issuer}/.well-known/jwks`,
    audiences: undefined,
    audienceClaim: "aud",
    requiredClaims: { repository: asList(repository) },
    organization: "repository_owner",
    excludes: ["issuer", "audienceClaim", "jwksUri", "secret"],
  };
}
