/** Guard: every WebSocket API of a stack has a `$connect` route with an authorizer. */
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolved } from "../text";

/**
 * Reports an error for a WebSocket API whose `$connect` has no authorizer.
 *
 * @example
 * Aspects.of(this).add(new AuthorizerOnConnect());
 */
export class AuthorizerOnConnect implements IAspect {
  /** With `openToEveryone`, a missing authorizer is intended and only a warning. */
  constructor(private readonly options: { readonly openToEveryone: boolean } = { openToEveryone: false }) {}

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    const inside = node.node.findAll();
    for (const api of inside.filter((child) => child instanceof Apigatewayv2Api)) {
      if (api.protocolTypeInput !== "WEBSOCKET") continue;
      const connect = inside.find(
        (child): child is Apigatewayv2Route =>
          child instanceof Apigatewayv2Route &&
          child.routeKeyInput === "$connect" &&
          resolved(node, child.apiIdInput) === resolved(node, api.id),
      );
      const authorization = connect?.authorizationTypeInput ?? "NONE";
      if (authorization !== "NONE") continue;
      if (this.options.openToEveryone) {
        Annotations.of(connect ?? api).addWarning("Every client can connect: $connect has no authorizer.");
      } else {
        Annotations.of(connect ?? api).addError(
          "Every client could connect: $connect has no authorizer. Configure one, or allow this with `authorizer: none`.",
        );
      }
    }
  }
}
