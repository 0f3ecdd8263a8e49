/**
 * The public keys of one issuer. Known keys never wait: not for a refresh, not in an outage. A new key is fetched as
 * soon as a token names it, and nobody can make more than one fetch out of made-up names.
 */
import { unavailable } from "./errors";
import type { KeySource, Keys } from "./keys";
import type { Refreshing } from "./refreshing";

/** The members of a set that are named so. A token may leave `kid` out where the set has only one key. */
const named = (keys: Keys = [], id: unknown): Keys =>
  keys.filter((key) => (id === undefined ? keys.length === 1 : key.id === id));

const names = (keys: Keys = []): string => `${keys.map(({ id }) => id).sort()}`;

export function jwksCache({ value, age, failed, refresh }: Refreshing<Keys>): KeySource {
  /** After this long the set is renewed behind the answers that it still gives. */
  const softTtl = 3_600_000;
  /** The names of the keys in the set for which the one fetch that an unknown name is worth has been made. */
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
    // Whether a name is made up or merely new cannot be told before the issuer answers.
    if (!found.length && (failed() || !keys)) throw unavailable();
    return found;
  };
}
