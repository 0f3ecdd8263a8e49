/** The attack list: tokens that have opened doors elsewhere, most of them signed with the real key. */
import type { Case } from "../../../support/authorizer/door";
import { ATTACKS_ON_CLAIMS } from "./attacks-on-claims";
import { ATTACKS_ON_HEADERS } from "./attacks-on-headers";
import { ATTACKS_ON_PRIMITIVES } from "./attacks-on-primitives";
import { ATTACKS_ON_SIGNATURES } from "./attacks-on-signatures";

export const ATTACKS: readonly Case[] = [
  ...ATTACKS_ON_SIGNATURES,
  ...ATTACKS_ON_PRIMITIVES,
  ...ATTACKS_ON_HEADERS,
  ...ATTACKS_ON_CLAIMS,
];
