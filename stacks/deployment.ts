/** The immutable snapshot that a stage serves, taken anew when what it freezes has changed, and only then. */
import { createHash } from "node:crypto";
import { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Fn, Token, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { canonicalJson, type Json, stringsOf } from "../aws/canonical-json";
import type { WebSocketApi } from "./api";
import { resolved } from "./resolve";
import type { Route } from "./route";

export interface DeploymentProps {
  readonly api: WebSocketApi;
  /** At least one: API Gateway deploys no API without routes. */
  readonly routes: readonly [Route, ...Route[]];
}

/**
 * A route that is taken out is still in the snapshot of that same run: Terraform destroys what the old deployment
 * depended on after it has taken the new one, and can be told no other order. Destroying the route before the rest is
 * applied (`terraform apply -target=…`, as the action does) or replacing the deployment once more (`-replace=…`)
 * leaves it behind.
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
      // The stage moves to the new deployment before the old one goes: one in use cannot be deleted.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}

/**
 * A hash of the inputs, taken now and not by Terraform from the resources: that would be unknown while a plan is made.
 * References to other resources and to variables are hashed by their values as well, in Terraform. A sensitive value
 * keeps its hash sensitive, so a plan shows that a secret has changed, but nothing to guess it by.
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
