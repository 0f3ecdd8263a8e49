/** The policy that lets a backend push to, look up and close connections: of this stage, and no other. */

import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import { connectionsArn } from "../aws/arn";
import { CONNECTIONS_METHODS } from "../aws/enumerations";
import { IAM_NAME_LENGTH } from "../aws/limits";
import type { Stage } from "./stage";
import { boundedName, literal, policyDocument } from "./text";

export interface ConnectionsPolicyProps {
  readonly stage: Stage;
  readonly name: string;
}

export class ConnectionsPolicy extends Construct {
  readonly resource: IamPolicy;

  constructor(scope: Construct, id: string, props: ConnectionsPolicyProps) {
    super(scope, id);
    this.resource = new IamPolicy(this, "Default", {
      name: literal(boundedName(props.name, IAM_NAME_LENGTH.policy)),
      description: "Post to, look up and close the connections of one WebSocket stage",
      policy: policyDocument([
        {
          Effect: "Allow",
          Action: "execute-api:ManageConnections",
          Resource: CONNECTIONS_METHODS.map((method) =>
            connectionsArn(props.stage.api.executionArn, props.stage.name, method),
          ),
        },
      ]),
    });
  }

  get arn(): string {
    return this.resource.arn;
  }
}
