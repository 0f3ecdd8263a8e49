/** How keys are fetched, kept and given up: the rows in which verifiers differ most, and fail worst. */
import assert from "node:assert/strict";
import {
  type Case,
  type DoorOptions,
  door,
  ISSUER,
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

const row = (name: string, run: Case["run"]): Case => ({ name, run });

export const JWKS_BEHAVIOUR: readonly Case[] = [
  row("a snapshot: no fetch for its keys", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    assert.equal(await outcome(known()), "allow");
    assert.equal(state.fetches, 0);
  }),
  row("without a snapshot the fetch begins before the first event", async (subject) => {
    const { outcome, state } = scene(subject);
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
  row("outage, cold: one fetch every 30 seconds, however many ask", async (subject) => {
    const { outcome, state, wait } = scene(subject, {}, "down");
    for (const fetches of [1, 2, 3]) {
      for (let n = 0; n < 50; n++) assert.equal(await outcome(n % 2 ? known() : madeUp(n)), "keys_unavailable");
      assert.equal(state.fetches, fetches);
      wait(30 * SECOND);
    }
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
  row("a token without kid fetches nothing where the set has several keys", async (subject) => {
    const { outcome, state } = scene(subject, { snapshot: { [ISSUER]: keySet } });
    for (let n = 0; n < 5; n++) assert.equal(await outcome(rs256({}, { kid: undefined })), "key_unknown");
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
