/** Builds a random API on the local control plane. */
import { functionOfUri } from "../../../aws/arn";
import type { Store } from "../../../local/api/store";
import type { SimulatedAws } from "./aws";
import type { RandomApi } from "./random-api";

const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const LOG = "arn:aws:logs:us-east-1:123456789012:log-group:";

/** The first stage's name and the id of the API. */
export interface Built {
  readonly apiId: string;
  readonly stageName: string;
}

/** Builds the API, as AWS would accept it. */
export function buildApi(store: Store, functions: SimulatedAws["functions"], spec: RandomApi): Built {
  const { apiId } = store.apiStates().create(
    defined({
      name: spec.name,
      protocolType: "WEBSOCKET",
      description: spec.description,
      version: spec.version,
      routeSelectionExpression: spec.routeSelectionExpression,
      apiKeySelectionExpression: spec.apiKeySelectionExpression,
      disableExecuteApiEndpoint: spec.disableExecuteApiEndpoint,
      disableSchemaValidation: spec.disableSchemaValidation,
      ipAddressType: spec.ipAddressType,
      tags: spec.tags,
    }),
  ).current.api;
  if (spec.hasModel) store.models(apiId).create({ name: "message", schema: '{"type": "object"}' });
  const authorizers = spec.authorizers.map((one, index) => {
    return store.authorizers(apiId).create({ name: `auth ${index}`, authorizerType: "REQUEST", ...defined(one) });
  });
  const integrations = spec.integrations.map(({ input, responses }) => {
    const { integrationId } = store.integrations(apiId).create(defined(input));
    for (const response of responses) store.integrationResponses(apiId, integrationId).create(defined(response));
    return integrationId;
  });
  addRoutes(store, apiId, spec, integrations, authorizers[0]?.authorizerId);
  for (const [index, { authorizerUri, authorizerId }] of authorizers.entries()) {
    const arn = functionOfUri(authorizerUri) ?? "";
    if (arn.includes("${")) continue;
    const source = `arn:aws:execute-api:us-east-1:123456789012:${apiId}/authorizers/${authorizerId}`;
    functions.set(arn, { ...functions.get(arn), ...(spec.isGranted ? { [`s${apiId}${index}`]: source } : {}) });
  }
  for (const uri of spec.integrations.map(({ input }) => Reflect.get(input, "integrationUri"))) {
    const arn = functionOfUri(String(uri));
    if (arn === undefined || arn.includes("${")) continue;
    const source = `arn:aws:execute-api:us-east-1:123456789012:${apiId}/*`;
    functions.set(arn, { ...functions.get(arn), ...(spec.isGranted ? { [`i${apiId}`]: source } : {}) });
  }
  addStages(store, apiId, spec);
  const [first] = spec.stages;
  const stageName = first?.stageName ?? "";
  for (const { domainName, apiMappingKey } of spec.domains) {
    const name = `${apiId}.${domainName}`;
    if (!store.domainNames.has(name)) {
      const configuration = { certificateArn: CERTIFICATE, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" };
      store.domainNameCollection().create({ domainName: name, domainNameConfigurations: [configuration] });
    }
    store.apiMappings(name).create({ apiId, apiMappingKey, stage: stageName });
  }
  const [route] = store.apis.get(apiId)?.current.routes.values() ?? [];
  if (spec.isEditedAfterwards && route !== undefined)
    store.routes(apiId).update(route.routeId, { operationName: "edited" });
  return { apiId, stageName };
}

function addRoutes(
  store: Store,
  apiId: string,
  spec: RandomApi,
  integrations: readonly string[],
  authorizerId: string | undefined,
): void {
  type Route = NonNullable<RandomApi["disconnect"]>;
  const add = (routeKey: string, route: Route, more: object = {}) => {
    const integrationId = integrations[route.integration ?? Number.NaN];
    const { routeId } = store.routes(apiId).create(
      defined({
        routeKey,
        apiKeyRequired: route.apiKeyRequired,
        operationName: route.operationName,
        target: integrationId && `integrations/${integrationId}`,
        ...(route.usesModel && spec.hasModel
          ? { modelSelectionExpression: "\\$default", requestModels: { $default: "message" } }
          : {}),
        ...(route.isTwoWay ? { routeResponseSelectionExpression: "$default" } : {}),
        ...more,
      }),
    );
    if (route.hasResponse) store.routeResponses(apiId, routeId).create({ routeResponseKey: "$default" });
  };
  if (spec.connect) {
    const { route, authorization, parameters } = spec.connect;
    const type = authorization === "CUSTOM" && authorizerId === undefined ? "NONE" : authorization;
    add("$connect", route, {
      authorizationType: type,
      ...(type === "CUSTOM" ? { authorizerId } : {}),
      requestParameters: parameters,
    });
    mapParameters(store, apiId, spec, integrations);
  }
  if (spec.disconnect) add("$disconnect", spec.disconnect);
  if (spec.fallback) add("$default", spec.fallback);
  for (const [key, route] of spec.actions) add(key, route);
}

/** Maps the declared parameters to the backend, unless another route has the same integration and would not declare them. */
function mapParameters(store: Store, apiId: string, spec: RandomApi, integrations: readonly string[]): void {
  const index = spec.connect?.route.integration ?? Number.NaN;
  const integrationId = integrations[index];
  const others = [spec.disconnect, spec.fallback, ...spec.actions.map(([, route]) => route)];
  const isShared = others.some((route) => route?.integration === index);
  if (!spec.connect?.mapsThem || integrationId === undefined || isShared) return;
  const requestParameters = Object.fromEntries(
    Object.keys(spec.connect.parameters ?? {}).map((source, at) => [`integration.request.querystring.p${at}`, source]),
  );
  store.integrations(apiId).update(integrationId, { requestParameters });
}

function addStages(store: Store, apiId: string, spec: RandomApi): void {
  const canDeploy = (store.apis.get(apiId)?.current.routes.size ?? 0) > 0;
  for (const stage of spec.stages) {
    const { stageName, accessLog, connectSettings, isDeployed, autoDeploy, ...rest } = stage;
    store.stages(apiId).create(
      defined({
        stageName,
        autoDeploy: autoDeploy && canDeploy,
        ...rest,
        defaultRouteSettings: rest.defaultRouteSettings && defined(rest.defaultRouteSettings),
        ...(accessLog ? { accessLogSettings: { destinationArn: `${LOG}/${apiId}/access`, format: accessLog } } : {}),
        ...(connectSettings && spec.connect ? { routeSettings: { $connect: defined(connectSettings) } } : {}),
      }),
    );
    if (isDeployed && canDeploy && !autoDeploy) store.deploy(apiId, { stageName, description: "by hand" });
  }
}

/** Members that are absent are not sent. */
const defined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
