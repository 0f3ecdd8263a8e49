/**
 * The log has one JSON line per decision, and one per failed fetch of keys. Lambda adds time and request id, and Logs Insights
 * finds the fields. A record has only the fields below: never the token or the event, and a claim's value only as described.
 */

export interface LogRecord {
  decision?: "allow" | "deny" | "error";
  keys?: "unavailable" | "misconfigured";
  /** A {@link DenyReason} or {@link FailureCode}; for keys, the error of the fetch. */
  reason?: string;
  /** The claim or header that was rejected, and what the settings expect of it. */
  claim?: string | undefined;
  expected?: unknown;
  /** The beginning of what the token has instead. Only when the gateway runs locally. */
  received?: string | undefined;
  /** The configured issuer that the token names. */
  issuer?: string;
  /** Set only if the token's signature and claims are valid. */
  subject?: string;
  connectionId?: unknown;
}

export type Log = (record: LogRecord) => void;
