/** A custom domain for a stage: certificate, mapping and, in a Route 53 zone, the records. */
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { Stage } from "./stage";

export interface CustomDomainProps {
  readonly stage: Stage;
  readonly name: string;
  readonly certificateArn: string;
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
  readonly resource: Apigatewayv2DomainName;
  /** `wss://<name>[/<base path>]`, without the stage's name. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id);
    const basePath = props.basePath ?? "";
    this.url = `wss://${props.name}${basePath === "" ? "" : `/${basePath}`}`;
    this.resource = new Apigatewayv2DomainName(this, "Default", {
      domainName: props.name,
      domainNameConfiguration: {
        certificateArn: props.certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    });
    new Apigatewayv2ApiMapping(this, "mapping", {
      apiId: props.stage.api.apiId,
      domainName: this.resource.id,
      stage: props.stage.resource.id,
      ...(basePath === "" ? {} : { apiMappingKey: basePath }),
    });
    if (props.zoneId === undefined) return;
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

  /** The target for a DNS record in another zone. */
  get target(): string {
    return this.resource.domainNameConfiguration.targetDomainName;
  }
}
