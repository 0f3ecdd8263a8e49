/** The token in a header or a cookie: the rules of the places, and all other tables with the token there. */

import fc from "fast-check";
import { carry } from "../../../contract/token";
import { checkSettings } from "../../../functions/authorizer/check-settings";
import { type Case, connect, door, rs256, settings } from "../../support/authorizer/door";
import { movedTo, PLACES } from "../../support/authorizer/places";
import * as subject from "../../support/authorizer/subject";
import { ATTACKS } from "./cases/attacks";
import { CLAIM_SHAPES } from "./cases/claim-shapes";
import { JWKS_BEHAVIOUR } from "./cases/jwks-behaviour";
import { RFC8725 } from "./cases/rfc8725";
import { TOKEN_PLACES } from "./cases/token-places";

const APP = "https://app.example.com";

const rows = (cases: readonly Case[]) => cases.map(({ name, run }) => [name, run] as const);

describe("places and origins", () => {
  test.each(rows(TOKEN_PLACES))("%s", (_name, run) => run(subject));
});

/** Cases about the query string itself. */
const ABOUT_THE_QUERY = /in a header, which is not where|parameter that every object has|no query string/;

describe.each(PLACES)("with the token in %s", (_place, place) => {
  const moved = movedTo(place, subject);
  const cases = [...ATTACKS, ...CLAIM_SHAPES, ...RFC8725, ...JWKS_BEHAVIOUR];
  test.each(rows(cases.filter(({ name }) => !ABOUT_THE_QUERY.test(name))))("%s", (_name, run) => run(moved));

  test("the log has neither the token nor the cookie, but the rule", async () => {
    const { tokenParameter: _, ...others } = settings();
    const allowedOrigins = ["https://app.example.com"];
    const { answer, log } = door(subject, {
      settings: { ...others, tokenPlaces: [place], allowedOrigins, explain: true },
    });
    const token = rs256();
    const headers = { ...carry(token, place).headers, Origin: "https://evil.example" };
    const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    await answer(
      connect("", { headers, multiValueHeaders, queryStringParameters: {}, multiValueQueryStringParameters: {} }),
    );
    expect(log).toEqual([
      {
        decision: "deny",
        reason: "origin_not_allowed",
        claim: "Origin",
        expected: allowedOrigins,
        received: '"https://evil.example"',
        connectionId: expect.any(String),
      },
    ]);
    expect(JSON.stringify(log)).not.toContain(token.slice(0, 20));
  });
});

/** One word of a header, a cookie or a parameter: also names, separators and tokens that are looked for. */
const word = fc.oneof(
  fc.constantFrom("session", "__proto__", "Authorization", "Bearer", "=", ";", "; ", " ", ",", APP, rs256(), ""),
  fc.string(),
);
const text = fc.array(word, { maxLength: 5 }).map((words) => words.join(""));
const name = fc.constantFrom("Authorization", "authorization", "Cookie", "cookie", "Origin", "token", "__proto__", "x");
const map = fc.oneof(fc.dictionary(name, fc.oneof(text, fc.array(text), fc.anything())), fc.anything());

test("whatever is sent, the answer is a decision, and it allows at most one token", async () => {
  const { tokenParameter: _, ...others } = settings();
  const tokenPlaces = [{ query: "token" }, { header: "Authorization" }, { cookie: "session" }];
  const given = { settings: { ...others, tokenPlaces, allowedOrigins: [APP] } };
  const { outcome, log } = door(subject, given);
  await fc.assert(
    fc.asyncProperty(map, map, map, map, async (headers, multiValueHeaders, single, multi) => {
      const changes = {
        headers,
        multiValueHeaders,
        queryStringParameters: single,
        multiValueQueryStringParameters: multi,
      };
      const decision = await outcome(connect("", changes));
      log.length = 0;
      expect(decision).toMatch(
        /^(allow|token_(missing|repeated|malformed|too_long)|origin_not_allowed|signature_invalid|header_unsupported)$/,
      );
      if (decision !== "allow") return;
      const lists = JSON.stringify([multiValueHeaders, multi]);
      expect(lists.split(rs256())).toHaveLength(2);
    }),
    { numRuns: 2000 },
  );
});

describe("settings", () => {
  const { tokenParameter: _, ...others } = settings();
  test.each([
    ["no place", others, "settings must be with tokenParameter or tokenPlaces."],
    ["two kinds of places", { ...settings(), tokenPlaces: [{ query: "a" }] }, "with tokenParameter or tokenPlaces"],
    ["no places", { ...others, tokenPlaces: [] }, "settings.tokenPlaces must be a list."],
    ["an unknown place", { ...others, tokenPlaces: [{ subprotocol: "a" }] }, "settings.tokenPlaces.0 must be"],
    [
      "a cookie for pages of all origins",
      { ...others, tokenPlaces: [{ cookie: "a" }] },
      "settings.allowedOrigins must be a list.",
    ],
    [
      "an origin with a path",
      { ...settings(), allowedOrigins: ["https://a.example/"] },
      "settings.allowedOrigins.0 must be",
    ],
  ])("with %s are rejected", (_name, given, message) => {
    expect(() => checkSettings(given)).toThrow(message);
  });

  test("with several places are accepted", () => {
    const given = {
      ...others,
      tokenPlaces: [{ query: "a" }, { header: "b" }, { cookie: "c" }],
      allowedOrigins: ["https://*.a.example"],
    };
    expect(() => checkSettings(given)).not.toThrow();
  });
});
