/** One connection: its facts and its states. */

import type { Definition } from "../../api/types";
import type { ClosedBy } from "../../trace/trace";
import type { Ending } from "../limits";

/**
 * `connecting`: the handshake is in progress; `@connections` responds with 410.
 * `open`: after the 101.
 * `closing`: a close frame was sent or received, or the TCP connection was lost; `@connections` responds with 410.
 * `disconnecting`: the socket is closed, the `$disconnect` route runs.
 * `closed`: the end. A refused handshake changes from `connecting` to this.
 */
export type ConnectionState = "connecting" | "open" | "closing" | "disconnecting" | "closed";

const NEXT: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  connecting: ["open", "closed"],
  open: ["closing", "disconnecting"],
  closing: ["disconnecting"],
  disconnecting: ["closed"],
  closed: [],
};

/** The authorizer's result, kept as long as the connection. */
export interface AuthorizerContext {
  readonly principalId: string;
  /** Scalars as strings. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

/** What the handshake determined; it never changes. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stageName: string;
  /** The API's endpoint without its scheme: the host, and the path before the stage. */
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** The handshake's `x-api-key`. Later messages are checked with it too. */
  readonly apiKey: string | undefined;
  readonly connectedAt: number;
  /** The definition of the deployment that the connection was opened with. */
  readonly definition: Definition;
}

export class Connection {
  #state: ConnectionState = "connecting";
  authorizer: AuthorizerContext | undefined;
  lastActiveAt: number;
  /** Messages whose integration has not finished. */
  inFlight = 0;
  ending: (Ending & { readonly by: ClosedBy }) | undefined;

  constructor(readonly facts: ConnectionFacts) {
    this.lastActiveAt = facts.connectedAt;
  }

  get id(): string {
    return this.facts.connectionId;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Changes the state; false where the present state does not allow it. */
  enter(next: ConnectionState): boolean {
    if (!NEXT[this.#state].includes(next)) return false;
    this.#state = next;
    return true;
  }

  /** Only the first call counts. */
  endsBy(by: ClosedBy, ending: Ending): void {
    this.ending ??= { by, code: ending.code, reason: ending.reason };
  }
}
