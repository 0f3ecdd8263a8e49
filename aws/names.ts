/** Patterns of names, values and tags that AWS accepts, and names that AWS gives. */

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-websocket-deployment.html */
export const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The characters are those of the API Gateway V2 API (https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html).
 * Neither that API nor the quotas of WebSocket APIs document lengths. These are the quotas of HTTP APIs, which the same
 * API creates (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html), and of REST APIs.
 */
export const STAGE_VARIABLE_NAME = /^[A-Za-z0-9_]{1,64}$/;
export const STAGE_VARIABLE_VALUE = /^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
export const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
/** The most tags of a resource. Source: the page above. */
export const MAX_TAGS = 50;

/** Returns why AWS would reject the key of a tag, or undefined if it accepts it. Source: the page above. */
export function tagKeyProblem(key: string): "length" | "characters" | "reserved" | undefined {
  if (key.length < 1 || key.length > 128) return "length";
  if (!TAG_VALUE.test(key)) return "characters";
  return /^aws:/i.test(key) ? "reserved" : undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const IAM_PATH = /^(?=.{1,512}$)\/([A-Za-z0-9+=,.@_-]+\/)*$/;

/** Name of the log group of a stage's execution log. Not documented; observed: https://stackoverflow.com/questions/67640010 */
export const executionLogGroup = (apiId: string, stageName: string): string => `/aws/apigateway/${apiId}/${stageName}`;

/** Name of a function's log group: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html */
export const functionLogGroup = (functionName: string): string => `/aws/lambda/${functionName}`;

export const REGION = /^[a-z]{2,4}(-[a-z]+)?-(central|north|south|east|west|(north|south)(east|west))-\d$/;
export const ACCOUNT_ID = /^\d{12}$/;
