/**
 * AWS with a Lambda function: the template makes the payload, the integration response is selected by the error
 * message. Other services of AWS are not run locally.
 */
import type { IntegrationEntry } from "../../api/kinds/integration";
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
    const called = await invokeFunction(integration, services, event, body === "" ? {} : (parseJson(body) ?? body));
    if ("kind" in called) return called;
    const failed = "functionError" in called;
    const answer = {
      status: 200,
      headers: {},
      body: JSON.stringify(failed ? called.functionError : called.payload) ?? "",
    };
    return respond(event, answer, failed ? called.functionError.errorMessage : "").result;
  };
}
