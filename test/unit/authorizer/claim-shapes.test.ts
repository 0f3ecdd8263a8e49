/** The shapes of claims, one by one, and numbers of any size and spelling. */
import fc from "fast-check";
import { checkClaims } from "../../../functions/authorizer/claims";
import { claims, door, ISSUER, jwksIssuer, keySet, NOW, settings } from "../../support/authorizer/door";
import { bytes, HEADER, signedRaw } from "../../support/authorizer/expectation";
import * as subject from "../../support/authorizer/subject";
import { CLAIM_SHAPES, raw } from "./cases/claim-shapes";

describe("claims", () => {
  test.each(CLAIM_SHAPES.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});

/** A number of JSON (RFC 8259 section 6), in any of its spellings. */
const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((list) => list.join(""));
const number = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      digits(30).map((text) => text.replace(/^0+(?=.)/, "")),
      fc.constantFrom("0", "9007199254740993"),
    ),
    fc.option(digits(25), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "+", "-"), digits(3)), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent?.join("") ?? ""}`,
  );

/** How many members of lists in one another are read to check the claims of a token that has them. */
function readsOf(depth: number): number {
  let reads = 0;
  const handler: ProxyHandler<object> = {
    get(target, name, receiver) {
      reads += 1;
      return Reflect.get(target, name, receiver);
    },
  };
  let x: unknown = [];
  for (let left = depth; left > 0; left--) x = new Proxy([x], handler);
  const rules = jwksIssuer({ context: { x: "x" } });
  const parsed = claims({ x });
  const { context } = checkClaims(parsed, Buffer.from("{}"), rules, settings(), NOW);
  expect(context.x).toHaveLength(1 + 6 * depth + 1);
  return reads;
}

test("lists in one another take linear work", () => {
  expect(readsOf(400)).toBeLessThanOrEqual(5 * readsOf(100));
});

describe("numbers", () => {
  const { answer } = door(subject, {
    settings: settings({ issuers: [jwksIssuer({ context: { x: "x", exp2: "exp", iat: "iat", nbf: "nbf" } })] }),
    snapshot: { [ISSUER]: keySet },
  });
  const effect = async (token: string) => {
    const { context, policyDocument } = await answer(token);
    return { context, allowed: policyDocument.Statement[0].Effect === "Allow" };
  };

  test("reach the backend digit for digit, alone, in a list and in an object", async () => {
    await fc.assert(
      fc.asyncProperty(number, number, async (one, other) => {
        const text = async (json: string) => (await effect(raw(json))).context?.x;
        expect(await text(one)).toBe(one);
        expect(await text(`[${one},"${other}", ${other}]`)).toBe(`[${one} ${other} ${other}]`);
        expect(await text(`{"a":${one},"b${other}":[ ${other} ]}`)).toBe(`{"a":${one},"b${other}":[${other}]}`);
      }),
    );
  });

  test("that are times reach the backend digit for digit, or the token is rejected", async () => {
    const near = fc
      .tuple(fc.integer({ min: -400, max: 400 }), fc.option(digits(20), { nil: undefined }))
      .map(([seconds, fraction]) => `${NOW + seconds}${fraction === undefined ? "" : `.${fraction}`}`);
    const time = fc.oneof({ weight: 3, arbitrary: near }, { weight: 1, arbitrary: number });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(time, time, time, async (exp, iat, nbf) => {
        const payload = `{"iss":"${ISSUER}","aud":"api","sub":"user-1","exp":${exp},"iat":${iat},"nbf":${nbf}}`;
        const { allowed, context } = await effect(signedRaw(HEADER, bytes(payload)));
        if (!allowed) return;
        accepted += 1;
        expect(context).toEqual({ exp2: exp, iat, nbf, exp: exp.replace(/\..*/, "") });
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(10);
  });
});
