/** What an integration comes to, whatever its type. */
import type { RouteEvent } from "../route-event";

export interface IntegrationSuccess {
  readonly kind: "response";
  /** What the client of `$connect` is answered with; 200 from non-proxy integrations, whatever the backend said. */
  readonly status: number;
  /** For `$connect` only: messages have no headers. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface IntegrationFailure {
  readonly kind: "failure";
  readonly status: number;
  readonly message: string;
  readonly reason: "timeout" | "unreachable" | "function-error" | "malformed" | "configuration" | "too-large";
  /** For the developer. */
  readonly detail: string;
}

export type IntegrationResult = IntegrationSuccess | IntegrationFailure;

/** A compiled integration. `wantsBody`: whether anybody will see the answer's body. */
export type Integrate = (event: RouteEvent, wantsBody: boolean) => Promise<IntegrationResult>;

export function failure(
  status: number,
  message: string,
  reason: IntegrationFailure["reason"],
  detail: string,
): IntegrationFailure {
  return { kind: "failure", status, message, reason, detail };
}
