/** How keys are fetched, kept and given up: the rows in which verifiers differ most, and fail worst. */
import assert from "node:assert/strict";
import type { Fetch } from "../../../../functions/authorizer/http";
import {
  type Case,
  type DoorOptions,
  door,
  ISSUER,
  JWKS_URI,
  jwk,
  jwksIssuer,
  keySet,
  NOW,
  pairs,
  rs256,
  type Subject,
  settings,
} from "../../../support/authorizer/door";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Mode = "up" | "down" | "hanging" | "empty" | "not JSON";

/** An issuer that counts requests, and answers as the test says. */
function issuer(mode: Mode) {
  const state = {
    fetches: 0,
    keys: [jwk(pairs.rsa, { kid: "rsa" })],
    mode,
  };
  const fetch = async () => {
    state.fetches += 1;
    if (state.mode === "down") throw new Error("Status 503.");
    if (state.mode === "hanging") return new Promise<string>(() => {});
    if (state.mode === "not JSON") return "<html>";
    return JSON.stringify({ keys: state.mode === "empty" ? [] : state.keys });
  };
  return { state, fetch };
}

function scene(subject: Subject, options: DoorOptions = {}, mode: Mode = "up") {
  const { state, fetch } = issuer(mode);
  const open = door(subject, {
    settings: settings({ issuers: [jwksIssuer()], maxLifetime: 10 * 86_400 }),
    snapshot: {},
    fetch,
    ...options,
  });
  return { ...open, state };
}
/** Lets what was started behind an answer come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const newKey = jwk(pairs.otherRsa, { kid: "new" });
/** Good for longer than any test waits. */
const exp = NOW + 3 * 86_400;
const known = () => rs256({ exp });
const newToken = () => rs256({ exp }, { kid: "new" }, pairs.otherRsa);
const madeUp = (n: number) => rs256({ exp }, { kid: `made up ${n}` });

/** An issuer with an answer of its own, and how often it was asked. */
function answering(subject: Subject, answer: Fetch, options: DoorOptions = {}) {
  const urls: string[] = [];
  const open = scene(subject, {
    fetch: (url, more) => {
      urls.push(url);
      return answer(url, more);
    },
    ...options,
  });
  return { ...open, urls, count: () => urls.length };
}

const DISCOVERY = "https://issuer.example/.well-known/openid-configuration";

/** An issuer without a configured key URL, and its discovery document. */
function discovered(subject: Subject, document: unknown) {
  const { jwksUri: _, ...issuer } = jwksIssuer();
  return answering(subject, async (url) => JSON.stringify(url === DISCOVERY ? document : keySet), {
    settings: settings({ issuers: [issuer], maxLifetime: 10 * 86_400 }),
  });
}

const row = (name: string, run: Case["run"]): Case => ({ name, run });

