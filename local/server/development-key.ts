/**
 * A key for tokens of local development. It is added to the settings of this project's authorizer when the local gateway
 * runs it, and so is the permission to log what a rejected token has. The key exists only in this process, and not in any
 * file.
 */

import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { hs256Token, originIn, secretBytes, type TokenPlace, withClaim } from "../../contract/token";
import { TOKEN_SETTINGS, tokenPlacesOf } from "../../contract/token-settings";
import { textInZip } from "../../contract/zip-file";
import { claimPath, SETTINGS_FILE, SETTINGS_VARIABLE } from "../../functions/authorizer/settings";
import type { LambdaFunction } from "../lambda/types";

/** The part of the authorizer's settings that is read; everything else is passed on unchanged. */
const settingsSchema = z.looseObject({
  issuers: z.array(z.looseObject({ context: z.record(z.string(), z.string()).default({}) })).min(1),
  ...TOKEN_SETTINGS,
});

const SECRET = "LOCAL_DEVELOPMENT_SECRET";
const ISSUER = "https://local.invalid/development";
const AUDIENCE = "local-gateway";
const LIFETIME_SECONDS = 3600;

/** An authorizer that accepts the development key, and tokens for it. */
export interface DevelopmentAccess {
  readonly fn: LambdaFunction;
  /** Where the token is sent: in the query string if the authorizer accepts it there, because a URL can carry it. */
  readonly place: TokenPlace;
  /** Whether the authorizer accepts the token in several places. API Gateway then invokes it for a client without one too. */
  readonly hasOtherPlaces: boolean;
  /** The origin of a page that may connect. Undefined: every origin may. */
  readonly origin: string | undefined;
  /**
   * A token that is valid for an hour, or for the authorizer's maximum lifetime where that is shorter. `claims` are added,
   * or replace those that it has otherwise; an undefined one is left out.
   */
  createToken(claims?: Claims): string;
}

/** Claims of a token by name, such as `{ sub: "alice", org_id: "acme" }`. */
export type Claims = Readonly<Record<string, unknown>>;

export class DevelopmentKey {
  readonly #secret = randomBytes(secretBytes("HS256")).toString("base64url");

  /** `ownOrigins`: the gateway's own, whose inspector may connect even if the authorizer accepts only other origins. */
  constructor(
    private readonly ownOrigins: () => readonly string[] = () => [],
    private readonly now: () => number = Date.now,
  ) {}

  /** The function with the key as a further issuer; undefined where it is not this project's authorizer. */
  addTo(fn: LambdaFunction): DevelopmentAccess | undefined {
    const text = fn.environmentVariables[SETTINGS_VARIABLE] ?? textInZip(fn.zipFile, SETTINGS_FILE);
    const settings = settingsSchema.safeParse(parseJson(text));
    if (!settings.success) return undefined;
    const { issuers, allowedOrigins, maxLifetime } = settings.data;
    const [first, ...others] = tokenPlacesOf(settings.data);
    if (first === undefined) return undefined;
    const place = [first, ...others].find((each) => "query" in each) ?? first;
    const context = issuers[0]?.context ?? {};
    const development = {
      kind: "secret",
      issuer: ISSUER,
      audiences: [AUDIENCE],
      audienceClaim: "aud",
      requiredClaims: {},
      types: ["JWT"],
      context,
      algorithms: ["HS256"],
      secrets: { from: "env", names: [SECRET] },
    };
    const changed = JSON.stringify({
      ...settings.data,
      issuers: [...issuers, development],
      ...(allowedOrigins && { allowedOrigins: [...allowedOrigins, ...this.ownOrigins()] }),
      explain: true,
    });
    const lifetime = Math.min(LIFETIME_SECONDS, typeof maxLifetime === "number" ? maxLifetime : LIFETIME_SECONDS);
    return {
      fn: {
        ...fn,
        environmentVariables: { ...fn.environmentVariables, [SETTINGS_VARIABLE]: changed, [SECRET]: this.#secret },
      },
      place,
      hasOtherPlaces: others.length > 0,
      origin: originIn(allowedOrigins),
      createToken: (claims = {}) => this.#sign(Object.values(context), lifetime, claims),
    };
  }

  /** A claim that the context uses gets its path as the value, unless it is given: `local-<path>`. */
  #sign(paths: readonly string[], lifetime: number, claims: Claims): string {
    const issuedAt = Math.floor(this.now() / 1000);
    const payload = {
      ...paths.reduce((all, path) => withClaim(all, claimPath(path), `local-${path}`), {}),
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "local-developer",
      iat: issuedAt,
      exp: issuedAt + lifetime,
      jti: randomUUID(),
      ...claims,
    };
    return hs256Token(this.#secret, payload);
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
