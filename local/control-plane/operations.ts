/** Performs the operations of the REST API on the store, by method and path. */
import { ApiError, badRequest } from "../api/error";
import { withoutRequestParameter } from "../api/kinds/route";
import { withoutAccessLog, withoutRouteSettings } from "../api/kinds/stage";
import type { Store } from "../api/store";
import { page } from "./paging";
import { addressedBy } from "./paths";
import { tagsOf } from "./tags";

export interface Request {
  readonly method: string;
  /** Decoded segments after `/v2/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: object;
}

export function perform(store: Store, request: Request): Answer {
  if (request.path[0] === "tags") return onTags(store, request);
  const { collection, key } = addressedBy(store, request.path) ?? {};
  if (!collection) return onPart(store, request);
  switch (`${request.method} ${key === undefined ? "collection" : "resource"}`) {
    case "GET collection":
      return { status: 200, body: page(collection.list(), request.query) };
    case "POST collection":
      return { status: 201, body: collection.create(request.body) };
    case "GET resource":
      return { status: 200, body: collection.get(key ?? "") };
    case "PATCH resource":
      return { status: 200, body: collection.update(key ?? "", request.body) };
    case "DELETE resource":
      collection.delete(key ?? "");
      return request.path[0] === "vpclinks" ? { status: 202, body: {} } : { status: 204 };
    default:
      return onPart(store, request);
  }
}

/** Operations on a part of a resource, such as one request parameter of a route. */
function onPart(store: Store, { method, path }: Request): Answer {
  const [root, apiId = "", kind, id = "", part, name] = path;
  switch (root === "apis" ? [method, kind, part].filter(Boolean).join(" ") : "") {
    case "DELETE routes requestparameters":
      store.routes(apiId).edit(id, withoutRequestParameter(name ?? ""));
      return { status: 204 };
    case "DELETE stages accesslogsettings":
      store.stages(apiId).edit(id, withoutAccessLog);
      return { status: 204 };
    case "DELETE stages routesettings":
      store.stages(apiId).edit(id, withoutRouteSettings(name ?? ""));
      return { status: 204 };
    case "DELETE stages cache":
      store.stages(apiId).get(id); // WebSocket APIs do not cache authorizer results: there is nothing to reset.
      return { status: 204 };
    case "GET models template":
      return { status: 200, body: { value: store.models(apiId).get(id).schema } };
    case "DELETE cors":
      throw badRequest("Cors is not supported for WEBSOCKET protocolType");
    case "PUT":
    case "GET exports":
      throw badRequest("OpenAPI import and export are not supported for protocol type WEBSOCKET");
    default:
      throw new ApiError("UnknownOperationException", `There is no operation ${method} /v2/${path.join("/")}`);
  }
}

function onTags(store: Store, { method, path, query, body }: Request): Answer {
  const tags = tagsOf(store, path.slice(1).join("/"));
  switch (method) {
    case "GET":
      return { status: 200, body: { tags: tags.list() } };
    case "POST":
      tags.add(body);
      return { status: 201, body: {} };
    case "DELETE":
      tags.remove(query.getAll("tagKeys"));
      return { status: 204 };
    default:
      throw new ApiError("UnknownOperationException", `There is no operation ${method} on tags`);
  }
}
