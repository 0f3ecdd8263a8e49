/**
 * Generates identifiers in AWS's format. connectionId, requestId and messageId are 11 bytes in base64url: 15 characters and a `=`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-chat-app.html shows some).
 */
import { randomFillSync } from "node:crypto";

const ID_BYTES = 11;
const TRACE_BYTES = 12;
const pool = Buffer.alloc(16 * 1024);
let used = pool.length;

/** Returns the position of the next `count` random bytes in the pool. An empty pool is refilled. */
function take(count: number): number {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += count;
  return start;
}

export function newId(): string {
  const start = take(ID_BYTES);
  return `${pool.toString("base64url", start, start + ID_BYTES)}=`;
}

/** Generates an `X-Amzn-Trace-Id` (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader). */
export function newTraceId(milliseconds: number): string {
  const start = take(TRACE_BYTES);
  const seconds = Math.floor(milliseconds / 1000).toString(16);
  return `Root=1-${seconds}-${pool.toString("hex", start, start + TRACE_BYTES)}`;
}

const CONNECTION_ID = /^[A-Za-z0-9_-]{15}=$/;

export function isConnectionId(text: string): boolean {
  return CONNECTION_ID.test(text);
}
