/** The resources that a path means: `/v2/apis/{apiId}/routes/{routeId}` is one route of one API. */
import type { Collection } from "../api/collection";
import type { Store } from "../api/store";

/** A collection as the REST API shows it. */
export interface Resources {
  list(): Map<string, object>;
  get(key: string): object;
  create(input: unknown): object;
  update(key: string, input: unknown): object;
  delete(key: string): void;
}

export function resourcesAt(store: Store, path: readonly string[]): { resources: Resources; key?: string } | undefined {
  const depth = path.length % 2 === 1 ? path.length : path.length - 1;
  const resources = collectionAt(store, path.slice(0, depth));
  const key = path[depth];
  return resources && { resources, ...(key !== undefined && { key }) };
}

function collectionAt(store: Store, [root, id = "", kind, key = "", nested]: readonly string[]): Resources | undefined {
  switch ([root, kind, nested].filter((word) => word !== undefined).join("/")) {
    case "apis":
      return shown(store.apiStates());
    case "apis/authorizers":
      return shown(store.authorizers(id));
    case "apis/deployments":
      return shown(store.deployments(id));
    case "apis/integrations":
      return shown(store.integrations(id));
    case "apis/integrations/integrationresponses":
      return shown(store.integrationResponses(id, key));
    case "apis/models":
      return shown(store.models(id));
    case "apis/routes":
      return shown(store.routes(id));
    case "apis/routes/routeresponses":
      return shown(store.routeResponses(id, key));
    case "apis/stages":
      return shown(store.stages(id));
    case "domainnames":
      return shown(store.domainNameCollection());
    case "domainnames/apimappings":
      return shown(store.apiMappings(id));
    case "vpclinks":
      return shown(store.vpcLinkCollection());
    default:
      return undefined;
  }
}

function shown<T, Scope>(collection: Collection<T, Scope>): Resources {
  const { kind } = collection;
  return {
    list: () => new Map(collection.list().map((resource) => [kind.key(resource), kind.toResponse(resource)])),
    get: (key) => kind.toResponse(collection.get(key)),
    create: (input) => kind.toResponse(collection.create(input)),
    update: (key, input) => kind.toResponse(collection.update(key, input)),
    delete: (key) => collection.delete(key),
  };
}
