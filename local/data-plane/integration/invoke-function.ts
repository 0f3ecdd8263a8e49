/** Invokes the function of an integration: finds it, checks its resource policy, applies the integration's timeout. */

import { executionArn, routeArn } from "../../../aws/arn";
import type { Integration } from "../../api/types";
import { preview } from "../../trace/masking";
import { EXPIRED, withDeadline } from "../clock";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import { functionArnOf, invokedFor, mayInvoke, type Services } from "../services";
import { isTraced, traceEvent } from "../tracing";
import { failure, type IntegrationFailure } from "./result";

type Invoked =
  | { readonly payload: unknown }
  | { readonly functionError: { readonly errorType: string; readonly errorMessage: string } }
  | IntegrationFailure;

export async function invokeFunction(
  integration: Integration,
  services: Services,
  event: RouteEvent,
  payload: unknown,
): Promise<Invoked> {
  const { integrationUri = "", credentialsArn, integrationType, timeoutInMillis } = integration;
  const functionArn = functionArnOf(integrationUri, event.stage.stageVariables);
  if (functionArn === undefined) {
    return failure(
      500,
      TEXT.internal,
      "configuration",
      `the integration's URI is not the invocation URI of a Lambda function: ${integrationUri}`,
    );
  }
  const fn = await services.findFunction(functionArn);
  if (fn === undefined)
    return failure(500, TEXT.internal, "configuration", `the function ${functionArn} does not exist`);
  const { apiId, stageName } = event.connection.facts;
  const sourceArn = routeArn(executionArn(services.store.account, apiId), stageName, event.routeKey);
  if (!mayInvoke(fn, sourceArn, credentialsArn)) {
    const detail = `the resource policy of ${fn.functionName} does not allow API Gateway to invoke it from ${sourceArn}`;
    return failure(500, TEXT.internal, "configuration", detail);
  }
  if (isTraced(services)) {
    const body = preview(event.body);
    const fields = { method: "POST", target: functionArn, headers: {}, body, mapped: {}, values: {}, integrationType };
    traceEvent(services, event, { type: "integration-request", ...fields });
  }
  const started = services.clock.now();
  const response = await withDeadline(services.invoke(fn, payload, invokedFor(event)), timeoutInMillis).catch(
    (error: unknown) => ({
      functionError: { errorType: "Runtime", errorMessage: String(error) },
    }),
  );
  const latency = services.clock.now() - started;
  event.outcome.integrationLatency = latency;
  if (response === EXPIRED) {
    return failure(504, TEXT.timeout, "timeout", `${fn.functionName} did not respond within ${timeoutInMillis} ms`);
  }
  event.outcome.integrationStatus = 200;
  if (isTraced(services)) {
    const body = JSON.stringify("payload" in response ? response.payload : response.functionError) ?? "undefined";
    const fields = { status: 200, durationMs: latency, bytes: Buffer.byteLength(body), body: preview(body) };
    traceEvent(services, event, { type: "integration-response", ...fields });
  }
  return response;
}
