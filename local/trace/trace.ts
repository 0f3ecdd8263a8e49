/**
 * What happened in the gateway and why, as data: the event union that printers and the inspector consume, and the
 * channel that carries it. Secrets are masked before they get here. Nothing is built while nobody listens: writers ask
 * {@link Trace.active} first.
 */

/** The checks of a handshake, in the order in which API Gateway makes them. */
export type Check =
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

/** What every event of a connection carries. */
interface OnConnection {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly apiId: string;
  readonly stage: string;
  readonly connectionId: string;
}

/** What happens in answer to one request, message or disconnect. */
interface InRequest extends OnConnection {
  readonly requestId: string;
  readonly routeKey: string;
}

export type TraceEvent =
  /** A client asks to connect. `path` has its secrets masked. */
  | (OnConnection & {
      readonly type: "connecting";
      readonly requestId: string;
      readonly path: string;
      readonly sourceIp: string;
      readonly userAgent: string | undefined;
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
      /** For a person: which statement decided, or what was wrong with the answer. */
      readonly detail: string;
    })
  /** A message arrived and a route was chosen for it. `selected` is what the expression gave. */
  | (InRequest & { readonly type: "route"; readonly selected: string; readonly found: boolean })
  | (InRequest & {
      readonly type: "integration-request";
      readonly integrationType: string;
      readonly method: string;
      /** Where to, secrets masked: a URL, a function ARN, or `MOCK`. */
      readonly target: string;
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
      readonly body: string;
      /** Mapped parameter to the expression it came from. */
      readonly mapped: Readonly<Record<string, string>>;
    })
  | (InRequest & {
      readonly type: "integration-response";
      readonly status: number;
      readonly durationMs: number;
      readonly bytes: number;
      readonly body: string;
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
  /** The handshake was answered with anything but 101. `connectionId` is empty when none was assigned yet. */
  | (OnConnection & {
      readonly type: "refused";
      readonly status: number;
      readonly message: string;
      readonly check: Check;
      readonly durationMs: number;
    })
  | (OnConnection & {
      readonly type: "frame";
      readonly direction: "in" | "out";
      readonly cause: "message" | "reply" | "push" | "error";
      readonly bytes: number;
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
  /** A line of the stage's access log, in its own format. */
  | {
      readonly type: "access-log";
      readonly at: number;
      readonly apiId: string;
      readonly stage: string;
      readonly line: string;
    }
  /** A line that a function wrote. */
  | { readonly type: "function-log"; readonly at: number; readonly functionName: string; readonly line: string }
  /** Something that the developer should know of and mend. */
  | { readonly type: "notice"; readonly at: number; readonly code: string; readonly message: string };

export type TraceListener = (event: TraceEvent) => void;

export class Trace {
  readonly #listeners = new Set<TraceListener>();

  /** Whether anybody listens. Build an event only if so. */
  get active(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns what stops the listening. */
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
