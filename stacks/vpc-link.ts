/**
 * The way to a private backend: a version 1 link to a Network Load Balancer. WebSocket APIs refuse version 2
 * (https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/issues/151).
 */
import { ApiGatewayVpcLink } from "@cdktf/provider-aws/lib/api-gateway-vpc-link";
import { Construct } from "constructs";
import { literal } from "./text";

export interface VpcLinkProps {
  readonly name: string;
  /** ARN of the Network Load Balancer; a link has exactly one. */
  readonly targetArn: string;
}

export class VpcLink extends Construct {
  readonly resource: ApiGatewayVpcLink;

  constructor(scope: Construct, id: string, props: VpcLinkProps) {
    super(scope, id);
    this.resource = new ApiGatewayVpcLink(this, "Default", {
      name: literal(props.name),
      targetArns: [props.targetArn],
      // Integrations move to a new link before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  get vpcLinkId(): string {
    return this.resource.id;
  }
}
