/** The types of the smoke test: what to connect to, what is expected, what happened. */

/** One attempt to connect. */
export interface ProbeOptions {
  /** `wss://host/stage` or `ws://`; query parameters in it are kept. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly subprotocols?: readonly string[] | undefined;
  /** Connect here instead of the URL's host; SNI and `Host` stay the URL's. `host:port` */
  readonly connectTo?: string | undefined;
  /** PEM of certificate authorities to trust in place of the system's. */
  readonly ca?: string | undefined;
  readonly insecure?: boolean | undefined;
  /** Milliseconds for each phase: DNS, TCP, TLS, upgrade. */
  readonly phaseTimeoutMs?: number | undefined;
  /** Milliseconds for the upgrade alone, which waits for the authorizer and the backend; defaults to `phaseTimeoutMs`, else 35 s. */
  readonly upgradeTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Environment with `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values that no message may show, besides those whose option name marks a secret. */
  readonly secrets?: readonly string[] | undefined;
  /** Resolves host names instead of the system's resolver. */
  readonly lookup?: ((hostname: string) => Promise<readonly { address: string; family: number }[]>) | undefined;
  /** Called with each state that the connection enters. */
  readonly onState?: ((state: ProbeState) => void) | undefined;
}

/** A connection's life. `tunnelling` is the CONNECT through a proxy; `refused` is an HTTP answer, `failed` is no answer. */
export type ProbeState =
  | "idle"
  | "resolving"
  | "dialling"
  | "tunnelling"
  | "securing"
  | "upgrading"
  | "open"
  | "closing"
  | "closed"
  | "refused"
  | "failed";

/** Milliseconds per phase; a phase that did not take place is absent. `upgrade` includes the time of the gateway, the authorizer and the backend. */
export interface Timings {
  dns?: number;
  tcp?: number;
  /** The CONNECT through a proxy, with TLS to the proxy where it has an https address. */
  proxy?: number;
  tls?: number;
  upgrade?: number;
}

/** Why there was no answer at all. The exit codes of the command follow these classes. */
export type TransportFailure = "dns" | "refused" | "tls" | "timeout" | "reset" | "protocol" | "proxy" | "cancelled";

export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 4 KB. */
  readonly body: string;
  readonly timings: Timings;
}
export interface Failure {
  readonly kind: "failed";
  readonly failure: TransportFailure;
  /** The state in which it failed. */
  readonly state: ProbeState;
  /** Node's or ws's own error code, where there is one. */
  readonly code: string | undefined;
  readonly message: string;
  readonly timings: Timings;
}

export type CaseId =
  | "connect"
  | "no-token"
  | "bad-token"
  | "missing-parameter"
  | "unknown-stage"
  | "ping"
  | "push"
  | "message"
  | "close";

export interface CaseResult {
  readonly id: CaseId;
  readonly title: string;
  /** `reported`: not asserted, because AWS's behaviour is not documented. `skipped` says why in `detail`. */
  readonly verdict: "passed" | "failed" | "reported" | "skipped";
  readonly expected: string;
  readonly actual: string;
  /** What it means and what to check, when it failed; why it was skipped. */
  readonly detail?: string | undefined;
  readonly status?: number;
  /** The class of failure, where there was no answer at all. */
  readonly failure?: TransportFailure;
  readonly body?: string;
  /** `x-amzn-*` headers of a rejection. */
  readonly awsHeaders?: Readonly<Record<string, string>>;
  readonly timings?: Timings;
  readonly durationMs: number;
  readonly attempts: number;
}

export interface SmokeOptions extends ProbeOptions {
  readonly token: string;
  readonly tokenParameter: string;
  /** Query parameters that `$connect` requires, with a value for the test. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The https (or http) form of the stage, where `@connections` is. Undefined: the message case is skipped. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Signs `@connections` requests; undefined: the SDK-standard environment variables, else the case is skipped. */
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string | undefined }
    | undefined;
  /** Accepted statuses by case of a rejected client. Default: the documented ones of AWS. */
  readonly expectStatus?:
    | Partial<Record<"no-token" | "bad-token" | "missing-parameter" | "unknown-stage", readonly number[]>>
    | undefined;
  readonly pings?: number | undefined;
  /** Number of connections to measure. Default: 3. */
  readonly connects?: number | undefined;
  /** Milliseconds after the start in which a 403 `ForbiddenException` may mean that the deployment has not propagated yet. */
  readonly settleMs?: number | undefined;
  /**
   * A message whose answer names the connection (`"connectionId":"…"`), for an API that answers it by a route.
   * Default: a message that no route matches. API Gateway answers it itself, with the connectionId.
   */
  readonly identifyMessage?: string | undefined;
  /**
   * The API has a `$default` route, which sends every message to the backend. So without {@link identifyMessage} the test
   * sends no message, and posts to a connection that does not exist: that shows permission and endpoint, not the delivery.
   * @default false
   */
  readonly hasDefaultRoute?: boolean | undefined;
  /**
   * A message that the backend sends to a new client by itself: text, `/regex/` or JSON subset. With an HTTP integration API
   * Gateway accepts the client also if the backend fails, so only this shows that the backend runs and received its mappings.
   */
  readonly expectPush?: string | undefined;
  /** Milliseconds for everything, retries included. */
  readonly deadlineMs?: number | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onCase?: ((result: CaseResult) => void) | undefined;
}

export interface SmokeReport {
  readonly passed: boolean;
  readonly url: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cases: readonly CaseResult[];
  readonly connectMs: { readonly p50: number; readonly p95: number; readonly samples: readonly number[] } | undefined;
  readonly pingMs: { readonly p50: number; readonly p95: number; readonly samples: readonly number[] } | undefined;
  /** The upgrade's time by component, estimated from the rejected clients. */
  readonly upgradeMs?: UpgradeShares | undefined;
}

/** Milliseconds. A client without a token uses the gateway only, a forged token also the authorizer, a valid one also the backend. */
export interface UpgradeShares {
  readonly gateway: number;
  readonly authorizer: number;
  readonly backend: number;
}
