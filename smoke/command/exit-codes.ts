/** The command's exit codes: one for each class of failure, so that a script can distinguish them. */
import { USAGE } from "../../terminal/shell";
import type { Failure, Refusal, SmokeReport, TransportFailure } from "../types";

export const EXIT = {
  passed: 0,
  failed: 1,
  usage: USAGE,
  refused: 3,
  dns: 10,
  unreachable: 11,
  tls: 12,
  timeout: 13,
  reset: 14,
  protocol: 15,
  proxy: 16,
  /** `EX_SOFTWARE` of sysexits.h. */
  internal: 70,
  cancelled: 130,
} as const;

export const EXIT_HELP: readonly [code: number, meaning: string][] = [
  [EXIT.passed, "everything was as expected"],
  [EXIT.failed, "it connected, but something was not as expected; or a client that should be rejected was accepted"],
  [EXIT.usage, "the command line is not valid, or names a file that cannot be read or written"],
  [EXIT.refused, "the handshake was answered with another HTTP status"],
  [EXIT.dns, "the host name does not resolve"],
  [EXIT.unreachable, "connection refused, or the host cannot be reached"],
  [EXIT.tls, "the certificate or the TLS handshake was not accepted"],
  [EXIT.timeout, "a phase, or the whole test, took too long"],
  [EXIT.reset, "the connection was reset"],
  [EXIT.protocol, "the answer is not HTTP, or not a WebSocket handshake"],
  [EXIT.proxy, "the proxy cannot be reached, is not supported, or did not open a tunnel"],
  [EXIT.internal, "the smoke test itself failed, or a report of a test that passed could not be written"],
  [EXIT.cancelled, "stopped by SIGINT (SIGTERM: 143)"],
];

const BY_FAILURE: Readonly<Record<TransportFailure, number>> = {
  dns: EXIT.dns,
  refused: EXIT.unreachable,
  tls: EXIT.tls,
  timeout: EXIT.timeout,
  reset: EXIT.reset,
  protocol: EXIT.protocol,
  proxy: EXIT.proxy,
  cancelled: EXIT.cancelled,
};

/** Returns the exit code for a connection that was not established. */
export function exitCodeOfAnswer(answer: Refusal | Failure): number {
  return answer.kind === "refused" ? EXIT.refused : BY_FAILURE[answer.failure];
}

/** Returns the exit code for the class of the first case that failed. */
export function exitCodeOfReport(report: SmokeReport): number {
  const first = report.cases.find(({ verdict }) => verdict === "failed");
  if (!first) return EXIT.passed;
  if (first.failure) return BY_FAILURE[first.failure];
  return first.id === "connect" && first.status !== undefined && first.status !== 101 ? EXIT.refused : EXIT.failed;
}
