/**
 * A VPC link for a private backend. It is a version 1 link to a Network Load Balancer, because WebSocket APIs reject
 * version 2 (https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/issues/151).
 */
import { ApiGatewayVpcLink } from "@cdktf/provider-aws/lib/api-gateway-vpc-link";
import { Construct } from "constructs";
import { literal } from "./text";

export interface VpcLinkProps {
  readonly name: string;
  /** ARN of the Network Load Balancer. A link has exactly one. */
  readonly targetArn: string;
}

/**
 * A version 1 VPC link to a Network Load Balancer.
 *
 * @example
 * const link = new VpcLink(this, "vpc_link", {
 *   name: "quotes",
 *   targetArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/quotes/50dc6c495c0c9188",
 * });
 * new HttpIntegration(this, "integration", {
 *   api,
 *   type: "HTTP",
 *   uri: "http://quotes.internal/connect",
 *   vpcLinkId: link.vpcLinkId,
 * });
 */
export class VpcLink extends Construct {
  readonly resource: ApiGatewayVpcLink;

  constructor(scope: Construct, id: string, props: VpcLinkProps) {
    super(scope, id);
    this.resource = new ApiGatewayVpcLink(this, "Default", {
      name: literal(props.name),
      targetArns: [props.targetArn],
      // Integrations must use the new link before the old one is destroyed.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  get vpcLinkId(): string {
    return this.resource.id;
  }
}
