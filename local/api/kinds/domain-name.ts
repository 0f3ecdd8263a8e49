/** DomainName and ApiMapping: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-custom-domain-names.html */

import * as z from "zod";
import { type Account, apiGatewayArn } from "../../../aws/arn";
import { executeApiHost } from "../../../aws/endpoints";
import { badRequest, conflict, notFound } from "../error";
import type { ApiState } from "../types";
import { type Kind, parse, required, tags, text } from "./kind";

export interface DomainName {
  readonly domainName: string;
  readonly domainNameArn: string;
  readonly apiMappingSelectionExpression: string;
  domainNameConfigurations: Readonly<Record<string, unknown>>[];
  mutualTlsAuthentication?: Readonly<Record<string, unknown>>;
  routingMode?: string;
  tags: Record<string, string>;
  readonly mappings: Map<string, ApiMapping>;
}

export interface ApiMapping {
  readonly apiMappingId: string;
  apiId: string;
  /** Empty: the whole domain. */
  apiMappingKey: string;
  stage: string;
}

const members = z.object({
  domainName: text,
  domainNameConfigurations: z.array(z.record(z.string(), z.unknown())).exactOptional(),
  mutualTlsAuthentication: z.record(z.string(), z.unknown()).exactOptional(),
  routingMode: text,
  tags,
});

export interface DomainNameScope {
  readonly account: Account;
  readonly domainNames: ReadonlyMap<string, DomainName>;
}

export const domainNameKind: Kind<DomainName, DomainNameScope> = {
  name: "DomainName",
  key: (domain) => domain.domainName,
  create(input, { account, domainNames }, generator) {
    const { domainName, tags = {}, ...given } = parse(members, input);
    const name = required(domainName, "domainName");
    if (!/^[a-z0-9*.-]{1,512}$/.test(name)) throw badRequest(`Invalid domain name: ${name}`);
    if (domainNames.has(name)) throw conflict("The domain name you provided already exists.");
    const blank: DomainName = {
      domainName: name,
      domainNameArn: apiGatewayArn(account, "domainnames", name),
      apiMappingSelectionExpression: "$request.basepath",
      domainNameConfigurations: [],
      tags,
      mappings: new Map(),
    };
    return change(blank, given, account, `d-${generator.id(10)}`);
  },
  update(previous, input, { account }, generator) {
    const { domainName, tags, ...given } = parse(members, input);
    return change(previous, given, account, `d-${generator.id(10)}`);
  },
  toResponse: ({ mappings, ...domain }) => domain,
};

type Change = Omit<z.output<typeof members>, "domainName" | "tags">;

function change(previous: DomainName, given: Change, { region }: Account, host: string): DomainName {
  const { domainNameConfigurations, ...own } = given;
  const domain: DomainName = { ...previous, ...own };
  if (!domainNameConfigurations) return domain;
  domain.domainNameConfigurations = domainNameConfigurations.map((configuration, index) => ({
    apiGatewayDomainName: executeApiHost(host, region),
    hostedZoneId: "Z1UJRXOUMOOFQ8",
    endpointType: "REGIONAL",
    securityPolicy: "TLS_1_2",
    ...previous.domainNameConfigurations[index],
    ...configuration,
    domainNameStatus: "AVAILABLE",
  }));
  return domain;
}

const mappingMembers = z.object({ apiId: text, apiMappingKey: text, stage: text });

export const apiMappingKind: Kind<ApiMapping, { domain: DomainName; apis: ReadonlyMap<string, ApiState> }> = {
  name: "ApiMapping",
  key: (mapping) => mapping.apiMappingId,
  create(input, scope, generator) {
    const blank = { apiMappingId: generator.id(6), apiId: "", apiMappingKey: "", stage: "" };
    return changeMapping(blank, parse(mappingMembers, input), scope);
  },
  update: (previous, input, scope) => changeMapping(previous, parse(mappingMembers, input), scope),
  toResponse: (mapping) => mapping,
};

function changeMapping(
  previous: ApiMapping,
  given: z.output<typeof mappingMembers>,
  { domain, apis }: { domain: DomainName; apis: ReadonlyMap<string, ApiState> },
): ApiMapping {
  const mapping = { ...previous, ...given };
  const state = apis.get(required(mapping.apiId, "apiId"));
  if (!state) throw notFound("API", mapping.apiId);
  if (!state.stages.has(required(mapping.stage, "stage"))) throw badRequest("Invalid stage identifier specified");
  for (const other of domain.mappings.values()) {
    if (other.apiMappingKey === mapping.apiMappingKey && other.apiMappingId !== mapping.apiMappingId) {
      throw conflict(`ApiMapping key already exists for this domain name: ${mapping.apiMappingKey}`);
    }
  }
  return mapping;
}
