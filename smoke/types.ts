/** The types of the smoke test: options, answers and reports. */
import type { Credentials } from "../aws/sigv4";
import type { TokenPlace } from "../contract/token";

/** Options of one attempt to connect. */
export interface ProbeOptions {
  /** `wss://host/stage` or `ws://`; query parameters in it are kept. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly subprotocols?: readonly string[] | undefined;
  /** Signs the handshake (Signature Version 4), for an API with IAM authorization. */
  readonly signature?: { readonly credentials: Credentials; readonly region: string } | undefined;
  /** `host:port` to connect to instead of the URL's host. SNI and `Host` do not change. */
  readonly connectTo?: string | undefined;
  /** Certificate authorities to trust instead of the system's, as PEM. */
  readonly ca?: string | undefined;
  readonly insecure?: boolean | undefined;
  /** Timeout for each phase (DNS, TCP, TLS, upgrade) in milliseconds. */
  readonly phaseTimeoutMs?: number | undefined;
  /**
   * Timeout for the upgrade in milliseconds. It includes the authorizer and the backend. Default: `phaseTimeoutMs`,
   * else 35 s.
   */
  readonly upgradeTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Environment with `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values to mask in messages, in addition to options whose name says that they are secret. */
  readonly secrets?: readonly string[] | undefined;
  /** Resolves host names instead of the system's resolver. */
  readonly lookup?: ((hostname: string) => Promise<readonly { address: string; family: number }[]>) | undefined;
  /** Called with each state that the connection enters. */
  readonly onState?: ((state: ProbeState) => void) | undefined;
}

/**
 * State of a connection. `tunnelling`: CONNECT through a proxy. `refused`: an HTTP answer other than 101. `failed`: no
 * answer.
 */
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

/**
 * Duration of each phase that took place, in milliseconds. `upgrade` includes the gateway, the authorizer and the
 * backend.
 */
export interface Timings {
  dns?: number;
  tcp?: number;
  /** CONNECT through a proxy, including TLS to the proxy if its URL is https. */
  proxy?: number;
  tls?: number;
  upgrade?: number;
}

/** Class of a failure without an answer. The command has an exit code for each class. */
export type TransportFailure = "dns" | "refused" | "tls" | "timeout" | "reset" | "protocol" | "proxy" | "cancelled";

export interface Refusal {
  readonly kind: "refused";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The first 4 KB of the body. */
  readonly body: string;
  readonly timings: Timings;
}
export interface Failure {
  readonly kind: "failed";
  readonly failure: TransportFailure;
  /** The state in which the connection failed. */
  readonly state: ProbeState;
  /** Error code of Node or ws, if there is one. */
  readonly code: string | undefined;
  readonly message: string;
  readonly timings: Timings;
}

export type CaseId =
  | "connect"
  | "no-token"
  | "bad-token"
  | "other-origin"
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
  /** For a failed case, what the answer means and what to check. For a skipped case, the reason. */
  readonly detail?: string | undefined;
  readonly status?: number;
  /** Class of the failure, if there was no answer. */
  readonly failure?: TransportFailure;
  readonly body?: string;
  /** `x-amzn-*` headers of a rejection. */
  readonly awsHeaders?: Readonly<Record<string, string>>;
  readonly timings?: Timings;
  readonly durationMs: number;
  readonly attempts: number;
}

export interface SmokeOptions extends ProbeOptions {
  /** A valid token. If undefined, the API accepts every client, and the cases of rejected tokens are skipped. */
  readonly token: string | undefined;
  readonly tokenParameter: string;
  /** Where the client sends the token. Default: in the query parameter `tokenParameter`. */
  readonly tokenPlace?: TokenPlace | undefined;
  /** Whether clients sign the handshake with {@link credentials}. The token is then not sent. @default false */
  readonly iam?: boolean | undefined;
  /**
   * Origin of a page that may connect, for an API that accepts only some origins. The test sends it, and also checks that
   * a page of another origin is rejected.
   */
  readonly origin?: string | undefined;
  /** Query parameters that `$connect` requires, with values for the test. */
  readonly parameters: Readonly<Record<string, string>>;
  /** https (or http) URL of the stage, for `@connections`. If undefined, the message case is skipped. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /**
   * Credentials for `@connections`. Default: the SDKs' environment variables. Without either, the message case is
   * skipped.
   */
  readonly credentials?: Credentials | undefined;
  /** Accepted statuses by case of a rejected client. Default: the documented ones of AWS. */
  readonly expectStatus?:
    | Partial<
        Record<"no-token" | "bad-token" | "other-origin" | "missing-parameter" | "unknown-stage", readonly number[]>
      >
    | undefined;
  readonly pings?: number | undefined;
  /** Number of connections to measure. Default: 3. */
  readonly connects?: number | undefined;
  /**
   * Time after the start, in milliseconds, in which a 403 `ForbiddenException` may mean that the deployment has not
   * propagated yet.
   */
  readonly settleMs?: number | undefined;
  /**
   * A message whose answer contains `"connectionId":"…"`, for an API with a route for it.
   * Default: a message that no route matches. API Gateway answers it itself, with the connectionId.
   */
  readonly identifyMessage?: string | undefined;
  /**
   * Returns the id of the test's open connection, if the caller knows it. The test then sends no message to find the id.
   */
  readonly connectionId?: (() => string | undefined) | undefined;
  /**
   * Whether the API has a `$default` route, which sends every message to the backend. If so, and without
   * {@link identifyMessage}, the test sends no message and posts to a connection that does not exist. This checks permission
   * and endpoint, but not the delivery.
   * @default false
   */
  readonly hasDefaultRoute?: boolean | undefined;
  /**
   * A message that the backend pushes to each new client: text, `/regex/` or JSON subset. With an HTTP integration, API
   * Gateway accepts the client even if the backend fails, so only this message shows that the backend works.
   */
  readonly expectPush?: string | undefined;
  /** Timeout for the whole test in milliseconds, including retries. */
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
  /** Time of the upgrade by component, estimated from the rejected clients. */
  readonly upgradeMs?: UpgradeShares | undefined;
}

/**
 * Times in milliseconds. A client without a token uses the gateway only, a forged token also the authorizer, a valid
 * one also the backend.
 */
export interface UpgradeShares {
  readonly gateway: number;
  /** Absent with IAM authorization: API Gateway verifies the signature itself. */
  readonly authorizer?: number;
  readonly backend: number;
}
