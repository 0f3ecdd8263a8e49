/** The errors of the smoke test, and a function that classifies Node's errors as {@link TransportFailure}. */
import { CodedError, codeOf, messageOf } from "../terminal/error";
import { UsageError } from "../terminal/values";
import type { ProbeState, TransportFailure } from "./types";

/** Thrown if there was no answer, or one that is not WebSocket. */
export class ProbeError extends CodedError<TransportFailure> {
  override readonly name = "ProbeError";
  constructor(
    code: TransportFailure,
    message: string,
    /** Error code of Node or ws. */
    readonly origin?: string,
  ) {
    super(code, message);
  }
}

/** Thrown if an option of a probe or test is invalid: a URL, header, subprotocol or expectation. */
export class OptionsError extends UsageError {
  override readonly name = "OptionsError";

  constructor(message: string, hint?: string) {
    super(message, hint, "invalid-options");
  }
}

/** Codes of Node, OpenSSL and ws by class. For any other code the state decides. */
const CLASSES: readonly [RegExp, TransportFailure][] = [
  [/^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/, "dns"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES)$/, "refused"],
  [/^ETIMEDOUT$/, "timeout"],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, "reset"],
  [/^(HPE_|WS_ERR_)/, "protocol"],
];

/** Converts any error of a phase to a {@link ProbeError}. */
export function classify(error: unknown, state: ProbeState): ProbeError {
  if (error instanceof ProbeError) return error;
  const message = messageOf(error);
  const code = codeOf(error);
  const known = CLASSES.find(([pattern]) => code !== undefined && pattern.test(code))?.[1];
  return new ProbeError(known ?? (state === "securing" ? "tls" : "protocol"), message, code);
}
