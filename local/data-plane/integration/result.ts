/** The result of an integration of any type. */
import type { RouteEvent } from "../route-event";

export interface IntegrationSuccess {
  readonly kind: "response";
  /** The status for the client of `$connect`; always 200 from non-proxy integrations. */
  readonly status: number;
  /** Headers for the client of `$connect`. Messages have none. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface IntegrationFailure {
  readonly kind: "failure";
  readonly status: number;
  readonly message: string;
  readonly reason: "timeout" | "unreachable" | "function-error" | "malformed" | "configuration" | "too-large";
  /** Explanation for the developer. */
  readonly detail: string;
}

export type IntegrationResult = IntegrationSuccess | IntegrationFailure;

/** A compiled integration. `wantsBody` says whether the response's body is sent to the client. */
export type Integrate = (event: RouteEvent, wantsBody: boolean) => Promise<IntegrationResult>;

export function failure(
  status: number,
  message: string,
  reason: IntegrationFailure["reason"],
  detail: string,
): IntegrationFailure {
  return { kind: "failure", status, message, reason, detail };
}
