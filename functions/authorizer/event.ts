/**
 * The event that API Gateway sends to the REQUEST authorizer of a WebSocket API:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
import { denyUnless, Failure } from "./errors";
import { type JsonObject, listOf, member, objectOf } from "./json";

/** The ARN of a `$connect` route, in any partition: stage, then route, without anything after it. */
const CONNECT_ARN = /^arn:aws[a-z-]*:execute-api:[^:/]+:\d{12}:[^:/]+\/[^:/]+\/\$connect$/;

/** The ARN for the policy. @throws {Failure} `unexpected_event` */
export function methodArnOf({ type, methodArn }: JsonObject): string {
  if (type === "REQUEST" && typeof methodArn === "string" && CONNECT_ARN.test(methodArn)) return methodArn;
  throw new Failure("unexpected_event");
}

/** The token in the query string. API Gateway has already percent-decoded it. @throws {Denied} unless there is exactly one */
export function tokenOf(event: JsonObject, parameter = ""): string {
  const token = member(objectOf(event.queryStringParameters), parameter);
  denyUnless(typeof token === "string" && !!token, "token_missing");
  // The single-value map has only the last of several values, and a proxy or a log may have used another one.
  const all = listOf(member(objectOf(event.multiValueQueryStringParameters), parameter));
  denyUnless(all.length === 1 && all[0] === token, "token_repeated");
  return token;
}
