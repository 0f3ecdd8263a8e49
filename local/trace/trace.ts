/**
 * What happens in the gateway and why, as events for the printers and the inspector. Secrets are masked before an event is
 * emitted. Building an event costs time, so check {@link Trace.active} first.
 */

/** The checks of a handshake, in API Gateway's order. */
export type Check =
  | "request"
  | "endpoint"
  | "path"
  | "stage"
  | "upgrade"
  | "throttle"
  | "signature"
  | "identity-sources"
  | "authorizer"
  | "policy"
  | "api-key"
  | "request-parameters"
  | "integration";

export type ClosedBy = "client" | "gateway" | "management" | "idle" | "duration" | "lost" | "shutdown";

/** In every event of a connection. */
interface OnConnection {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly apiId: string;
  readonly stage: string;
  readonly connectionId: string;
}

/** In every event of one handshake, message or disconnect. */
interface InRequest extends OnConnection {
  readonly requestId: string;
  readonly routeKey: string;
}

/** A token's header and claims, decoded but not verified. Claims whose names say that they are secret are masked. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export type TraceEvent =
  /** A client asks to connect. `path` has its secrets masked. */
  | (OnConnection & {
      readonly type: "connecting";
      readonly requestId: string;
      readonly path: string;
      readonly sourceIp: string;
      readonly userAgent: string | undefined;
      /** Of the client's request. The values of secret ones are masked. */
      readonly headers: Readonly<Record<string, string>>;
    })
  | (InRequest & {
      readonly type: "check";
      readonly check: Check;
      readonly passed: boolean;
      readonly detail?: string;
    })
  | (InRequest & {
      readonly type: "authorizer";
      readonly functionArn: string;
      readonly outcome: "allow" | "deny" | "unauthorized" | "error";
      readonly durationMs: number;
      readonly principalId?: string;
      readonly context?: Readonly<Record<string, string>>;
      /** What the client's JSON Web Token claims. The trace does not say whether it is valid; {@link outcome} does. */
      readonly token?: DecodedToken;
      readonly policy?: readonly PolicyStatement[];
      /** For the developer: which statement decided, or what is wrong with the result. */
      readonly detail: string;
    })
  /** A message selected a route. `selected`: the result of the route selection expression. */
  | (InRequest & { readonly type: "route"; readonly selected: string; readonly found: boolean })
  | (InRequest & {
      readonly type: "integration-request";
      readonly integrationType: string;
      readonly method: string;
      /** A URL with its secrets masked, or a function ARN. */
      readonly target: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Request parameter to its mapping expression. */
      readonly mapped: Readonly<Record<string, string>>;
      /** Request parameter to the value that the mapping found. A parameter without one is left out of the request. */
      readonly values: Readonly<Record<string, string>>;
    })
  | (InRequest & {
      readonly type: "integration-response";
      readonly status: number;
      readonly durationMs: number;
      readonly bytes: number;
      readonly body: string;
      /** Of the backend's response. The values of secret ones are masked. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Key of the integration response that was selected; undefined for proxies. */
      readonly responseKey?: string;
    })
  | (InRequest & {
      readonly type: "integration-failure";
      readonly reason: "timeout" | "unreachable" | "function-error" | "malformed" | "configuration" | "too-large";
      readonly durationMs: number;
      readonly detail: string;
    })
  /** 101 was sent. */
  | (OnConnection & {
      readonly type: "opened";
      readonly durationMs: number;
      readonly protocol: string | undefined;
      readonly compressed: boolean;
    })
  /** The handshake was refused: its status is not 101. `connectionId` is empty where none was assigned. */
  | (OnConnection & {
      readonly type: "refused";
      readonly status: number;
      readonly message: string;
      readonly check: Check;
      /** For the developer: why. Empty where an event before this one says it. */
      readonly detail: string;
      readonly durationMs: number;
    })
  | (OnConnection & {
      readonly type: "frame";
      readonly direction: "in" | "out";
      readonly cause: "message" | "reply" | "push" | "error";
      readonly bytes: number;
      /** Of the message that was received, or that is answered. */
      readonly requestId?: string | undefined;
      /** At most 4,096 characters of it. */
      readonly text: string;
    })
  | (OnConnection & {
      readonly type: "closed";
      readonly by: ClosedBy;
      readonly code: number;
      readonly reason: string;
      readonly durationMs: number;
    })
  /** A call of the `@connections` API. */
  | (OnConnection & {
      readonly type: "management";
      readonly method: string;
      readonly status: number;
      readonly bytes: number;
      readonly detail: string;
    })
  /** The developer asked for a failure (`--fault`), and this is one. */
  | (OnConnection & { readonly type: "fault"; readonly fault: string; readonly detail: string })
  /** A line of the stage's access log, in the stage's format. */
  | {
      readonly type: "access-log";
      readonly at: number;
      readonly apiId: string;
      readonly stage: string;
      readonly line: string;
    }
  /** A line that a function wrote, and the request that it was invoked for. */
  | {
      readonly type: "function-log";
      readonly at: number;
      readonly functionName: string;
      readonly line: string;
      readonly connectionId?: string;
      readonly requestId?: string;
    }
  /** Something that the developer should know, and possibly fix. */
  | { readonly type: "notice"; readonly at: number; readonly code: string; readonly message: string };

export type TraceListener = (event: TraceEvent) => void;

export class Trace {
  readonly #listeners = new Set<TraceListener>();

  /** Whether there is a listener. Without one, do not build events. */
  get active(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns a function that removes the listener. */
  listen(listener: TraceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: TraceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Emits something that the developer should know, outside of any connection. */
  notice(code: string, message: string): void {
    this.emit({ type: "notice", at: Date.now(), code, message });
  }
}
