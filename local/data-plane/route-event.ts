/**
 * One event of a connection that invokes a route: CONNECT, MESSAGE or DISCONNECT. Mappings, templates, Lambda events and
 * access logs read it.
 */

import type { EventType } from "../../aws/route-key";
import type { Api, Stage } from "../api/types";
import type { Connection } from "./connections/connection";
import { newId } from "./connections/ids";
import { parseJson } from "./expressions/json-text";
import type { ClientRequest } from "./handshake/client-request";
import type { Ending } from "./limits";

/** The results of the event so far: the part of `$context` that access logs report. */
export interface Outcome {
  status?: number;
  errorMessage?: string;
  errorResponseType?: string;
  validationError?: string;
  integrationStatus?: number;
  integrationLatency?: number;
  integrationError?: string;
  authorizerStatus?: number;
  authorizerLatency?: number;
  authorizerError?: string;
  authorizeStatus?: number;
}

export class RouteEvent {
  readonly requestId = newId();
  readonly messageId: string | undefined;
  readonly outcome: Outcome = {};
  routeKey: string;
  #json: { readonly value: unknown } | undefined;

  constructor(
    readonly type: EventType,
    readonly connection: Connection,
    readonly api: Api,
    readonly stage: Stage,
    /** Milliseconds since the epoch. */
    readonly at: number,
    /** The message. Empty for CONNECT and DISCONNECT. */
    readonly body: string,
    /** The handshake, for CONNECT only. */
    readonly request?: ClientRequest,
    /** Close code and reason, for DISCONNECT only. */
    readonly ending?: Ending,
  ) {
    this.messageId = type === "MESSAGE" ? newId() : undefined;
    this.routeKey = type === "MESSAGE" ? "" : type === "CONNECT" ? "$connect" : "$disconnect";
  }

  /** The body as JSON, parsed once. Undefined if it is not JSON. */
  get json(): unknown {
    this.#json ??= { value: parseJson(this.body) };
    return this.#json.value;
  }
}
