/** The token in a header or a cookie: the rules of the places, and all other tables with the token there. */

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
