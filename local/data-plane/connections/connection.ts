/** One connection: who it is, and the named states of its life. */

import type { Definition } from "../../api/types";
import type { ClosedBy } from "../../trace/trace";
import type { Ending } from "../limits";

/**
 * `connecting`: the handshake is being decided, `@connections` answers 410.
 * `open`: after the 101.
 * `closing`: a close frame was sent or received, or the peer is lost; `@connections` answers 410.
 * `disconnecting`: the socket is gone, the `$disconnect` route runs.
 * `closed`: all done. Refused handshakes go from `connecting` to here.
 */
export type ConnectionState = "connecting" | "open" | "closing" | "disconnecting" | "closed";

const NEXT: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  connecting: ["open", "closed"],
  open: ["closing", "disconnecting"],
  closing: ["disconnecting"],
  disconnecting: ["closed"],
  closed: [],
};

/** What the authorizer said of the client, kept for the connection's life. */
export interface AuthorizerContext {
  readonly principalId: string;
  /** Scalars, as the strings they are seen as later. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

/** What is known of a client from its handshake on. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stageName: string;
  /** Host, and path before the stage, as a client or a backend addresses the API. */
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** The handshake's `x-api-key`, against which later messages are checked too. */
  readonly apiKey: string | undefined;
  readonly connectedAt: number;
  /** The definition of the deployment that the connection was opened with. */
  readonly definition: Definition;
}

export class Connection {
  #state: ConnectionState = "connecting";
  authorizer: AuthorizerContext | undefined;
  lastActiveAt: number;
  /** Messages in their integrations. */
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

  /** Whether the state was left for the next one; false where the life has no such step. */
  enter(next: ConnectionState): boolean {
    if (!NEXT[this.#state].includes(next)) return false;
    this.#state = next;
    return true;
  }

  /** The first reason to end is the one that counts. */
  endsBy(by: ClosedBy, ending: Ending): void {
    this.ending ??= { by, code: ending.code, reason: ending.reason };
  }
}
