/** Why a connection failed, as one class with the closed list of {@link TransportFailure}, and how other people's errors fall into it. */
import type { ProbeState, TransportFailure } from "./types";

/** There was no answer, or none that is WebSocket. `code` is the closed list's word. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  constructor(
    readonly code: TransportFailure,
    message: string,
    /** Node's or ws's own code. */
    readonly origin?: string,
  ) {
    super(message);
  }
}

/** What was asked for cannot be done: a wrong URL, header, subprotocol or option. */
export class OptionsError extends Error {
  override readonly name = "OptionsError";
  readonly code = "invalid-options";
}

/** Codes of Node, OpenSSL and ws by class; what is not here is decided by the state. */
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

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Trying several addresses fails with an AggregateError, whose own message may be empty. */
export function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("errors" in error && Array.isArray(error.errors)) return error.errors.map(messageOf).join("; ");
  return "message" in error ? String(error.message) : String(error);
}
