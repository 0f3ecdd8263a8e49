/** The Lambda REQUEST authorizer on `$connect`, and its right to invoke the function. */

import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { authorizerArn } from "../aws/arn";
import type { Json } from "../aws/canonical-json";
import { PRINCIPALS } from "../aws/endpoints";
import type { IdentitySource, IdentitySourceText } from "../aws/identity-source";
import type { WebSocketApi } from "./api";
import { identitySourceText } from "./expressions";
import type { LambdaFunctionRef } from "./lambda-function";
import { literal } from "./text";

export interface AuthorizerProps {
  readonly api: WebSocketApi;
  readonly name: string;
  readonly function: LambdaFunctionRef;
  /** What every handshake must bring; without one of them API Gateway answers 401 itself. */
  readonly identitySources: readonly (IdentitySourceText | IdentitySource)[];
}

export class Authorizer extends Construct {
  readonly resource: Apigatewayv2Authorizer;
  /** What a deployment freezes of it: which function answers for which identity, not the function's code. */
  readonly definition: Json;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AuthorizerProps) {
    super(scope, id);
    const identitySources = props.identitySources.map(identitySourceText).sort();
    this.resource = new Apigatewayv2Authorizer(this, "Default", {
      apiId: props.api.apiId,
      name: literal(props.name),
      authorizerType: "REQUEST",
      authorizerUri: props.function.invokeArn,
      identitySources: identitySources.map(literal),
      // An authorizer that goes is destroyed after its route has let go of it.
      lifecycle: { createBeforeDestroy: true },
    });
    const permission = new LambdaPermission(this, "permission", {
      statementIdPrefix: "websocket-authorizer-",
      action: "lambda:InvokeFunction",
      functionName: props.function.functionName,
      ...(props.function.qualifier === undefined ? {} : { qualifier: props.function.qualifier }),
      principal: PRINCIPALS.apiGateway,
      sourceArn: authorizerArn(props.api.executionArn, this.resource.id),
    });
    this.dependables = [this.resource, permission];
    this.definition = { uri: props.function.invokeArn, identitySources };
  }
}
