/** One connection: its facts and its states. */

import type { Definition } from "../../api/types";
import type { ClosedBy } from "../../trace/trace";
import type { Ending } from "../limits";

/**
 * `connecting`: the handshake is in progress; `@connections` responds with 410.
 * `open`: after the 101.
 * `closing`: a close frame was sent or received, or the TCP connection was lost; `@connections` responds with 410.
 * `disconnecting`: the socket is closed, and the `$disconnect` route runs.
 * `closed`: the final state. A rejected handshake changes from `connecting` to `closed`.
 */
export type ConnectionState = "connecting" | "open" | "closing" | "disconnecting" | "closed";

const NEXT: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  connecting: ["open", "closed"],
  open: ["closing", "disconnecting"],
  closing: ["disconnecting"],
  disconnecting: ["closed"],
  closed: [],
};

/** The authorizer's result, which is kept until the connection is closed. */
export interface AuthorizerContext {
  readonly principalId: string;
  /** Values, converted to strings. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

/** `$context.identity.*` with IAM authorization. The gateway knows no users, so it invents one from the access key id. */
export interface Caller {
  readonly accountId: string;
  readonly user: string;
  readonly userArn: string;
}

/** The properties of a connection that the handshake determines. They never change. */
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
  /** Who has signed the handshake, with IAM authorization. */
  caller: Caller | undefined;
  lastActiveAt: number;
  /** Number of messages whose integration has not finished. */
  inFlight = 0;
  ending: (Ending & { readonly by: ClosedBy }) | undefined;
  /** Set by a fault: `$disconnect` is not called. */
  isForgotten = false;

  constructor(readonly facts: ConnectionFacts) {
    this.lastActiveAt = facts.connectedAt;
  }

  get id(): string {
    return this.facts.connectionId;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Changes the state. Returns false if the current state does not allow it. */
  enter(next: ConnectionState): boolean {
    if (!NEXT[this.#state].includes(next)) return false;
    this.#state = next;
    return true;
  }

  /** Records how the connection ends. Only the first call has an effect. */
  endsBy(by: ClosedBy, ending: Ending): void {
    this.ending ??= { by, code: ending.code, reason: ending.reason };
  }
}
