// The store: what is served, and how a synthesized API takes the place of its predecessor.
import { Store } from "../../../../local/api/store";

const ACCOUNT = { accountId: "123456789012", region: "eu-west-1", partition: "aws" };

function create(): Store {
  return new Store({ account: ACCOUNT, endpoint: (apiId) => `ws://localhost:3000/${apiId}` });
}

/** An API with one route; `apiId` by the store's own counting, so that two stores agree on it. */
function createFixed(routeKey: string, stages: readonly string[]): Store {
  let count = 0;
  const generator = {
    id: (length: number) => String(count++).padStart(length, "0"),
    now: () => "2026-01-01T00:00:00.000Z",
  };
  const store = new Store({ account: ACCOUNT, endpoint: () => "ws://localhost:3000", generator });
  const { apiId } = addApi(store);
  store.routes(apiId).create({ routeKey });
  const { deploymentId } = store.deploy(apiId);
  for (const stageName of stages) store.stages(apiId).create({ stageName, deploymentId });
  return store;
}

function addApi(store: Store) {
  return store
    .apiStates()
    .create({ name: "a", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" }).current.api;
}

test("serves nothing before a stage points at a deployment", () => {
  const store = create();
  const { apiId } = addApi(store);
  store.routes(apiId).create({ routeKey: "$connect" });
  store.stages(apiId).create({ stageName: "prod" });
  expect(store.deployedStage(apiId, "prod")).toBeUndefined();
  store.deploy(apiId, { stageName: "prod" });
  expect(store.deployedStage(apiId, "prod")?.definition.routes.size).toBe(1);
  expect(store.deployedStage(apiId, "dev")).toBeUndefined();
  expect(store.deployedStage("other", "prod")).toBeUndefined();
});

test("does not change a deployment with later edits", () => {
  const store = create();
  const { apiId } = addApi(store);
  const route = store.routes(apiId).create({ routeKey: "quote" });
  const integration = store.integrations(apiId).create({ integrationType: "MOCK" });
  store.integrationResponses(apiId, integration.integrationId).create({ integrationResponseKey: "$default" });
  store.stages(apiId).create({ stageName: "prod" });
  store.deploy(apiId, { stageName: "prod" });
  const frozen = structuredClone(store.deployedStage(apiId, "prod")?.definition);

  store.apiStates().update(apiId, { name: "b" });
  store.routes(apiId).update(route.routeId, { target: `integrations/${integration.integrationId}` });
  store.routeResponses(apiId, route.routeId).create({ routeResponseKey: "$default" });
  store.integrationResponses(apiId, integration.integrationId).create({ integrationResponseKey: "/4\\d\\d/" });
  store.integrations(apiId).update(integration.integrationId, { requestTemplates: { $default: "{}" } });
  expect(store.deployedStage(apiId, "prod")?.definition).toEqual(frozen);
  expect(store.deployedStage(apiId, "prod")?.api.name).toBe("a");
});

test("changes nothing when an update is rejected", () => {
  const store = create();
  const { apiId } = addApi(store);
  const mock = store.integrations(apiId).create({ integrationType: "MOCK" });
  expect(() =>
    store.integrations(apiId).update(mock.integrationId, { timeoutInMillis: 1, requestTemplates: { $default: "" } }),
  ).toThrow("Timeout should be between 50 ms and 29000 ms");
  expect(store.integrations(apiId).get(mock.integrationId)).toEqual(mock);
  expect(() => store.apiStates().update(apiId, { name: "b", routeSelectionExpression: "$x" })).toThrow();
  expect(store.apiStates().get(apiId).current.api.name).toBe("a");
});

test("has a default API while there is only one", () => {
  const store = create();
  expect(store.defaultApiId).toBeUndefined();
  const { apiId } = addApi(store);
  expect(store.defaultApiId).toBe(apiId);
  addApi(store);
  expect(store.defaultApiId).toBeUndefined();
});

test("loads a synthesized API, which stays the default beside others", () => {
  const store = create();
  addApi(store);
  const synthesized = createFixed("$connect", ["prod"]);
  store.load(synthesized);
  expect(store.defaultApiId).toBe(synthesized.defaultApiId);
  expect(store.apis.size).toBe(2);
});

test("serves the new definition and the new stages after a second load", () => {
  const store = create();
  store.load(createFixed("$connect", ["prod", "dev"]));
  const apiId = store.defaultApiId ?? "";
  store.load(createFixed("quote", ["prod"]));
  expect([...(store.deployedStage(apiId, "prod")?.definition.routes.values() ?? [])]).toMatchObject([
    { routeKey: "quote" },
  ]);
  expect([...(store.apis.get(apiId)?.stages.keys() ?? [])]).toEqual(["prod"]);
});

test("loads domain names with their mappings, and keeps others", () => {
  const store = create();
  store.domainNameCollection().create({ domainName: "mine.example.com" });
  const first = createFixed("$connect", ["prod"]);
  first.domainNameCollection().create({ domainName: "ws.example.com" });
  first.apiMappings("ws.example.com").create({ apiId: first.defaultApiId, stage: "prod" });
  store.load(first);
  expect(store.domainNames.get("ws.example.com")?.mappings.size).toBe(1);
  store.load(createFixed("$connect", ["prod"]));
  expect([...store.domainNames.keys()]).toEqual(["mine.example.com"]);
});

test("removes a loaded API that is no longer synthesized", () => {
  const store = create();
  store.load(createFixed("$connect", ["prod"]));
  store.load(create());
  expect(store.apis.size).toBe(0);
});
