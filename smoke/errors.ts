/** Why a connection failed, as one class with the closed list of {@link TransportFailure}, and how to put Node's errors into it. */
import { CodedError, codeOf, messageOf } from "../terminal/error";
import { UsageError } from "../terminal/values";
import type { ProbeState, TransportFailure } from "./types";

/** There was no answer, or one that is not WebSocket. */
export class ProbeError extends CodedError<TransportFailure> {
  override readonly name = "ProbeError";
  constructor(
    code: TransportFailure,
    message: string,
    /** Node's or ws's own code. */
    readonly origin?: string,
  ) {
    super(code, message);
  }
}

/** The options of a probe or test cannot be used: a wrong URL, header, subprotocol or expectation. */
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

/** Any error that a phase threw, as a {@link ProbeError}. */
export function classify(error: unknown, state: ProbeState): ProbeError {
  if (error instanceof ProbeError) return error;
  const message = messageOf(error);
  const code = codeOf(error);
  const known = CLASSES.find(([pattern]) => code !== undefined && pattern.test(code))?.[1];
  return new ProbeError(known ?? (state === "securing" ? "tls" : "protocol"), message, code);
}
