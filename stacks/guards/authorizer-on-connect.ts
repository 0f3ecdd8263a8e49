/** Guard: every WebSocket API of a stack has a `$connect` route, and that route asks who is there. */
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolved } from "../resolve";

export class AuthorizerOnConnect implements IAspect {
  /** `openToEveryone`: it is meant; say it, but let it pass. */
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
        Annotations.of(connect ?? api).addWarning("Everybody can connect: $connect has no authorizer.");
      } else {
        Annotations.of(connect ?? api).addError(
          "Everybody could connect: $connect has no authorizer. Configure one, or say that it is meant with `authorizer: none`.",
        );
      }
    }
  }
}
