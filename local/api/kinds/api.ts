/** Api: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html */

import * as z from "zod";
import type { Account } from "../../../aws/arn";
import { API_KEY_SELECTIONS, isApiKeySelection } from "../../../aws/selection-expression";
import { badRequest } from "../error";
import type { Api, ApiState } from "../types";
import type { DomainName } from "./domain-name";
import { checkSelection } from "./expressions";
import {
  anything,
  description,
  flag,
  type Kind,
  parse,
  rejectHttpApiMembers,
  required,
  tags,
  text,
  textOf,
} from "./kind";

const members = z.object({
  apiKeySelectionExpression: text,
  description,
  disableExecuteApiEndpoint: flag,
  disableSchemaValidation: flag,
  ipAddressType: z.enum(["ipv4", "dualstack"]).exactOptional(),
  name: textOf(128),
  protocolType: z.enum(["WEBSOCKET", "HTTP"]).exactOptional(),
  routeSelectionExpression: text,
  tags,
  version: text,
  corsConfiguration: anything,
  credentialsArn: anything,
  routeKey: anything,
  target: anything,
});

export interface ApiScope {
  readonly account: Account;
  /** The public URL of an API, such as `ws://localhost:3000`. */
  endpoint(apiId: string): string;
  readonly domainNames: ReadonlyMap<string, DomainName>;
}

export const apiKind: Kind<ApiState, ApiScope> = {
  name: "API",
  key: (state) => state.current.api.apiId,
  create(input, scope, generator) {
    const given = parse(members, input);
    if (required(given.protocolType, "protocolType") !== "WEBSOCKET") {
      throw badRequest("This gateway serves WebSocket APIs: protocolType must be WEBSOCKET");
    }
    const apiId = generator.id(10, given.name);
    const api: Api = {
      apiId,
      name: "",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "",
      apiKeySelectionExpression: "$request.header.x-api-key",
      apiEndpoint: scope.endpoint(apiId),
      disableExecuteApiEndpoint: false,
      createdDate: generator.now(),
      tags: given.tags ?? {},
    };
    return {
      current: {
        api: change(api, given),
        routes: new Map(),
        integrations: new Map(),
        authorizers: new Map(),
        models: new Map(),
      },
      deployments: new Map(),
      stages: new Map(),
    };
  },
  update(state, input) {
    state.current.api = change(state.current.api, parse(members, input));
    return state;
  },
  beforeDelete({ current: { api } }, { domainNames }) {
    const mappings = [...domainNames.values()].flatMap((domain) => [...domain.mappings.values()]);
    if (mappings.some(({ apiId }) => apiId === api.apiId)) {
      // https://github.com/gruntwork-io/cloud-nuke/issues/370
      throw badRequest(
        `Deleting API ${api.apiId} failed. Please remove all API mappings for the API from your custom domain names.`,
      );
    }
  },
  toResponse: (state) => state.current.api,
};

function change(previous: Api, given: z.output<typeof members>): Api {
  if (given.corsConfiguration !== undefined) throw badRequest("Cors is not supported for WEBSOCKET protocolType");
  rejectHttpApiMembers(given, ["credentialsArn", "routeKey", "target"]);
  const { corsConfiguration, credentialsArn, routeKey, target, tags, protocolType, ...own } = given;
  const api = { ...previous, ...own };
  required(api.name, "name");
  if (api.routeSelectionExpression === "") throw badRequest("Invalid routeSelectionExpression");
  checkSelection(api.routeSelectionExpression, "route");
  if (!isApiKeySelection(api.apiKeySelectionExpression)) {
    throw badRequest(`apiKeySelectionExpression must be one of ${Object.keys(API_KEY_SELECTIONS).join(", ")}`);
  }
  return api;
}
