/** MOCK: no backend. The request template renders `{"statusCode": 200}`, and that status selects the integration response. */

import type { IntegrationEntry } from "../../api/types";
import { parseJson } from "../expressions/json-text";
import { TEXT } from "../limits";
import type { Services } from "../services";
import { isTraced, traceEvent } from "../tracing";
import { compileResponses } from "./integration-response";
import { compileRequestBody } from "./request-template";
import { failure, type Integrate } from "./result";

export function compileMock(integration: IntegrationEntry, services: Services): Integrate {
  const bodyOf = compileRequestBody(integration, services);
  const respond = compileResponses(integration, services);
  return async (event) => {
    const body = bodyOf(event);
    if (typeof body !== "string") return body;
    const parsed = parseJson(body);
    const status =
      typeof parsed === "object" && parsed !== null && "statusCode" in parsed ? Number(parsed.statusCode) : Number.NaN;
    if (!Number.isInteger(status)) {
      const detail = 'the request template of a MOCK integration must render {"statusCode": 200}';
      return failure(500, TEXT.internal, "configuration", detail);
    }
    event.outcome.integrationStatus = status;
    event.outcome.integrationLatency = 0;
    const { key, result } = respond(event, { status, headers: {}, body: "" }, String(status));
    if (isTraced(services)) {
      const fields = { status, durationMs: 0, bytes: 0, body: "", ...(key !== "" && { responseKey: key }) };
      traceEvent(services, event, { type: "integration-response", ...fields });
    }
    return result;
  };
}
