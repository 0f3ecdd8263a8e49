/** The limits and timeouts of the smoke test, each with its reason. */
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../aws/limits";

/**
 * Timeout for DNS, TCP, TLS and a proxy's answer: long enough to resend a lost packet twice, short enough for a person
 * to wait.
 */
export const PHASE_TIMEOUT_MS = 10_000;

/** Timeout for each address except the last. Node's 250 ms is too short for a distant region. */
export const ADDRESS_TIMEOUT_MS = 1_000;

/** Timeout for the upgrade, which waits for the authorizer and then for the backend. */
export const UPGRADE_TIMEOUT_MS = INTEGRATION_TIMEOUT_MS.most + 6_000;

/** Maximum size of a rejection's body in a report. Bodies of API Gateway are under 200 bytes. */
export const BODY_LIMIT_BYTES = 4096;

/** Maximum size of a received message: twice API Gateway's limit, because another server may send larger messages. */
export const MESSAGE_LIMIT_BYTES = 2 * QUOTAS.messageBytes;

/**
 * Maximum number of unread frames. Older ones are dropped, so that a backend that sends many does not fill the memory.
 */
export const UNREAD_FRAMES = 256;

/** Timeout for a pong, an expected frame, and the answer to a close frame. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** Timeout for the whole test, including retries. */
export const DEADLINE_MS = 90_000;

/** The share of the deadline in which a case may be retried. The rest is for the cases after it. */
export const RETRY_SHARE = 0.8;

/** Time in which API Gateway may answer 403 `ForbiddenException` for a new deployment or stage. */
export const SETTLE_MS = 45_000;

/** The first and the largest range from which the delay of a retry is drawn. */
export const BACKOFF_MS = { base: 250, cap: 5_000 } as const;

/** Connections and pings that are measured. */
export const CONNECTS = 3;
export const PINGS = 5;
