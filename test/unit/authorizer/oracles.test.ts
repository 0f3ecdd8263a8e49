/**
 * Generated tokens, beside jose and aws-jwt-verify: nothing is allowed that one of them refuses, and nothing refused that
 * both allow, but for the rules that neither has. With the token in a header or a cookie, the result is the same.
 * `npm run test:oracles` makes 100,000 of them.
 */
import fc from "fast-check";
import type { JwksIssuer } from "../../../functions/authorizer/settings";
import { type DoorOptions, door, jwksIssuer, settings } from "../../support/authorizer/door";
import {
  awsAllows,
  fitsShape,
  joseAllows,
  keys,
  SHAPE_RULES,
  type Specimen,
  STRICTER,
  shapes,
  specimens,
} from "../../support/authorizer/oracles";
import { movedTo, PLACES } from "../../support/authorizer/places";
import * as subject from "../../support/authorizer/subject";

/** A key of several tenants says whose tokens it may verify. */
const shared = { keys: keys.keys.map((key) => ({ ...key, issuer: SHAPE_RULES.issuer.replace("tid", "tenantid") })) };
/** Half of them in the shapes of several identity providers. */
const COUNT = Number(process.env.ORACLE_TOKENS ?? 3000) / 2;

interface Family {
  readonly name: string;
  readonly specimens: fc.Arbitrary<Specimen>;
  readonly rules: Partial<JwksIssuer>;
  readonly keys: object;
  /** Whether each library allows the token. */
  readonly oracles: (specimen: Specimen) => Promise<readonly [boolean, boolean]>;
}
const FAMILIES: readonly Family[] = [
  {
    name: "standard tokens",
    specimens,
    rules: {},
    keys,
    oracles: async ({ token }) => [await joseAllows(token), awsAllows(token)],
  },
  {
    name: "nested claims, lists, and an issuer in each tenant",
    specimens: shapes,
    rules: SHAPE_RULES,
    keys: shared,
    // The libraries know none of these rules.
    oracles: async (specimen) => {
      const fits = fitsShape(specimen);
      return [fits && (await joseAllows(specimen.token, {})), fits && awsAllows(specimen.token, {})];
    },
  },
];

test.each(FAMILIES)(
  `agrees with the oracles on ${COUNT.toLocaleString("en")} tokens: $name`,
  async (family) => {
    const rules = jwksIssuer(family.rules);
    const options: DoorOptions = {
      settings: settings({ issuers: [rules] }),
      snapshot: { [rules.issuer]: family.keys },
      fetch: async () => JSON.stringify(family.keys),
    };
    const { outcome, log } = door(subject, options);
    const elsewhere = PLACES.map(([, place]) => door(movedTo(place, subject), options));
    const tally = { allowed: 0, refused: 0, wrongAccepts: 0, wrongRefusals: 0, differentElsewhere: 0 };
    const stricter: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(family.specimens, async (specimen) => {
        const ours = (await outcome(specimen.token)) === "allow";
        log.length = 0;
        for (const other of elsewhere) {
          if (((await other.outcome(specimen.token)) === "allow") !== ours) tally.differentElsewhere += 1;
          other.log.length = 0;
        }
        const [jose, aws] = await family.oracles(specimen);
        tally[ours ? "allowed" : "refused"] += 1;
        const reasons = Object.keys(STRICTER).filter((name) => STRICTER[name]?.(specimen));
        if (!ours && (jose || aws)) for (const name of reasons) stricter[name] = (stricter[name] ?? 0) + 1;
        const wrongAccept = ours && !(jose && aws);
        const wrongRefusal = !ours && (jose || aws) && reasons.length === 0;
        if (wrongAccept) tally.wrongAccepts += 1;
        if (wrongRefusal) tally.wrongRefusals += 1;
        return !wrongAccept && !wrongRefusal && tally.differentElsewhere === 0;
      }),
      { numRuns: COUNT },
    );
    if (process.env.ORACLE_TOKENS)
      process.stdout.write(
        `${JSON.stringify({ family: family.name, tokens: COUNT, ...tally, stricter }, undefined, 2)}\n`,
      );
    expect(tally).toMatchObject({ wrongAccepts: 0, wrongRefusals: 0, differentElsewhere: 0 });
    expect(tally.allowed).toBeGreaterThan(COUNT / 20);
    expect(tally.refused).toBeGreaterThan(COUNT / 20);
  },
  900_000,
);