export const JWKS_BEHAVIOUR: readonly Case[] = [
  row("a snapshot: no fetch for its keys", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    assert.equal(await outcome(known()), "allow");
    assert.equal(state.fetches, 0);
  }),
  row("without a snapshot the fetch begins before the first event", async (subject) => {
    const { outcome, state } = scene(subject);
    await settled();
    assert.equal(state.fetches, 1);
    assert.equal(await outcome(known()), "allow");
    assert.equal(state.fetches, 1);
  }),
  row("200 unknown kids: one fetch", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    for (let n = 0; n < 200; n++) assert.equal(await outcome(madeUp(n)), "key_unknown");
    assert.equal(state.fetches, 1);
  }),
  row("200 unknown kids, cold: the fetch that had to be, and no other", async (subject) => {
    const { outcome, state } = scene(subject);
    for (let n = 0; n < 200; n++) assert.equal(await outcome(madeUp(n)), "key_unknown");
    assert.equal(state.fetches, 1);
  }),
  row("20 parallel cold events: one fetch", async (subject) => {
    const { outcome, state } = scene(subject);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(known())));
    assert.deepEqual(new Set(outcomes), new Set(["allow"]));
    assert.equal(state.fetches, 1);
  }),
  row("a new kid right after rotation is accepted at once", async (subject) => {
    const { outcome, state } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "allow");
    assert.equal(state.fetches, 2);
  }),
  row("a new kid after an attacker has spent the fetch is accepted after the cool-down", async (subject) => {
    const { outcome, state, wait } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    assert.equal(await outcome(madeUp(0)), "key_unknown");
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "key_unknown");
    wait(30 * SECOND - 1);
    assert.equal(await outcome(newToken()), "key_unknown");
    wait(1);
    assert.equal(await outcome(newToken()), "allow");
    assert.equal(state.fetches, 2);
  }),
  row("every new set of keys is worth one fetch more", async (subject) => {
    const { outcome, state } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "allow");
    for (let n = 0; n < 20; n++) assert.equal(await outcome(madeUp(n)), "key_unknown");
    assert.equal(state.fetches, 3);
  }),
  row("a set that has changed is worth a fetch again, whatever was spent on the one before", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(madeUp(0)), "key_unknown");
    wait(30 * SECOND);
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "allow");
    state.keys.push(jwk(pairs.otherRsa, { kid: "newest" }));
    assert.equal(await outcome(rs256({ exp }, { kid: "newest" }, pairs.otherRsa)), "allow");
  }),
  row("a set in another order is no new set", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "allow");
    assert.equal(await outcome(madeUp(0)), "key_unknown");
    assert.equal(state.fetches, 3);
    state.keys.reverse();
    wait(HOUR);
    assert.equal(await outcome(known()), "allow");
    await settled();
    for (let n = 0; n < 20; n++) assert.equal(await outcome(madeUp(n)), "key_unknown");
    assert.equal(state.fetches, 4);
  }),
  row("a key that is removed is dropped with the next fetch, not kept beside the new ones", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.keys = [newKey];
    wait(HOUR - 1);
    assert.equal(await outcome(known()), "allow");
    assert.equal(state.fetches, 1);
    wait(1);
    assert.equal(await outcome(known()), "allow");
    await settled();
    assert.equal(await outcome(known()), "key_unknown");
    assert.equal(await outcome(newToken()), "allow");
  }),
  row("a known kid never waits for a refresh", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    wait(2 * HOUR);
    state.mode = "hanging";
    assert.equal(await outcome(known()), "allow");
    assert.equal(state.fetches, 2);
  }),
  row("outage: known kids for 24 hours, then no longer", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.mode = "down";
    wait(24 * HOUR - 1);
    assert.equal(await outcome(known()), "allow");
    await settled();
    wait(1);
    assert.equal(await outcome(known()), "keys_unavailable");
  }),
  row("outage: after its end everything is as before", async (subject) => {
    const { outcome, state, wait } = scene(subject, {}, "down");
    assert.equal(await outcome(known()), "keys_unavailable");
    state.mode = "up";
    wait(30 * SECOND);
    assert.equal(await outcome(known()), "allow");
    assert.equal(await outcome(madeUp(0)), "key_unknown");
  }),
  row("outage: 50 unknown kids make one fetch, and errors, because no answer would be true", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    state.mode = "down";
    wait(MINUTE);
    for (let n = 0; n < 50; n++) assert.equal(await outcome(madeUp(n)), "keys_unavailable");
    assert.equal(state.fetches, 2);
    assert.equal(await outcome(known()), "allow");
  }),
  row("outage, cold: each event retries within the function's time, and less often each time", async (subject) => {
    const { outcome, state, time } = scene(subject, {}, "down");
    await settled();
    for (let n = 0; n < 5; n++) {
      const [before, fetches] = [time(), state.fetches];
      assert.equal(await outcome(n % 2 ? known() : madeUp(n)), "keys_unavailable");
      assert.ok(time() - before < 4500);
      assert.ok(state.fetches - fetches > 4 && state.fetches - fetches < 9, `${state.fetches - fetches} fetches`);
    }
  }),
  row("outage, cold: the first event after its end is accepted, however many were not", async (subject) => {
    const { outcome, state } = scene(subject, {}, "down");
    for (let n = 0; n < 5; n++) assert.equal(await outcome(known()), "keys_unavailable");
    state.mode = "up";
    assert.equal(await outcome(known()), "allow");
  }),
  row("one failed connection does not reject anyone", async (subject) => {
    let fetches = 0;
    const fetch = async () => {
      if (++fetches === 1) throw new Error("read ECONNRESET");
      return JSON.stringify(keySet);
    };
    const { outcome } = scene(subject, { fetch });
    for (let n = 0; n < 5; n++) assert.equal(await outcome(known()), "allow");
    assert.equal(fetches, 2);
  }),
  row("an endpoint that takes four seconds is used, within the default budget", async (subject) => {
    const budgets: number[] = [];
    const { outcome, wait } = scene(subject, {
      fetch: async (_url, { budgetMs }) => {
        budgets.push(budgetMs);
        wait(Math.min(4 * SECOND, budgetMs));
        if (budgetMs < 4 * SECOND) throw new Error("The operation was aborted due to timeout");
        return JSON.stringify(keySet);
      },
    });
    assert.equal(await outcome(known()), "allow");
    assert.deepEqual(budgets, [4500]);
  }),
  row("a slow attempt leaves less time to the next one", async (subject) => {
    const budgets: number[] = [];
    const { outcome, wait } = scene(subject, {
      settings: settings({ issuers: [jwksIssuer()], fetchBudgetMs: 3000 }),
      fetch: async (_url, { budgetMs }) => {
        budgets.push(budgetMs);
        wait(1000);
        throw new Error("Status 503.");
      },
    });
    await settled();
    budgets.length = 0;
    assert.equal(await outcome(known()), "keys_unavailable");
    assert.deepEqual(budgets, [3000, 1950, 850]);
  }),
  ...[301, 302, 308, 400, 401, 403, 404, 410].map((status) =>
    row(
      `status ${status} is a mistake of the configuration: one fetch for each event, logged with the URL`,
      async (subject) => {
        const { outcome, log, count } = answering(subject, async () => {
          throw Object.assign(new Error(`Status ${status}.`), { status });
        });
        await settled();
        assert.equal(await outcome(known()), "keys_misconfigured");
        assert.equal(await outcome(known()), "keys_misconfigured");
        assert.equal(count(), 3);
        assert.deepEqual(log[0], {
          keys: "misconfigured",
          issuer: ISSUER,
          reason: `Error: ${JWKS_URI}: Status ${status}.`,
        });
      },
    ),
  ),
  ...[408, 429, 500, 503].map((status) =>
    row(`status ${status} may pass, and is fetched again`, async (subject) => {
      const { outcome, count } = answering(subject, async () => {
        if (count() === 1) throw Object.assign(new Error(`Status ${status}.`), { status });
        return JSON.stringify(keySet);
      });
      assert.equal(await outcome(known()), "allow");
      assert.equal(count(), 2);
    }),
  ),
  row("a key set is requested without compression, and may begin with a byte order mark", async (subject) => {
    const headers: unknown[] = [];
    const { outcome } = answering(subject, async (_url, options) => {
      headers.push(options.headers);
      return `\uFEFF${JSON.stringify(keySet)}`;
    });
    assert.equal(await outcome(known()), "allow");
    assert.deepEqual(headers, [{ "accept-encoding": "identity" }]);
  }),
  ...[{ issuer: ISSUER, jwks_uri: JWKS_URI }, { rsa: "-----BEGIN CERTIFICATE-----" }, [], null].map((document) =>
    row(`${JSON.stringify(document)} in place of a key set is a mistake of the configuration`, async (subject) => {
      const { outcome, log } = answering(subject, async () => JSON.stringify(document));
      await settled();
      assert.equal(await outcome(known()), "keys_misconfigured");
      assert.equal(log[0]?.reason, `Error: ${JWKS_URI}: has no key that can verify a signature.`);
    }),
  ),
  row("a key set without a usable key may pass, and is logged with the URL", async (subject) => {
    const { outcome, log, state } = scene(subject, {}, "empty");
    await settled();
    state.mode = "up";
    assert.equal(await outcome(known()), "allow");
    assert.deepEqual(log[0], {
      keys: "unavailable",
      issuer: ISSUER,
      reason: `Error: ${JWKS_URI}: has no key that can verify a signature.`,
    });
  }),
  row("with keys in hand, a mistake of the configuration is no reason to reject them", async (subject) => {
    let set: string | undefined = JSON.stringify(keySet);
    const { outcome, wait } = answering(subject, async () => {
      if (set) return set;
      throw Object.assign(new Error("Status 404."), { status: 404 });
    });
    assert.equal(await outcome(known()), "allow");
    set = undefined;
    wait(HOUR);
    assert.equal(await outcome(known()), "allow");
    await settled();
    assert.equal(await outcome(known()), "allow");
  }),
  row("packaged keys are refreshed after an hour", async (subject) => {
    const { outcome, state, wait } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    assert.equal(await outcome(known()), "allow");
    wait(HOUR - 1);
    assert.equal(await outcome(known()), "allow");
    await settled();
    assert.equal(state.fetches, 0);
    wait(1);
    assert.equal(await outcome(known()), "allow");
    await settled();
    assert.equal(state.fetches, 1);
  }),
  row("discovery: without a URL, the issuer's document names it", async (subject) => {
    const { outcome, urls } = discovered(subject, { issuer: ISSUER, jwks_uri: "https://keys.example/set" });
    assert.equal(await outcome(known()), "allow");
    assert.deepEqual(urls, [DISCOVERY, "https://keys.example/set"]);
  }),
  ...(
    [
      ["names another issuer", { issuer: "https://attacker.example/", jwks_uri: JWKS_URI }],
      ["names the issuer without its slash", { issuer: ISSUER.slice(0, -1), jwks_uri: JWKS_URI }],
      ["names no issuer", { jwks_uri: JWKS_URI }],
      ["names http", { issuer: ISSUER, jwks_uri: "http://issuer.example/jwks.json" }],
      ["names no URL", { issuer: ISSUER }],
      ["names a list of URLs", { issuer: ISSUER, jwks_uri: { length: 1 } }],
      ["is null", null],
      ["is a list", []],
    ] as const
  ).map(([name, document]) =>
    row(`discovery: a document that ${name} is a mistake of the configuration`, async (subject) => {
      const { outcome, urls, log } = discovered(subject, document);
      await settled();
      assert.equal(await outcome(known()), "keys_misconfigured");
      assert.deepEqual(new Set(urls), new Set([DISCOVERY]));
      assert.ok(String(log[0]?.reason).includes(DISCOVERY));
      if (name.startsWith("names the issuer"))
        assert.ok(
          String(log[0]?.reason).endsWith(`must be ${ISSUER}, the configured issuer, not "${ISSUER.slice(0, -1)}".`),
        );
    }),
  ),
  row("many issuers: nothing is fetched before a token needs it, and only its issuer's keys then", async (subject) => {
    const issuers = Array.from({ length: 200 }, (_, n) =>
      jwksIssuer({ issuer: `${ISSUER}${n}`, jwksUri: `${ISSUER}${n}/keys` }),
    );
    const urls: string[] = [];
    const { outcome } = door(subject, {
      settings: settings({ issuers }),
      snapshot: {},
      fetch: async (url) => {
        urls.push(url);
        return JSON.stringify(keySet);
      },
    });
    await settled();
    assert.deepEqual(urls, []);
    assert.equal(await outcome(rs256({ iss: `${ISSUER}150` })), "allow");
    assert.deepEqual(urls, [`${ISSUER}150/keys`]);
  }),
  row("a fetch that was frozen with the function is given up for a new one at once", async (subject) => {
    const { outcome, state, wait } = scene(subject);
    assert.equal(await outcome(known()), "allow");
    wait(HOUR);
    state.mode = "hanging";
    assert.equal(await outcome(known()), "allow");
    wait(10 * SECOND);
    state.mode = "up";
    state.keys.push(newKey);
    assert.equal(await outcome(newToken()), "allow");
    assert.equal(state.fetches, 3);
  }),
  row("a fetch that is merely slow is joined", async (subject) => {
    const { outcome, state, wait } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    state.mode = "hanging";
    void outcome(madeUp(0));
    await settled();
    wait(SECOND);
    void outcome(madeUp(1));
    await settled();
    assert.equal(state.fetches, 1);
  }),
  row("an answer that comes after it was given up changes nothing", async (subject) => {
    const waiting: ((text: string) => void)[] = [];
    const fetch = () => new Promise<string>((resolve) => waiting.push(resolve));
    const { outcome, wait } = scene(subject, { fetch });
    await settled();
    wait(10 * SECOND);
    const second = outcome(newToken());
    await settled();
    const [late, current] = waiting;
    current?.(JSON.stringify({ keys: [newKey] }));
    assert.equal(await second, "allow");
    late?.(JSON.stringify({ keys: [jwk(pairs.rsa, { kid: "rsa" })] }));
    await settled();
    assert.equal(await outcome(newToken()), "allow");
  }),
  ...(["empty", "not JSON"] as const).map((mode) =>
    row(`an answer that is ${mode} counts as a failure`, async (subject) => {
      const { outcome, state, wait, log } = scene(subject);
      assert.equal(await outcome(known()), "allow");
      state.mode = mode;
      wait(HOUR);
      assert.equal(await outcome(known()), "allow");
      await settled();
      assert.equal(await outcome(known()), "allow");
      assert.equal(log.filter(({ keys }) => keys === "unavailable").length, 1);
    }),
  ),
  row("a token without kid fetches nothing, whatever its signature", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    for (let n = 0; n < 5; n++) {
      assert.equal(await outcome(rs256({}, { kid: undefined })), "allow");
      assert.equal(await outcome(rs256({}, { kid: undefined }, pairs.otherRsa)), "signature_invalid");
    }
    assert.equal(state.fetches, 0);
  }),
  row("an unknown issuer, a bad header or a refused type fetches nothing", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    for (const input of [
      rs256({ iss: "x" }, { kid: "?" }),
      rs256({}, { kid: "?", crit: [] }),
      rs256({}, { kid: "?", typ: "logout+jwt" }),
    ])
      await outcome(input);
    assert.equal(state.fetches, 0);
  }),
];
