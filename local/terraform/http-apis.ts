/**
 * Removes the HTTP APIs of a project that also has WebSocket APIs. The gateway does not serve them. References to them get
 * the attributes that AWS would compute.
 */
import { type Account, apiGatewayArn, executionArn } from "../../aws/arn";
import { executeApiHost } from "../../aws/endpoints";
import type { Arguments } from "./arguments";
import type { Document } from "./document";
import type { Module } from "./module";
import type { ObjectValue } from "./values";

const API = "aws_apigatewayv2_api";

function isHttpApi(module: Module, name: string): boolean {
  return module.argument(API, name, "protocol_type") === "HTTP";
}

export function webSocketApis(module: Module): string[] {
  return module.named(API).filter((name) => !isHttpApi(module, name));
}

export function httpApi(args: Arguments, id: string, account: Account): ObjectValue {
  return {
    id,
    api_endpoint: `https://${executeApiHost(id, account.region)}`,
    arn: apiGatewayArn(account, "apis", id),
    execution_arn: executionArn(account, id),
    api_key_selection_expression: args.text("api_key_selection_expression") ?? "$request.header.x-api-key",
  };
}

/** Returns the document without HTTP APIs and without resources whose `api_id` is one of them. */
export function withoutHttpApis(document: Document, module: Module): Document {
  const names = module.named(API).filter((name) => isHttpApi(module, name));
  if (names.length === 0) return document;
  const ids = names.map((name) => module.resource(API, name).computed.id);
  const isLeftOut = (type: string, name: string) =>
    type === API ? names.includes(name) : ids.includes(module.argument(type, name, "api_id"));
  const resource = Object.fromEntries(
    Object.entries(document.resource).map(([type, named]) => [
      type,
      type.startsWith("aws_apigatewayv2_")
        ? Object.fromEntries(Object.entries(named).filter(([name]) => !isLeftOut(type, name)))
        : named,
    ]),
  );
  return { ...document, resource };
}
