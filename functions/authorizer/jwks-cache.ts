/**
 * The public keys of one issuer. A known key is returned without waiting, even during a refresh or an outage. For an
 * unknown key id the set is fetched at once, but only once per key set, so that invalid ids cannot cause many fetches.
 */
import { unavailable } from "./errors";
import type { KeySource, Keys } from "./keys";
import type { Refreshing } from "./refreshing";

/** The keys of a set with this id. A token may omit `kid` if the set has only one key. */
const named = (keys: Keys = [], id: unknown): Keys =>
  keys.filter((key) => (id === undefined ? keys.length === 1 : key.id === id));

const names = (keys: Keys = []): string => `${keys.map(({ id }) => id).sort()}`;

export function jwksCache({ value, age, failed, refresh }: Refreshing<Keys>): KeySource {
  /** Milliseconds until the set is refreshed. Meanwhile the known keys are used. */
  const softTtl = 3_600_000;
  /** The ids of the key set for which the one fetch for an unknown id has been made. */
  let spentOn: string | undefined;

  return async (id) => {
    let keys = value();
    let found = named(keys, id);
    if (keys && age() >= softTtl) refresh();
    if (found.length || (keys && id === undefined)) return found;
    await refresh(spentOn !== names(keys));
    keys = value();
    found = named(keys, id);
    if (id !== undefined && !found.length) spentOn = names(keys);
    // Without the issuer's answer, it is not known whether the id is invalid or new.
    if (!found.length && (failed() || !keys)) throw unavailable();
    return found;
  };
}
