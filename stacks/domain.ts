/** A custom domain for a stage: certificate, mapping and, in a Route 53 zone, the records. */
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { IpAddressType } from "../aws/enumerations";
import type { Stage } from "./stage";

export interface CustomDomainProps {
  readonly stage: Stage;
  readonly name: string;
  /** @default the domain name exists already, and the stage is only mapped to it */
  readonly certificateArn?: string | undefined;
  /** @default unchanged, which is `ipv4` for a new domain name */
  readonly ipAddressType?: IpAddressType | undefined;
  /** Path under which the stage is served. @default "": the root */
  readonly basePath?: string;
  /** Route 53 zone for alias records. @default no records are created */
  readonly zoneId?: string | undefined;
}

/**
 * A custom domain for a stage. Without `zoneId`, create a DNS record for `name` that points at `target`.
 *
 * @example
 * const domain = new CustomDomain(this, "domain", {
 *   stage,
 *   name: "ws.example.com",
 *   certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0b1c2d3e",
 *   zoneId: "Z0123456789ABCDEFGHIJ",
 * });
 */
export class CustomDomain extends Construct {
  /** Undefined for a domain name that is managed elsewhere. */
  readonly resource: Apigatewayv2DomainName | undefined;
  /** `wss://<name>[/<base path>]`, without the stage's name. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id);
    const basePath = props.basePath ?? "";
    this.url = `wss://${props.name}${basePath === "" ? "" : `/${basePath}`}`;
    this.resource = this.domainName(props);
    new Apigatewayv2ApiMapping(this, "mapping", {
      apiId: props.stage.api.apiId,
      domainName: this.resource?.id ?? props.name,
      stage: props.stage.resource.id,
      ...(basePath === "" ? {} : { apiMappingKey: basePath }),
    });
    if (props.zoneId === undefined || this.resource === undefined) return;
    const target = this.resource.domainNameConfiguration;
    for (const type of ["A", "AAAA"]) {
      new Route53Record(this, type, {
        zoneId: props.zoneId,
        name: props.name,
        type,
        alias: { name: target.targetDomainName, zoneId: target.hostedZoneId, evaluateTargetHealth: false },
      });
    }
  }

  /** The target for a DNS record in another zone. Undefined for a domain name that is managed elsewhere. */
  get target(): string | undefined {
    return this.resource?.domainNameConfiguration.targetDomainName;
  }

  private domainName(props: CustomDomainProps): Apigatewayv2DomainName | undefined {
    const { name, certificateArn, ipAddressType } = props;
    if (certificateArn === undefined) return undefined;
    return new Apigatewayv2DomainName(this, "Default", {
      domainName: name,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        ...(ipAddressType === undefined ? {} : { ipAddressType }),
        securityPolicy: "TLS_1_2",
      },
    });
  }
}
