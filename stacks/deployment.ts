/** The immutable snapshot of an API that a stage serves. */
import { createHash } from "node:crypto";
import { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Fn, Token, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { canonicalJson, type Json, stringsOf } from "../aws/canonical-json";
import type { WebSocketApi } from "./api";
import type { Route } from "./route";
import { resolved } from "./text";

export interface DeploymentProps {
  readonly api: WebSocketApi;
  /** At least one, because API Gateway does not deploy an API without routes. */
  readonly routes: readonly [Route, ...Route[]];
}

/**
 * An immutable snapshot of an API. Terraform creates a new one when the definition of the API, a route, an integration or
 * the authorizer has changed.
 *
 * A removed route is still in the next deployment: Terraform destroys what the old deployment depended on only after it
 * has created the new one. To serve an API without the route, destroy the route before the rest is applied
 * (`terraform apply -target=…`, as the action does), or replace the deployment once more (`-replace=…`).
 *
 * @example
 * const deployment = new Deployment(this, "deployment", { api, routes: [connect] });
 */
export class Deployment extends Construct {
  readonly resource: Apigatewayv2Deployment;

  constructor(scope: Construct, id: string, props: DeploymentProps) {
    super(scope, id);
    const routes = [...props.routes].sort((a, b) => (a.key < b.key ? -1 : 1));
    const definition: Json = { api: props.api.definition, routes: routes.map((route) => route.definition) };
    this.resource = new Apigatewayv2Deployment(this, "Default", {
      apiId: props.api.apiId,
      triggers: triggers(this, definition),
      dependsOn: routes.flatMap((route) => [...route.dependables]),
      // API Gateway does not delete a deployment that a stage uses, so the stage must move to the new one first.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}

/**
 * Returns the triggers: a hash of the inputs, computed at synthesis. A hash of the resources' attributes would be
 * unknown during a plan. Terraform also hashes the values of the references to other resources and variables. The hash
 * of a sensitive value is sensitive too: a plan shows that a secret has changed, but not the hash.
 */
function triggers(scope: Construct, definition: Json): Record<string, string> {
  const tokens = [...new Set(stringsOf(definition))].flatMap((text) => Tokenization.reverseString(text).tokens);
  const references = new Map(tokens.map((token) => [String(resolved(scope, token)), Token.asString(token)]));
  return {
    definition: createHash("sha256")
      .update(canonicalJson(resolved(scope, definition)))
      .digest("hex"),
    ...(references.size === 0 ? {} : { references: Fn.sha256(Fn.join(" ", [...references.values()])) }),
  };
}
