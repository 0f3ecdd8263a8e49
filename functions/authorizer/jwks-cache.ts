/**
 * The public keys of one issuer. A known key is returned without waiting, even during a refresh or an outage. For an
 * unknown key id the set is fetched at once, but only once per key set, so that invalid ids cannot cause many fetches.
 */
import type { KeySource, Keys } from "./keys";
import { failure, type Refreshing } from "./refreshing";

/** For a token without `kid`, all keys are candidates. */
const named = (keys: Keys = [], id: unknown): Keys => keys.filter((key) => id === undefined || key.id === id);

const names = (keys: Keys = []): string => `${keys.map(({ id }) => id).sort()}`;

export function jwksCache({ value, age, failed, refresh, required }: Refreshing<Keys>, softTtl: number): KeySource {
  /** The ids of the key set for which the one fetch for an unknown id has been made. */
  let spentOn: string | undefined;

  return async (keyId) => {
    const id = keyId ?? undefined;
    let keys = value();
    let found = named(keys, id);
    if (keys && age() >= softTtl) refresh();
    if (found.length) return found;
    await (keys ? refresh(spentOn !== names(keys)) : required());
    keys = value();
    found = named(keys, id);
    if (found.length) return found;
    spentOn = names(keys);
    // Without the issuer's answer, it is not known whether the id is invalid or new.
    if (failed() || !keys) throw failure("keys_unavailable");
    return found;
  };
}
