/** The reasons not to allow a connection, and API Gateway's answer to each. */

/** Why a token is rejected. It is logged, but never sent to the client. */
export type DenyReason =
  | "token_missing"
  | "token_repeated"
  | "token_too_long"
  | "token_malformed"
  | "origin_not_allowed"
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
 * - `keys_unavailable`: without keys, the token cannot be checked. An error (500), so that clients retry and alarms fire.
 * - `keys_misconfigured`: the same, but another attempt does not help: the key URL or the discovery document is wrong.
 * - `unexpected_event`: the event is not from a WebSocket API's `$connect`. Also an error (500).
 * - `invalid_settings`: the settings are invalid or unsafe, so the function does not start.
 * - `keys_unusable`: the packaged key set has no key that can verify a signature.
 */
export type FailureCode =
  | "keys_unavailable"
  | "keys_misconfigured"
  | "unexpected_event"
  | "invalid_settings"
  | "keys_unusable";

/**
 * An error with a stable code. The token is invalid if it is {@link Denied}; otherwise the authorizer could not decide.
 * Not a CodedError as the project's other errors: the function's bundle imports nothing, and log filters use these codes.
 */
export class Failure extends Error {
  declare readonly code: FailureCode | DenyReason;

  constructor(code: FailureCode | DenyReason, message: string = code) {
    super(message);
    this.code = code;
  }
}

/** The token was rejected: a Deny policy (403), or `Unauthorized` (401) if the settings say so. */
export class Denied extends Failure {
  /** What was compared. */
  declare readonly claim: string | undefined;
  declare readonly expected: unknown;
  /** From the token, so it is logged only when the gateway runs locally. */
  declare readonly received: unknown;
}

/** @throws {Denied} unless the check passes */
export function denyUnless(
  passes: boolean,
  reason: DenyReason,
  claim?: string,
  expected?: unknown,
  received?: unknown,
): asserts passes {
  if (!passes) throw Object.assign(new Denied(reason), { claim, expected, received });
}
