/** What an answer means on API Gateway, and where to look: a sentence for each, by status or by class of failure. */
import type { Failure, Refusal, TransportFailure } from "./types";

const BY_STATUS: readonly [test: (status: number) => boolean, advice: string][] = [
  [(s) => s === 400, "A required route parameter is missing, or the backend (HTTP_PROXY) refused the request."],
  [
    (s) => s === 401,
    "API Gateway found no token where the authorizer's identity source says, or the authorizer threw Unauthorized. Check the token parameter's name.",
  ],
  [(s) => s === 404, "The address is not API Gateway's, or the backend (HTTP_PROXY) answered 404."],
  [(s) => s === 426, "The server did not take the request for a WebSocket upgrade. Check proxies in between."],
  [
    (s) => s === 429,
    "The stage throttles. A route settings block without both limits means 0 for everybody; otherwise the account's quota is used up.",
  ],
  [
    (s) => s === 502,
    "The Lambda integration of $connect threw or lacks the permission to be invoked. Look at its log.",
  ],
  [(s) => s === 504, "The backend of $connect did not answer within the integration's timeout."],
  [
    (s) => s >= 500,
    "The authorizer failed (exception, timeout, missing invoke permission), no integration response matched, or the backend cannot be reached. Look at the authorizer's and the stage's execution logs.",
  ],
];

const BY_FAILURE: Readonly<Record<TransportFailure, string>> = {
  dns: "The host name is not known. Check the URL; a new DNS record may need some minutes.",
  refused: "Nothing listens there, or a firewall says no. Check host and port.",
  tls: "The certificate or the TLS handshake was not accepted. For a private certificate authority give its PEM file.",
  timeout: "The server did not answer in time.",
  reset: "The connection was cut. Look for a proxy or load balancer in between.",
  protocol: "The answer is not a WebSocket handshake. Check that the address is the API's.",
  proxy:
    "The proxy did not open a tunnel. Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY and the proxy's credentials.",
  cancelled: "The test was stopped before its end.",
};

export function adviceFor(answer: Refusal | Failure): string {
  if (answer.kind === "failed") return `${answer.message.replace(/\.?$/, ".")} ${BY_FAILURE[answer.failure]}`;
  if (answer.status === 403) {
    return (answer.headers["x-amzn-errortype"] ?? "").startsWith("ForbiddenException")
      ? "No such stage or path, or the stage points at no deployment."
      : "The authorizer denied the token, or its policy does not cover this $connect. Its log line says why: issuer, audience, expiry or signature.";
  }
  if (answer.status >= 300 && answer.status < 400) {
    return `Redirected to ${answer.headers.location ?? "nowhere"}; a redirect is not followed. Use the final address.`;
  }
  return BY_STATUS.find(([test]) => test(answer.status))?.[1] ?? "Look at the stage's access log for this request.";
}

/** `403`, `101`, `dns: getaddrinfo ENOTFOUND …`: what happened, in a table's cell. */
export function brief(answer: { readonly kind: "connected" | "posted" } | Refusal | Failure): string {
  if (answer.kind === "refused") return String(answer.status);
  if (answer.kind === "failed") return answer.failure;
  return answer.kind === "connected" ? "101" : "200";
}
