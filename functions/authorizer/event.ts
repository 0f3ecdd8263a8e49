/**
 * The event that API Gateway sends to the REQUEST authorizer of a WebSocket API:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
import { Failure, insist } from "./errors";
import { type JsonObject, listOf, member, objectOf } from "./json";

/** In any partition; the stage's name and then the route, and nothing else. */
const CONNECT_ARN = /^arn:aws[a-z-]*:execute-api:[^:/]+:\d{12}:[^:/]+\/[^:/]+\/\$connect$/;

/** The ARN that the answer's policy is about, exactly. */
export function methodArnOf({ type, methodArn }: JsonObject): string {
  if (type === "REQUEST" && typeof methodArn === "string" && CONNECT_ARN.test(methodArn)) return methodArn;
  throw new Failure("unexpected_event");
}

/** The one token of the query string. Already percent-decoded by the gateway, once; never decoded again. */
export function tokenOf(event: JsonObject, parameter: string): string {
  const token = member(objectOf(event.queryStringParameters), parameter);
  insist(typeof token === "string" && !!token, "token_missing");
  // The single-value map keeps the last of several; a proxy before or a log after may have read another.
  const all = listOf(member(objectOf(event.multiValueQueryStringParameters), parameter));
  insist(all.length === 1 && all[0] === token, "token_repeated");
  return token;
}
