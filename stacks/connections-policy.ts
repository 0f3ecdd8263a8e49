/** The IAM policy that allows a backend to push to, read and close the connections of one stage. */

import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import { connectionsArn } from "../aws/arn";
import { CONNECTIONS_METHODS } from "../aws/enumerations";
import { IAM_NAME_LENGTH } from "../aws/limits";
import { DEFAULTS } from "../contract/defaults";
import type { Stage } from "./stage";
import { boundedName, literal, policyDocument } from "./text";

export interface ConnectionsPolicyProps {
  readonly stage: Stage;
  readonly name: string;
  /** Begins and ends with a slash. Another path is another policy. @default "/" */
  readonly path?: string;
}

/**
 * An IAM policy for the backend's role. It allows `execute-api:ManageConnections` on one stage only.
 *
 * @example
 * const policy = new ConnectionsPolicy(this, "connections_policy", { stage, name: "quotes-connections" });
 * new IamRolePolicyAttachment(this, "backend_connections", { role: "backend", policyArn: policy.arn });
 */
export class ConnectionsPolicy extends Construct {
  readonly resource: IamPolicy;

  constructor(scope: Construct, id: string, props: ConnectionsPolicyProps) {
    super(scope, id);
    this.resource = new IamPolicy(this, "Default", {
      name: literal(boundedName(props.name, IAM_NAME_LENGTH.policy)),
      ...(props.path === undefined || props.path === DEFAULTS.iamPath ? {} : { path: props.path }),
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
