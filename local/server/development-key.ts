/**
 * A key of the developer's own, so that there is a token at all: it is added to the environment of the authorizer when
 * the local gateway runs it, and exists only in this process. No synthesized file holds it.
 */

import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { hs256Token, secretBytes } from "../../contract/token";
import { SETTINGS_VARIABLE } from "../../functions/authorizer/settings";
import type { LambdaFunction } from "../lambda/types";

/** The part of the authorizer's settings that is read; everything else is passed on as it is. */
const settingsSchema = z.looseObject({
  issuers: z.array(z.looseObject({ context: z.record(z.string(), z.string()).default({}) })).min(1),
  tokenParameter: z.string(),
});

const SECRET = "LOCAL_DEVELOPMENT_SECRET";
const ISSUER = "https://local.invalid/development";
const AUDIENCE = "local-gateway";
const LIFETIME_SECONDS = 3600;

/** An authorizer that accepts the development key, and tokens for it. */
export interface DevelopmentAccess {
  readonly fn: LambdaFunction;
  /** The query-string parameter of the token. */
  readonly tokenParameter: string;
  /** A token that is valid for an hour, or for less where the authorizer accepts only less. */
  createToken(): string;
}

export class DevelopmentKey {
  readonly #secret = randomBytes(secretBytes("HS256")).toString("base64url");

  constructor(private readonly now: () => number = Date.now) {}

  /** The function with the key among its issuers; undefined where it is not this project's authorizer. */
  addTo(fn: LambdaFunction): DevelopmentAccess | undefined {
    const settings = settingsSchema.safeParse(parseJson(fn.environmentVariables[SETTINGS_VARIABLE]));
    if (!settings.success) return undefined;
    const { issuers, tokenParameter, maxLifetime } = settings.data;
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
    const changed = JSON.stringify({ ...settings.data, issuers: [...issuers, development] });
    const lifetime = Math.min(LIFETIME_SECONDS, typeof maxLifetime === "number" ? maxLifetime : LIFETIME_SECONDS);
    return {
      fn: {
        ...fn,
        environmentVariables: { ...fn.environmentVariables, [SETTINGS_VARIABLE]: changed, [SECRET]: this.#secret },
      },
      tokenParameter,
      createToken: () => this.#sign(Object.values(context), lifetime),
    };
  }

  /** Every claim that the context is made of has a value that says where it comes from. */
  #sign(claims: readonly string[], lifetime: number): string {
    const issuedAt = Math.floor(this.now() / 1000);
    const payload = {
      ...Object.fromEntries(claims.map((claim) => [claim, `local-${claim}`])),
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "local-developer",
      iat: issuedAt,
      exp: issuedAt + lifetime,
      jti: randomUUID(),
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
