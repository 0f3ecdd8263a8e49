/** Explains what an answer of API Gateway means and what to check: one text for each status and each class of failure. */
import type { Failure, Refusal, TransportFailure } from "./types";

const ORDINARY =
  "An ordinary HTTP server answered, which serves no WebSocket at this address. Check host, port and path: a stage's URL is the output WS_URL.";
const PLAIN_AT_TLS = "If this port serves TLS, use wss:// in place of ws://.";

const BY_STATUS: readonly [test: (status: number) => boolean, advice: string][] = [
  [(s) => s < 300 || s === 405, ORDINARY],
  [(s) => s === 400, "A required route parameter is missing, or the backend (HTTP_PROXY) rejected the request."],
  [
    (s) => s === 401,
    "API Gateway found no token in the authorizer's identity source, or the authorizer threw Unauthorized. Check the name of the token parameter, header or cookie.",
  ],
  [(s) => s === 404, "The address does not belong to API Gateway, or the backend (HTTP_PROXY) answered 404."],
  [(s) => s === 426, "The server did not recognise a WebSocket upgrade. Check proxies between here and the server."],
  [
    (s) => s === 429,
    "The stage throttles. A route settings block without both limits sets the missing one to 0, which rejects every client; otherwise the account's quota is used up.",
  ],
  [
    (s) => s === 502,
    "The Lambda integration of $connect threw an error, or API Gateway may not invoke it. Check its log.",
  ],
  [(s) => s === 504, "The backend of $connect did not answer within the integration's timeout."],
  [
    (s) => s >= 500,
    "The authorizer failed (exception, timeout, missing invoke permission), no integration response matched, or the backend cannot be reached. Check the authorizer's log and the stage's execution log.",
  ],
];

/** With IAM authorization, API Gateway itself checks the signature. */
const WITHOUT_AUTHORIZER: typeof BY_STATUS = [
  [(s) => s === 401, "API Gateway rejects unsigned clients with 403. Check that the address belongs to it."],
  [
    (s) => s >= 500 && s !== 502 && s !== 504,
    "No integration response matched, or the backend cannot be reached. Check the stage's execution log.",
  ],
];

const BY_FAILURE: Readonly<Record<TransportFailure, string>> = {
  dns: "The host name does not resolve. Check the URL; a new DNS record may need some minutes.",
  refused: "No server listens on this port, or a firewall rejects the connection. Check host and port.",
  tls: "The certificate or the TLS handshake was not accepted. For a private certificate authority, give its PEM file.",
  timeout: "The server did not answer in time.",
  reset: "The connection was reset. Check proxies and load balancers between here and the server.",
  protocol: "The answer is not a WebSocket handshake. Check that the address is that of the API.",
  proxy:
    "The proxy did not open a tunnel. Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY and the proxy's credentials.",
  cancelled: "The test was stopped before it finished.",
};

/** Failures whose class alone would give the wrong advice. The first that matches is used. */
const BY_CAUSE: readonly [test: (failure: Failure) => boolean, advice: string][] = [
  [
    ({ failure, code, message }) =>
      failure === "tls" && /wrong version|WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(`${code} ${message}`),
    "The server does not speak TLS on this port: use ws:// in place of wss://, or another port.",
  ],
  [
    ({ failure, message }) => failure === "protocol" && /subprotocol/.test(message),
    "With API Gateway, only the integration of $connect can choose a subprotocol: a Lambda proxy integration, or HTTP_PROXY, that answers with Sec-WebSocket-Protocol. Without one, leave out --subprotocol.",
  ],
  [
    ({ failure, code }) => failure === "protocol" && /^HPE_/.test(code ?? ""),
    `The answer is not HTTP. ${PLAIN_AT_TLS}`,
  ],
  [({ failure, state }) => failure === "reset" && state === "upgrading", `${BY_FAILURE.reset} ${PLAIN_AT_TLS}`],
];

/** Returns the advice alone, without the failure's message. */
export const adviceForFailure = (failure: Failure): string =>
  BY_CAUSE.find(([test]) => test(failure))?.[1] ?? BY_FAILURE[failure.failure];

/** @param iam whether the client has signed the handshake, instead of sending a token */
export function adviceFor(answer: Refusal | Failure, iam = false): string {
  if (answer.kind === "failed") return `${answer.message.replace(/\.?$/, ".")} ${adviceForFailure(answer)}`;
  if (answer.status === 400 && /plain HTTP request was sent to HTTPS port/i.test(answer.body)) return PLAIN_AT_TLS;
  if (answer.status === 403) {
    return (answer.headers["x-amzn-errortype"] ?? "").startsWith("ForbiddenException")
      ? "There is no such stage or path, or the stage has no deployment."
      : iam
        ? "IAM denied the request: the credentials lack execute-api:Invoke on this stage's $connect, or the signature is for another region or host."
        : "The authorizer denied the token, or its policy does not cover this $connect. Its log names the reason: issuer, audience, expiry, signature or origin.";
  }
  if (answer.status >= 300 && answer.status < 400) {
    return `Redirected to ${answer.headers.location ?? "an unknown address"}; the test does not follow redirects. Use the final address.`;
  }
  const advice = iam ? [...WITHOUT_AUTHORIZER, ...BY_STATUS] : BY_STATUS;
  return advice.find(([test]) => test(answer.status))?.[1] ?? "Check the stage's access log for this request.";
}

/** Returns the answer in one word for a table, such as `101`, `403` or `dns`. */
export function brief(answer: { readonly kind: "connected" | "posted" } | Refusal | Failure): string {
  if (answer.kind === "refused") return String(answer.status);
  if (answer.kind === "failed") return answer.failure;
  return answer.kind === "connected" ? "101" : "200";
}
