/**
 * AWS_PROXY: a Lambda function that receives the event and returns `{statusCode, headers, body}`.
 * Observed: API Gateway rejects the handshake with 502 after a function error, and with 500 for a result of another shape.
 */

import { HEADER_NAME } from "../../../aws/headers";
import type { Integration } from "../../api/types";
import { headerValue } from "../expressions/parameter-mapping";
import { TEXT } from "../limits";
import type { Services } from "../services";
import { passedOn } from "./http";
import { invokeFunction } from "./invoke-function";
import { lambdaProxyEvent } from "./lambda-event";
import { failure, type Integrate, type IntegrationResult } from "./result";

export function compileLambdaProxy(integration: Integration, services: Services): Integrate {
  return async (event) => {
    const invoked = await invokeFunction(integration, services, event, lambdaProxyEvent(event));
    if ("kind" in invoked) return invoked;
    if ("functionError" in invoked) {
      const { errorType, errorMessage } = invoked.functionError;
      return failure(502, TEXT.internal, "function-error", `${errorType}: ${errorMessage}`);
    }
    const result = parseProxyResult(invoked.payload);
    if (result.kind === "response") event.outcome.integrationStatus = result.status;
    return result;
  };
}

function parseProxyResult(payload: unknown): IntegrationResult {
  if (typeof payload !== "object" || payload === null) return malformed("the function did not return an object");
  const status = "statusCode" in payload ? Number(payload.statusCode) : Number.NaN;
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return malformed("the function did not return a valid statusCode");
  const { body = "" } = "body" in payload ? payload : {};
  if (body !== null && typeof body !== "string")
    return malformed("the body that the function returned is not a string");
  const base64 = "isBase64Encoded" in payload && payload.isBase64Encoded === true;
  const headers = [
    ...parseHeaders("headers" in payload ? payload.headers : undefined),
    ...parseHeaders("multiValueHeaders" in payload ? payload.multiValueHeaders : undefined),
  ];
  return { kind: "response", status, headers, body: Buffer.from(body ?? "", base64 ? "base64" : "utf8") };
}

function parseHeaders(headers: unknown): [string, string][] {
  if (typeof headers !== "object" || headers === null) return [];
  const texts = Object.entries(headers).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (!HEADER_NAME.test(name) || value === null || value === undefined) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => [name, headerValue(String(one))]);
  });
  return texts.flatMap(([name, value]) => passedOn({ [name]: value }));
}

function malformed(what: string): IntegrationResult {
  const hint = "a function of a proxy integration returns {statusCode, headers?, body?}";
  return failure(500, TEXT.internal, "malformed", `${what}: ${hint}`);
}
