/** The limits and timeouts of the smoke test, each with its reason. */
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../aws/limits";

/** For DNS, TCP, TLS and a proxy's answer: long enough to resend a lost packet twice, short enough for a person to wait. */
export const PHASE_TIMEOUT_MS = 10_000;

/** For each address except the last. Node's 250 ms is too short for a distant region. */
export const ADDRESS_TIMEOUT_MS = 1_000;

/** For the upgrade: it waits for the authorizer, and then for the backend. */
export const UPGRADE_TIMEOUT_MS = INTEGRATION_TIMEOUT_MS.most + 6_000;

/** How much of a rejection's body is kept. API Gateway's own bodies are under 200 bytes. */
export const BODY_LIMIT_BYTES = 4096;

/** The largest message that is accepted: twice API Gateway's own limit, because a wrong server may send anything. */
export const MESSAGE_LIMIT_BYTES = 2 * QUOTAS.messageBytes;

/** Unread frames that are kept. Older ones are dropped, so that a backend that sends much does not fill the memory. */
export const UNREAD_FRAMES = 256;

/** For a pong, an expected frame, and the answer to a close frame. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** For everything, retries included. */
export const DEADLINE_MS = 90_000;

/** The share of the deadline in which a case may be retried. The rest is for the cases after it. */
export const RETRY_SHARE = 0.8;

/** How long a new deployment or stage may still be answered by 403 `ForbiddenException`. */
export const SETTLE_MS = 45_000;

/** The first and the largest range from which the delay of a retry is drawn. */
export const BACKOFF_MS = { base: 250, cap: 5_000 } as const;

/** Connections and pings that are measured. */
export const CONNECTS = 3;
export const PINGS = 5;
