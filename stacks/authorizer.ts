/** The Lambda REQUEST authorizer for `$connect`, and its permission to invoke the function. */

import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { authorizerArn } from "../aws/arn";
import type { Json } from "../aws/canonical-json";
import type { IdentitySource, IdentitySourceText } from "../aws/identity-source";
import type { WebSocketApi } from "./api";
import { identitySourceText } from "./expressions";
import type { LambdaFunctionRef } from "./lambda-function";
import { lambdaPermission } from "./lambda-permission";
import { literal } from "./text";

export interface AuthorizerProps {
  readonly api: WebSocketApi;
  readonly name: string;
  readonly function: LambdaFunctionRef;
  /**
   * Values that every handshake must contain. Without one of them, API Gateway answers 401 and does not invoke the
   * function.
   */
  readonly identitySources: readonly (IdentitySourceText | IdentitySource)[];
}

/**
 * A Lambda REQUEST authorizer. API Gateway calls it on `$connect`, if the request has all identity sources.
 *
 * @example
 * const authorizer = new Authorizer(this, "authorizer", {
 *   api,
 *   name: "quotes-authorizer",
 *   function: lambdaFunction("arn:aws:lambda:us-east-1:123456789012:function:quotes-authorizer"),
 *   identitySources: ["route.request.querystring.token"],
 * });
 */
export class Authorizer extends Construct {
  readonly resource: Apigatewayv2Authorizer;
  /**
   * The part of a deployment's definition that comes from the authorizer. Code and settings of the function are part of
   * it only if the URI names a published version.
   */
  readonly definition: Json;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AuthorizerProps) {
    super(scope, id);
    const { invokeArn, credentialsArn } = props.function;
    const identitySources = props.identitySources.map(identitySourceText).sort();
    this.resource = new Apigatewayv2Authorizer(this, "Default", {
      apiId: props.api.apiId,
      name: literal(props.name),
      authorizerType: "REQUEST",
      authorizerUri: invokeArn,
      ...(credentialsArn === undefined ? {} : { authorizerCredentialsArn: credentialsArn }),
      identitySources: identitySources.map(literal),
      // API Gateway deletes an authorizer only after its route no longer uses it.
      lifecycle: { createBeforeDestroy: true },
    });
    if (credentialsArn !== undefined) {
      this.dependables = [this.resource, ...(props.function.dependables ?? [])];
      this.definition = { uri: invokeArn, credentials: credentialsArn, identitySources };
      return;
    }
    const permission = lambdaPermission(this, props.function, {
      statementIdPrefix: "websocket-authorizer-",
      sourceArn: authorizerArn(props.api.executionArn, this.resource.id),
    });
    this.dependables = [this.resource, ...(permission ? [permission] : []), ...(props.function.dependables ?? [])];
    this.definition = { uri: invokeArn, identitySources };
  }
}
