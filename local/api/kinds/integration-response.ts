/** IntegrationResponse: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html */
import * as z from "zod";
import { CONTENT_HANDLING } from "../../../aws/enumerations";
import { parseResponseKey } from "../../../aws/response-key";
import { badRequest, conflict } from "../error";
import type { IntegrationEntry, IntegrationResponse } from "../types";
import { checkResponseMapping, checkSelection } from "./expressions";
import { checkTemplates, type Kind, mergeTexts, parse, required, text, texts } from "./kind";

const members = z.object({
  contentHandlingStrategy: z.enum(CONTENT_HANDLING).exactOptional(),
  integrationResponseKey: text,
  responseParameters: texts,
  responseTemplates: texts,
  templateSelectionExpression: text,
});

export const integrationResponseKind: Kind<IntegrationResponse, IntegrationEntry> = {
  name: "IntegrationResponse",
  key: (response) => response.integrationResponseId,
  create(input, scope, generator) {
    return change({ integrationResponseId: generator.id(7), integrationResponseKey: "" }, parse(members, input), scope);
  },
  update: (previous, input, scope) => change(previous, parse(members, input), scope),
  toResponse: (response) => response,
};

function change(
  previous: IntegrationResponse,
  { responseParameters, ...own }: z.output<typeof members>,
  { integrationResponses }: IntegrationEntry,
): IntegrationResponse {
  const response: IntegrationResponse = { ...previous, ...own };
  if (responseParameters) response.responseParameters = mergeTexts(previous.responseParameters, responseParameters);
  if (response.templateSelectionExpression === "") delete response.templateSelectionExpression;
  const key = required(response.integrationResponseKey, "integrationResponseKey");
  if (parseResponseKey(key) === undefined) {
    throw badRequest(`Invalid integration response key ${key}: it must be $default or an expression such as /2\\d\\d/`);
  }
  for (const [target, source] of Object.entries(response.responseParameters ?? {}))
    checkResponseMapping(target, source);
  checkTemplates(response.responseTemplates);
  checkSelection(response.templateSelectionExpression ?? "", "response template");
  for (const other of integrationResponses.values()) {
    if (other.integrationResponseKey === key && other.integrationResponseId !== response.integrationResponseId) {
      throw conflict(`Integration response with key ${key} already exists for this integration`);
    }
  }
  return response;
}
