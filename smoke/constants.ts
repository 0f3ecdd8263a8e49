/** Every number that the smoke test decides by, with its reason. */
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../aws/limits";

/** For DNS, TCP, TLS and a proxy's answer: long enough for a lost packet or two, short enough for a person to wait. */
export const PHASE_TIMEOUT_MS = 10_000;

/** For each address but the last. Node's 250 ms gives up on a far region that would have answered. */
export const ADDRESS_TIMEOUT_MS = 1_000;

/** For the upgrade: it waits for the authorizer, and then for the backend. */
export const UPGRADE_TIMEOUT_MS = INTEGRATION_TIMEOUT_MS.most + 6_000;

/** How much of a refusal's body is kept. API Gateway's own are under 200 bytes. */
export const BODY_LIMIT_BYTES = 4096;

/** The greatest message that is taken: twice API Gateway's own limit, because a wrong server may send anything. */
export const MESSAGE_LIMIT_BYTES = 2 * QUOTAS.messageBytes;

/** Frames that nobody has asked for yet; older ones are dropped, so that a chatty backend fills no memory. */
export const UNREAD_FRAMES = 256;

/** For a pong, a frame that was asked for, and the answer to a close. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** For everything, retries included. */
export const DEADLINE_MS = 90_000;

/** The part of the deadline in which a case may be tried again; the rest is for the cases after it. */
export const RETRY_SHARE = 0.8;

/** How long a new deployment or stage may still be answered by 403 `ForbiddenException`. */
export const SETTLE_MS = 45_000;

/** First and greatest span out of which a retry's delay is drawn. */
export const BACKOFF_MS = { base: 250, cap: 5_000 } as const;

/** Connections and pings that are measured. */
export const CONNECTS = 3;
export const PINGS = 5;
