/** VpcLink, version 2. Stored only: WebSocket integrations use version 1 links, which are resources of the REST API. */

import * as z from "zod";
import type { Account } from "../../../aws/arn";
import { badRequest } from "../error";
import { type Kind, parse, required, tags, text } from "./kind";

export interface VpcLink {
  readonly vpcLinkId: string;
  readonly name: string;
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly createdDate: string;
  readonly vpcLinkStatus: "AVAILABLE";
  readonly vpcLinkVersion: "V2";
  tags: Record<string, string>;
}

const names = z.array(z.string()).exactOptional();
const members = z.object({ name: text, securityGroupIds: names, subnetIds: names, tags });

export const vpcLinkKind: Kind<VpcLink, Account> = {
  name: "VpcLink",
  key: (link) => link.vpcLinkId,
  create(input, _account, generator) {
    const { name, securityGroupIds = [], subnetIds = [], tags = {} } = parse(members, input);
    if (subnetIds.length === 0) throw badRequest("SubnetIds for a vpc link cannot be empty");
    return {
      vpcLinkId: generator.id(6),
      name: required(name, "name"),
      securityGroupIds,
      subnetIds,
      createdDate: generator.now(),
      vpcLinkStatus: "AVAILABLE",
      vpcLinkVersion: "V2",
      tags,
    };
  },
  update(previous, input) {
    const { name = previous.name } = parse(members, input);
    return { ...previous, name: required(name, "name") };
  },
  toResponse: (link) => link,
};
