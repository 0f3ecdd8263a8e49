/** Tags of APIs, stages, VPC links and domain names, addressed by ARN. */

import * as z from "zod";
import { apiGatewayPath } from "../../aws/arn";
import { ApiError, badRequest } from "../api/error";
import { parse, tags } from "../api/kinds/kind";
import type { Store } from "../api/store";

interface Tags {
  list(): Readonly<Record<string, string>>;
  add(input: unknown): void;
  remove(keys: readonly string[]): void;
}

export function tagsOf(store: Store, arn: string): Tags {
  const owner = ownerOf(store, arn);
  return {
    list: () => owner.tags,
    add(input) {
      owner.tags = { ...owner.tags, ...parse(z.object({ tags }), input).tags };
    },
    remove(keys) {
      owner.tags = Object.fromEntries(Object.entries(owner.tags).filter(([key]) => !keys.includes(key)));
    },
  };
}

function ownerOf(store: Store, arn: string): { tags: Record<string, string> } {
  const path = apiGatewayPath(arn);
  if (!path) throw badRequest(`Invalid ARN specified in the request: ${arn}`);
  const [root, id = "", kind, name = ""] = path;
  switch ([root, kind].filter((word) => word !== undefined).join("/")) {
    case "apis":
      return store.apiStates().get(id).current.api;
    case "apis/stages":
      return store.stages(id).get(name);
    case "domainnames":
      return store.domainNameCollection().get(id);
    case "vpclinks":
      return store.vpcLinkCollection().get(id);
    default:
      throw new ApiError("NotFoundException", `Invalid resource ARN specified ${arn}`);
  }
}
