/**
 * Generated tokens, beside jose and aws-jwt-verify: nothing is allowed that one of them refuses, and nothing refused that
 * both allow, but for the rules that neither has. With the token in a header or a cookie, the result is the same.
 * `npm run test:oracles` makes 100,000 of them.
 */
import fc from "fast-check";
import { type DoorOptions, door, ISSUER, jwksIssuer, settings } from "../../support/authorizer/door";
import { awsAllows, joseAllows, keys, STRICTER, specimens } from "../../support/authorizer/oracles";
import { movedTo, PLACES } from "../../support/authorizer/places";
import * as subject from "../../support/authorizer/subject";

const COUNT = Number(process.env.ORACLE_TOKENS ?? 3000);

test(`agrees with the oracles on ${COUNT.toLocaleString("en")} tokens`, async () => {
  const options: DoorOptions = {
    settings: settings({ issuers: [jwksIssuer()] }),
    snapshot: { [ISSUER]: keys },
    fetch: async () => JSON.stringify(keys),
  };
  const { outcome, log } = door(subject, options);
  const elsewhere = PLACES.map(([, place]) => door(movedTo(place, subject), options));
  const tally = { allowed: 0, refused: 0, wrongAccepts: 0, wrongRefusals: 0, differentElsewhere: 0 };
  const stricter: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(specimens, async (specimen) => {
      const ours = (await outcome(specimen.token)) === "allow";
      log.length = 0;
      for (const other of elsewhere) {
        if (((await other.outcome(specimen.token)) === "allow") !== ours) tally.differentElsewhere += 1;
        other.log.length = 0;
      }
      const jose = await joseAllows(specimen.token);
      const aws = awsAllows(specimen.token);
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
    process.stdout.write(`${JSON.stringify({ tokens: COUNT, ...tally, stricter }, undefined, 2)}\n`);
  expect(tally).toMatchObject({ wrongAccepts: 0, wrongRefusals: 0, differentElsewhere: 0 });
  expect(tally.allowed).toBeGreaterThan(COUNT / 20);
  expect(tally.refused).toBeGreaterThan(COUNT / 20);
}, 900_000);
