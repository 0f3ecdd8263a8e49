/** Validates expressions in requests with the parsers of `aws/`. The error messages are API Gateway's. */
import { parseIdentitySource } from "../../../aws/identity-source";
import { parseMappingSource, parseMappingTarget } from "../../../aws/parameter-mapping";
import { parseRequestParameter } from "../../../aws/request-parameter";
import { parseResponseParameter } from "../../../aws/response-parameter";
import { parseSelectionExpression, type Selects } from "../../../aws/selection-expression";
import { badRequest } from "../error";

/** Accepts an empty text: the caller decides what that means. */
export function checkSelection(expression: string, selects: Selects): void {
  const found = parseSelectionExpression(expression, selects);
  if ("invalid" in found && found.invalid === "variable") {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html; text observed
    throw badRequest(`Unexpected variable in selection expression: ${found.variable}`);
  }
}

/** One entry of an integration's request parameters. */
export function checkMapping(target: string, source: string): void {
  if (parseMappingTarget(target) === undefined) throw badRequest(`Invalid mapping expression specified: ${target}`);
  if ("invalid" in parseMappingSource(source)) throw badRequest(`Invalid mapping expression specified: ${source}`);
}

/** One entry of an integration response's response parameters. */
export function checkResponseMapping(target: string, source: string): void {
  if (parseResponseParameter(target, source) !== undefined) return;
  throw badRequest(`Invalid mapping expression specified: ${target}`);
}

export function checkDeclaration(parameter: string): void {
  if (parseRequestParameter(parameter) === undefined) {
    throw badRequest(`Invalid request parameter key specified: ${parameter}`);
  }
}

export function checkIdentitySource(source: string): void {
  if ("invalid" in parseIdentitySource(source)) {
    throw badRequest(`Invalid request identity source expression: ${source}`);
  }
}
