/** The ways not to allow a connection, and what API Gateway makes of each. */

/** Why a token is refused: for the log, never for the client. */
export type DenyReason =
  | "token_missing"
  | "token_repeated"
  | "token_too_long"
  | "token_malformed"
  | "header_unsupported"
  | "algorithm_refused"
  | "type_refused"
  | "issuer_unknown"
  | "key_unknown"
  | "signature_invalid"
  | "subject_invalid"
  | "audience_refused"
  | "claim_refused"
  | "context_invalid"
  | "time_invalid"
  | "expired"
  | "not_yet_valid"
  | "issued_in_future"
  | "lifetime_too_long";

/**
 * - `keys_unavailable`: nothing can be said about the token. An error (500), so that clients retry and alarms fire.
 * - `unexpected_event`: whatever called is not a WebSocket API's `$connect`. An error (500) as well.
 * - `invalid_settings`: cannot be safe as it is set up, so it does not start.
 * - `keys_unusable`: a key set has no key that can verify anything.
 * - `fetch_failed`: keys or secrets could not be fetched; those at hand may do.
 */
export type FailureCode =
  | "keys_unavailable"
  | "unexpected_event"
  | "invalid_settings"
  | "keys_unusable"
  | "fetch_failed";

/** Why there is no connection, by a stable code. Unless it is {@link Denied}, something is broken. */
export class Failure extends Error {
  constructor(
    readonly code: FailureCode | DenyReason,
    message: string = code,
  ) {
    super(message);
  }
}

/** This token does not open this door: a Deny policy (403), or `Unauthorized` (401) where the settings want that. */
export class Denied extends Failure {}

/** No keys, and none to be had for now. */
export const unavailable = () => new Failure("keys_unavailable");

/** Throws unless the token passes. */
export function insist(passes: boolean, reason: DenyReason): asserts passes {
  if (!passes) throw new Denied(reason);
}
