/** `aws_apigatewayv2_domain_name` and `_api_mapping`: custom domain names of an API. The API does not depend on them. */
import type { Arguments } from "../arguments";
import { asText, type ObjectValue } from "../values";
import type { AdapterContext } from "./context";
import { members, type Table } from "./members";

const API_MAPPING: Table = {
  api_id: ["apiId", asText],
  api_mapping_key: ["apiMappingKey", asText],
  stage: ["stage", asText],
};
const DOMAIN: Table = {
  certificate_arn: ["certificateArn", asText],
  endpoint_type: ["endpointType", asText],
  ip_address_type: ["ipAddressType", asText],
  security_policy: ["securityPolicy", asText],
};

export const DOMAIN_TYPES = ["aws_apigatewayv2_domain_name", "aws_apigatewayv2_api_mapping"] as const;

export function createDomainResource(args: Arguments, type: string, { store, tags }: AdapterContext): ObjectValue {
  const domainName = args.required("domain_name");
  if (type === "aws_apigatewayv2_api_mapping") {
    // A domain name that is managed elsewhere.
    if (!store.domainNames.has(domainName)) store.domainNameCollection().create({ domainName });
    return { id: store.apiMappings(domainName).create(members(args, API_MAPPING)).apiMappingId };
  }
  const [configuration] = args.blocks("domain_name_configuration");
  const made = store.domainNameCollection().create({
    domainName,
    domainNameConfigurations: configuration ? [members(configuration, DOMAIN)] : [],
    tags: tags(args),
  });
  const [{ apiGatewayDomainName = "", hostedZoneId = "" } = {}] = made.domainNameConfigurations;
  return {
    id: domainName,
    arn: made.domainNameArn,
    api_mapping_selection_expression: made.apiMappingSelectionExpression,
    domain_name_configuration: [
      { target_domain_name: String(apiGatewayDomainName), hosted_zone_id: String(hostedZoneId) },
    ],
  };
}
