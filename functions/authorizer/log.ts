/**
 * Writes one JSON line per decision, and one per failed fetch of keys. Lambda adds time and request id, and Logs Insights
 * finds the fields. A record has only the fields below: never the token, the event, or a claim other than `sub`.
 */

export interface LogRecord {
  decision?: "allow" | "deny" | "error";
  keys?: "unavailable";
  /** A {@link DenyReason} or {@link FailureCode}; for keys, the error of the fetch. */
  reason?: string;
  /** The configured issuer that the token names. */
  issuer?: string;
  /** Set only if the token's signature and claims are valid. */
  subject?: string;
  connectionId?: unknown;
}

export type Log = (record: LogRecord) => void;

export const log: Log = (record) => console.log(JSON.stringify(record));
