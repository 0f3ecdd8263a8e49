/**
 * AWS_PROXY: a Lambda function that receives the event and returns `{statusCode, headers, body}`.
 * Observed: API Gateway rejects the handshake with 502 after a function error, and with 500 for a result of another shape.
 */

import * as z from "zod";
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

/**
 * API Gateway knows these members only, and responds `Internal server error` to a result with another one. Observed:
 * https://github.com/middyjs/middy/issues/1219
 */
const MEMBERS: ReadonlySet<string> = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const resultSchema = z.object({
  statusCode: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().min(200).max(599)),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

function parseProxyResult(payload: unknown): IntegrationResult {
  if (typeof payload !== "object" || payload === null) return malformed("the function did not return an object");
  const unknown = Object.keys(payload).filter((name) => !MEMBERS.has(name));
  if (unknown.length > 0) return malformed(`the function returned ${unknown.join(", ")}`);
  const parsed = resultSchema.safeParse(payload);
  if (!parsed.success) {
    return malformed(`the function returned an invalid ${parsed.error.issues[0]?.path.join(".") ?? "result"}`);
  }
  const { statusCode: status, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  return {
    kind: "response",
    status,
    headers: [...parseHeaders(headers ?? {}), ...parseHeaders(multiValueHeaders ?? {})],
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}

function parseHeaders(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (!HEADER_NAME.test(name)) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => (one === null ? [] : passedOn({ [name]: headerValue(String(one)) })));
  });
}

function malformed(what: string): IntegrationResult {
  const hint = "a function of a proxy integration returns {statusCode, headers?, body?}";
  return failure(500, TEXT.internal, "malformed", `${what}: ${hint}`);
}
