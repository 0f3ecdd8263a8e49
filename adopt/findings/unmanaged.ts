/** What an API has beside the adopted resources. Terraform neither imports nor changes it. */
import { integrationOf, type Live, type LiveStage } from "../read/live";

export interface Unmanaged {
  readonly what: string;
  readonly name: string;
  readonly why: string;
}

/** Lists the parts of the API that no import id names. */
export function unmanagedOf(live: Live, stage: LiveStage, ids: Readonly<Record<string, string>>): readonly Unmanaged[] {
  const imported = new Set(Object.values(ids));
  const { apiId } = live.api;
  const isLeft = (id: string) => !imported.has(`${apiId}/${id}`);
  const used = new Set(live.routes.map((route) => integrationOf(live, route)?.integrationId));
  return [
    ...live.routes
      .filter(({ routeId }) => isLeft(routeId))
      .map(({ routeKey }) => ({ what: "route", name: routeKey, why: "gateway.yaml does not accept its key" })),
    ...live.integrations
      .filter(({ integrationId }) => isLeft(integrationId))
      .map(({ integrationId }) => ({
        what: "integration",
        name: integrationId,
        why: used.has(integrationId) ? "its routes refer to it by its id" : "no route uses it",
      })),
    ...live.integrations
      .filter(({ integrationId }) => !isLeft(integrationId))
      .flatMap(({ integrationId, responses }) =>
        responses
          .filter(({ integrationResponseId }) => isLeft(`${integrationId}/${integrationResponseId}`))
          .map(({ integrationResponseKey }) => ({
            what: "integration response",
            name: `${integrationId} ${integrationResponseKey}`,
            why: "no option expresses it",
          })),
      ),
    ...live.routes.flatMap(({ routeId, routeKey, responses }) =>
      responses
        .filter(({ routeResponseId }) => !isLeft(routeId) && isLeft(`${routeId}/${routeResponseId}`))
        .map(({ routeResponseKey }) => ({
          what: "route response",
          name: `${routeKey} ${routeResponseKey}`,
          why: "API Gateway sends no reply without the route's expression for it",
        })),
    ),
    ...live.authorizers
      .filter(({ authorizerId }) => isLeft(authorizerId))
      .map(({ name }) => ({ what: "authorizer", name, why: "gateway.yaml has one authorizer, with a function's ARN" })),
    ...(live.bundled === undefined || ids.authorizer_function !== undefined
      ? []
      : [
          {
            what: "authorizer function",
            name: live.bundled.functionName,
            why: live.bundled.isNewest
              ? "gateway.yaml does not express its settings"
              : "the API invokes an older version than the newest, and Terraform imports only the newest",
          },
        ]),
    ...live.models.map(({ name }) => ({ what: "model", name, why: "routes refer to it by its name" })),
    ...live.stages
      .filter(({ stageName }) => stageName !== stage.stageName)
      .map(({ stageName }) => ({ what: "stage", name: stageName, why: "gateway.yaml has one stage" })),
    ...live.mappings
      .filter(({ mapping, domain }) => !imported.has(`${mapping.apiMappingId}/${domain.domainName}`))
      .map(({ mapping, domain }) => ({
        what: "domain mapping",
        name: `${domain.domainName}/${mapping.apiMappingKey}`,
        why: mapping.stage === stage.stageName ? "gateway.yaml has one domain" : `it belongs to stage ${mapping.stage}`,
      })),
  ];
}
