/**
 * AWS integrations of a Lambda function: the request template renders the payload, and the error message selects the
 * integration response. Other AWS services do not exist locally.
 */
import type { IntegrationEntry } from "../../api/types";
import { parseJson } from "../expressions/json-text";
import type { Services } from "../services";
import { compileResponses } from "./integration-response";
import { invokeFunction } from "./invoke-function";
import { compileRequestBody } from "./request-template";
import type { Integrate } from "./result";

export function compileLambda(integration: IntegrationEntry, services: Services): Integrate {
  const bodyOf = compileRequestBody(integration, services);
  const respond = compileResponses(integration, services);
  return async (event) => {
    const body = bodyOf(event);
    if (typeof body !== "string") return body;
    const invoked = await invokeFunction(integration, services, event, body === "" ? {} : (parseJson(body) ?? body));
    if ("kind" in invoked) return invoked;
    const failed = "functionError" in invoked;
    const response = {
      status: 200,
      headers: {},
      body: JSON.stringify(failed ? invoked.functionError : invoked.payload) ?? "",
    };
    return respond(event, response, failed ? invoked.functionError.errorMessage : "").result;
  };
}
