/** Finds the collection and the key of a path: `/v2/apis/{apiId}/routes/{routeId}` is one route of one API. */
import type { Collection } from "../api/collection";
import type { Store } from "../api/store";

/** A collection whose resources are in the form of a response. */
export interface RestCollection {
  list(): Map<string, object>;
  get(key: string): object;
  create(input: unknown): object;
  update(key: string, input: unknown): object;
  delete(key: string): void;
}

export function addressedBy(
  store: Store,
  path: readonly string[],
): { collection: RestCollection; key: string | undefined } | undefined {
  const depth = path.length % 2 === 1 ? path.length : path.length - 1;
  const collection = collectionAt(store, path.slice(0, depth));
  const key = path[depth];
  return collection && { collection, key };
}

function collectionAt(
  store: Store,
  [root, id = "", kind, key = "", nested]: readonly string[],
): RestCollection | undefined {
  switch ([root, kind, nested].filter((word) => word !== undefined).join("/")) {
    case "apis":
      return asResponses(store.apiStates());
    case "apis/authorizers":
      return asResponses(store.authorizers(id));
    case "apis/deployments":
      return asResponses(store.deployments(id));
    case "apis/integrations":
      return asResponses(store.integrations(id));
    case "apis/integrations/integrationresponses":
      return asResponses(store.integrationResponses(id, key));
    case "apis/models":
      return asResponses(store.models(id));
    case "apis/routes":
      return asResponses(store.routes(id));
    case "apis/routes/routeresponses":
      return asResponses(store.routeResponses(id, key));
    case "apis/stages":
      return asResponses(store.stages(id));
    case "domainnames":
      return asResponses(store.domainNameCollection());
    case "domainnames/apimappings":
      return asResponses(store.apiMappings(id));
    case "vpclinks":
      return asResponses(store.vpcLinkCollection());
    default:
      return undefined;
  }
}

function asResponses<T, Scope>(collection: Collection<T, Scope>): RestCollection {
  const { kind } = collection;
  return {
    list: () => new Map(collection.list().map((resource) => [kind.key(resource), kind.toResponse(resource)])),
    get: (key) => kind.toResponse(collection.get(key)),
    create: (input) => kind.toResponse(collection.create(input)),
    update: (key, input) => kind.toResponse(collection.update(key, input)),
    delete: (key) => collection.delete(key),
  };
}
