/** The part of the authorizer's settings that shows other programs how to send it a token. */
import * as z from "zod";
import type { TokenPlace } from "./token";

const name = z.string();
const place = z.union([z.object({ query: name }), z.object({ header: name }), z.object({ cookie: name })]);

export const TOKEN_SETTINGS = {
  tokenParameter: name.optional(),
  tokenPlaces: z.array(place).optional(),
  allowedOrigins: z.array(z.string()).optional(),
};

/** Returns the places in which the authorizer accepts a token. */
export function tokenPlacesOf(settings: {
  readonly tokenParameter?: string | undefined;
  readonly tokenPlaces?: readonly TokenPlace[] | undefined;
}): readonly TokenPlace[] {
  const { tokenParameter, tokenPlaces } = settings;
  return tokenPlaces ?? (tokenParameter === undefined ? [] : [{ query: tokenParameter }]);
}
