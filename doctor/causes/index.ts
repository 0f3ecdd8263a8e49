/** The causes that `doctor` knows. Each checks the evidence and returns a finding, several, or none. */
import type { Certainty, Evidence, Finding } from "../evidence";
import { managementUrl, noAnswer, otherServer, wrongAddress, wrongApi } from "./address";
import {
  brokenAuthorizer,
  brokenIntegration,
  failingBackend,
  missingResponse,
  noRoute,
  timedOut,
  unreachableBackend,
} from "./api";
import { apiKey, missingParameter, missingToken, rejectedToken, signature, throttled } from "./client";

type Cause = (evidence: Evidence) => Finding | readonly Finding[] | undefined;

/** Returns what can be wrong, the likeliest cause first. Empty: the client connects, and its message has a route. */
export function diagnose(evidence: Evidence): readonly Finding[] {
  const order: readonly Certainty[] = ["certain", "likely", "possible"];
  const findings = CAUSES.flatMap((cause) => cause(evidence) ?? []);
  return order.flatMap((certainty) => findings.filter((one) => one.certainty === certainty));
}

const CAUSES: readonly Cause[] = [
  managementUrl,
  noAnswer,
  wrongApi,
  wrongAddress,
  signature,
  missingParameter,
  missingToken,
  apiKey,
  rejectedToken,
  throttled,
  timedOut,
  brokenAuthorizer,
  missingResponse,
  unreachableBackend,
  failingBackend,
  brokenIntegration,
  noRoute,
  otherServer,
];
