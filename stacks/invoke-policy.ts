/** The IAM policy document for the clients of an API whose `$connect` has IAM authorization. */
import { routeArn } from "../aws/arn";
import type { Stage } from "./stage";
import { policyDocument } from "./text";

/**
 * Returns a policy document that allows to connect to one stage. API Gateway checks the permission for `$connect` only:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
 *
 * @returns JSON, for the policy of a role or user in this account
 * @example
 * new IamRolePolicy(this, "clients", { name: "connect", role: "clients", policy: connectPolicy(stage) });
 */
export function connectPolicy(stage: Stage): string {
  const resource = routeArn(stage.api.executionArn, stage.name, "$connect");
  return policyDocument([{ Effect: "Allow", Action: "execute-api:Invoke", Resource: resource }]);
}
