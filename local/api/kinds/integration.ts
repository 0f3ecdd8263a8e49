/** Integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html */

import * as z from "zod";
import { parseArn } from "../../../aws/arn";
import {
  CONNECTION_TYPES,
  CONTENT_HANDLING,
  HTTP_METHODS,
  INTEGRATION_TYPES,
  PASSTHROUGH_BEHAVIORS,
} from "../../../aws/enumerations";
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../../../aws/limits";
import { badRequest, conflict } from "../error";
import type { ApiState, Definition, Integration, IntegrationEntry } from "../types";
import { checkMapping, checkSelection } from "./expressions";
import {
  anything,
  checkTemplates,
  description,
  type Kind,
  mergeTexts,
  parse,
  rejectHttpApiMembers,
  required,
  text,
  textOf,
  texts,
  whole,
} from "./kind";
import { checkConnection } from "./route";

const members = z.object({
  connectionId: text,
  connectionType: z.enum(CONNECTION_TYPES).exactOptional(),
  contentHandlingStrategy: z.enum(CONTENT_HANDLING).exactOptional(),
  credentialsArn: text,
  description,
  integrationMethod: z.enum(HTTP_METHODS).exactOptional(),
  integrationType: z.enum(INTEGRATION_TYPES).exactOptional(),
  integrationUri: textOf(2048),
  passthroughBehavior: z.enum(PASSTHROUGH_BEHAVIORS).exactOptional(),
  payloadFormatVersion: text,
  requestParameters: texts,
  requestTemplates: texts,
  templateSelectionExpression: text,
  timeoutInMillis: whole,
  integrationSubtype: anything,
  responseParameters: anything,
  tlsConfig: anything,
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html */
const RESPONSE_SELECTION: Partial<Record<Integration["integrationType"], string>> = {
  AWS: "${integration.response.body.errorMessage}",
  HTTP: "${integration.response.statuscode}",
  MOCK: "${integration.response.statuscode}",
};

export const integrationKind: Kind<IntegrationEntry, ApiState> = {
  name: "Integration",
  quota: QUOTAS.integrations,
  key: (integration) => integration.integrationId,
  create(input, scope, generator) {
    const given = parse(members, input);
    const blank: Integration = {
      integrationId: generator.id(7),
      integrationType: required(given.integrationType, "integrationType"),
      connectionType: "INTERNET",
      passthroughBehavior: "WHEN_NO_MATCH",
      payloadFormatVersion: "1.0",
      timeoutInMillis: INTEGRATION_TIMEOUT_MS.most,
    };
    return { ...change(blank, given, scope), integrationResponses: new Map() };
  },
  update: ({ integrationResponses, ...previous }, input, scope) => ({
    ...change(previous, parse(members, input), scope),
    integrationResponses,
  }),
  beforeDelete({ integrationId }, { current }) {
    const routes = routesTo(integrationId, current).map((route) => route.routeId);
    if (routes.length > 0) {
      // https://github.com/milliHQ/terraform-aws-next-js/issues/247
      throw conflict(
        `Cannot delete Integration because it is referenced by the following Routes with Ids: [${routes.join(", ")}]`,
      );
    }
  },
  toResponse: ({ integrationResponses, ...integration }) => integration,
};

function change(previous: Integration, given: z.output<typeof members>, { current }: ApiState): Integration {
  rejectHttpApiMembers(given, ["integrationSubtype", "responseParameters", "tlsConfig"]);
  const { payloadFormatVersion, requestParameters, integrationSubtype, responseParameters, tlsConfig, ...own } = given;
  if ((payloadFormatVersion ?? "1.0") !== "1.0") {
    throw badRequest(`Unsupported PayloadFormatVersion: ${payloadFormatVersion}`);
  }
  const integration: Integration = { ...previous, ...own };
  if (requestParameters) integration.requestParameters = mergeTexts(previous.requestParameters, requestParameters);
  const selection = RESPONSE_SELECTION[integration.integrationType];
  if (selection) integration.integrationResponseSelectionExpression = selection;
  else delete integration.integrationResponseSelectionExpression;
  if (integration.templateSelectionExpression === "") delete integration.templateSelectionExpression;
  check(integration);
  for (const route of routesTo(integration.integrationId, current)) checkConnection(integration, route);
  return integration;
}

function check(integration: Integration): void {
  const { integrationType: type, integrationUri: uri, timeoutInMillis: timeout } = integration;
  if (type !== "MOCK") {
    required(uri, "integrationUri");
    required(integration.integrationMethod, "integrationMethod");
  }
  if (type.startsWith("HTTP") && !/^https?:\/\/[^/]/.test(uri ?? "")) {
    throw badRequest(`Invalid HTTP endpoint specified for URI: ${uri}`);
  }
  if (type.startsWith("AWS") && !["apigateway", "lambda"].includes(parseArn(uri ?? "")?.service ?? "")) {
    throw badRequest(`Invalid ARN specified in the request: ${uri}`);
  }
  if (integration.connectionType === "VPC_LINK" && !integration.connectionId) {
    throw badRequest("ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK");
  }
  const { least, most } = INTEGRATION_TIMEOUT_MS;
  if (timeout < least || timeout > most) {
    throw badRequest(`Timeout should be between ${least} ms and ${most} ms`);
  }
  for (const [target, source] of Object.entries(integration.requestParameters ?? {})) checkMapping(target, source);
  checkTemplates(integration.requestTemplates);
  checkSelection(integration.templateSelectionExpression ?? "", "request template");
}

function routesTo(integrationId: string, { routes }: Definition) {
  return [...routes.values()].filter((route) => route.target === `integrations/${integrationId}`);
}
