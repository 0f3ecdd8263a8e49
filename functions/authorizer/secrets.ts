/** Shared secrets for HS256, HS384 and HS512: two at a time, so that one can be rotated. From the environment or SSM. */
import { Failure, unavailable } from "./errors";
import type { KeySource, Keys } from "./keys";
import { crypto } from "./node";
import type { Refreshing } from "./refreshing";
import type { SecretIssuer } from "./settings";

/** Name to value; a name may have none. */
export type Secrets = Readonly<Record<string, string | undefined>>;

/** Each secret as a key of each algorithm, newest first. Says which is unfit, and never what is in it. */
export function secretKeys({ secrets: { names }, algorithms }: SecretIssuer, values: Secrets): Keys {
  const set = names.filter((name) => values[name]);
  return (set.length ? set : names).flatMap((name) => {
    const bytes = Buffer.from(values[name] ?? "");
    return algorithms.map((algorithm) => {
      // RFC 7518 section 3.2: a key as large as the hash, or larger.
      const size = +algorithm.slice(2) / 8;
      if (bytes.length >= size) return { algorithm, size, key: crypto.createSecretKey(bytes) };
      throw new Failure("invalid_settings", `${name} has ${bytes.length} bytes; ${algorithm} needs ${size}.`);
    });
  });
}

/** Secrets that are read again when they are old; those at hand stay good while that cannot be done. */
export function refreshedSecrets({ value, age, refresh }: Refreshing<Keys>): KeySource {
  /** How long a secret that has been replaced in SSM is still accepted. */
  const ttl = 300_000;
  return async () => {
    if (age() >= ttl) await refresh();
    const keys = value();
    if (!keys) throw unavailable();
    return keys;
  };
}
