/**
 * One JSON line for each decision, and one for each failure to get keys. Lambda puts time and request id in front, and
 * Logs Insights finds the fields. What goes in is named here: never the token, the event, or a claim other than `sub`.
 */

export interface LogRecord {
  decision?: "allow" | "deny" | "error";
  keys?: "unavailable";
  /** A {@link DenyReason} or {@link FailureCode}; for keys, what went wrong on the way to them. */
  reason?: string;
  /** One of the configured issuers, once the token has named it. */
  issuer?: string;
  /** Only of a token that has been proven. */
  subject?: string;
  connectionId?: unknown;
}

export type Log = (record: LogRecord) => void;

export const log: Log = (record) => console.log(JSON.stringify(record));
