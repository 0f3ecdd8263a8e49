/** Shared secrets for HS256, HS384 and HS512, from the environment or SSM. There may be two, so that one can be rotated. */
import type { KeyObject } from "node:crypto";
import { Failure } from "./errors";
import type { Keys } from "./keys";
import { crypto } from "./node";
import type { SecretIssuer } from "./settings";

/** Name to value; undefined if there is none. */
export type Secrets = Readonly<Record<string, string | undefined>>;

/**
 * The keys for each secret and algorithm, newest secret first.
 *
 * @throws {Failure} `invalid_settings` if a secret is too short; the message has its name, never its value
 */
export function secretKeys({ secrets: { names }, algorithms }: SecretIssuer, values: Secrets): Keys {
  const set = names.filter((name) => values[name]);
  return (set.length ? set : names).flatMap((name) => {
    const bytes = Buffer.from(values[name] ?? "");
    let secret: KeyObject | undefined;
    return algorithms.map((algorithm) => {
      // RFC 7518 section 3.2: the key must have at least the size of the hash.
      const size = +algorithm.slice(2) / 8;
      if (bytes.length >= size) {
        return {
          algorithm,
          size,
          /** Created when a token needs it, because that takes a tenth of a millisecond. */
          get key() {
            secret ??= crypto.createSecretKey(bytes);
            return secret;
          },
        };
      }
      throw new Failure("invalid_settings", `${name} has ${bytes.length} bytes, not ${size}.`);
    });
  });
}
