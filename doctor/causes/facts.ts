/** Functions that all causes share: they read facts from the evidence, and build findings. */
import type { LiveRoute } from "../../adopt/read/live";
import type { Refusal } from "../../smoke/index";
import type { Certainty, Evidence, Finding } from "../evidence";

export const finding = (id: string, certainty: Certainty, cause: string, remedy: string): Finding => ({
  id,
  certainty,
  cause,
  remedy,
});

/** The rejection, if it has one of these statuses. */
export const refusal = ({ answer }: Evidence, ...statuses: readonly number[]): Refusal | undefined =>
  answer.kind === "refused" && statuses.includes(answer.status) ? answer : undefined;

export const live = ({ inside }: Evidence) => (inside?.kind === "read" ? inside.live : undefined);
export const stage = ({ inside }: Evidence) => (inside?.kind === "read" ? inside.stage : undefined);
export const connectRoute = (evidence: Evidence): LiveRoute | undefined =>
  live(evidence)?.routes.find(({ routeKey }) => routeKey === "$connect");

/** API Gateway rejected the request before it chose a connection id: the address is wrong, or nothing is deployed there. */
export const isEarly = ({ headers }: Refusal, type: string): boolean =>
  (headers["x-amzn-errortype"] ?? "").startsWith(type);
/** The answer is API Gateway's own and not one that a proxy integration passed on. */
export const isGateways = ({ headers, body }: Refusal): boolean =>
  "x-amzn-errortype" in headers || ("x-amz-apigw-id" in headers && /"connectionId" ?:/.test(body));

export const FROM_AWS = "Set AWS credentials that may read the API, and run doctor again: then it can decide.";
