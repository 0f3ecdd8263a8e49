/**
 * API keys of routes that require one. Usage plans do not exist locally, so any key is accepted unless the gateway was
 * started with a list of keys.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
import { API_KEY_SELECTIONS, isApiKeySelection } from "../../aws/selection-expression";
import type { Connection } from "./connections/connection";
import type { Services } from "./services";

export function hasApiKey(connection: Connection, selectionExpression: string, { apiKeys }: Services): boolean {
  const ofAuthorizer =
    isApiKeySelection(selectionExpression) && API_KEY_SELECTIONS[selectionExpression] === "authorizer";
  const key = ofAuthorizer ? connection.authorizer?.usageIdentifierKey : connection.facts.apiKey;
  return key !== undefined && key !== "" && (apiKeys === undefined || apiKeys.has(key));
}
