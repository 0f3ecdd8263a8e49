/**
 * API keys of routes that require one. Usage plans do not exist locally, so any key is accepted unless the gateway was
 * started with a list of keys.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
import { API_KEY_SELECTIONS, isApiKeySelection } from "../../aws/selection-expression";
import type { Connection } from "./connections/connection";
import type { Services } from "./services";

export function hasApiKey(
  connection: Connection,
  selectionExpression: string,
  { apiKeys }: Pick<Services, "apiKeys">,
): boolean {
  if (!isApiKeySelection(selectionExpression)) return false;
  const { authorizer, facts } = connection;
  const key = API_KEY_SELECTIONS[selectionExpression] === "header" ? facts.apiKey : authorizer?.usageIdentifierKey;
  return key !== undefined && key !== "" && (apiKeys === undefined || apiKeys.has(key));
}
