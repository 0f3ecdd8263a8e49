/** Authorizer: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */

import * as z from "zod";
import { functionOfUri } from "../../../aws/arn";
import { AUTHORIZER_TYPES } from "../../../aws/enumerations";
import { QUOTAS } from "../../../aws/limits";
import { badRequest, conflict } from "../error";
import type { ApiState, Authorizer } from "../types";
import { checkIdentitySource } from "./expressions";
import { anything, type Kind, parse, rejectHttpApiMembers, required, text, textOf } from "./kind";

const members = z.object({
  name: text,
  authorizerType: z.enum(AUTHORIZER_TYPES).exactOptional(),
  authorizerUri: textOf(2048),
  authorizerCredentialsArn: text,
  identitySource: z.array(z.string()).exactOptional(),
  authorizerPayloadFormatVersion: anything,
  authorizerResultTtlInSeconds: anything,
  enableSimpleResponses: anything,
  identityValidationExpression: anything,
  jwtConfiguration: anything,
});
const HTTP_API_ONLY = [
  "authorizerPayloadFormatVersion",
  "authorizerResultTtlInSeconds",
  "enableSimpleResponses",
  "identityValidationExpression",
  "jwtConfiguration",
] as const;

export const authorizerKind: Kind<Authorizer, ApiState> = {
  name: "Authorizer",
  quota: QUOTAS.authorizers,
  key: (authorizer) => authorizer.authorizerId,
  create(input, scope, generator) {
    const given = parse(members, input);
    required(given.authorizerType, "authorizerType");
    const blank: Authorizer = {
      authorizerId: generator.id(6),
      name: "",
      authorizerType: "REQUEST",
      authorizerUri: "",
      identitySource: [],
    };
    return change(blank, given, scope);
  },
  update: (previous, input, scope) => change(previous, parse(members, input), scope),
  beforeDelete(authorizer, { current }) {
    for (const route of current.routes.values()) {
      if (route.authorizerId === authorizer.authorizerId) {
        // https://github.com/anomalyco/sst/issues/5586
        throw conflict(`Cannot delete authorizer '${authorizer.name}', is referenced in route: ${route.routeKey}`);
      }
    }
  },
  toResponse: (authorizer) => authorizer,
};

function change(previous: Authorizer, given: z.output<typeof members>, { current }: ApiState): Authorizer {
  if (given.authorizerType === "JWT") {
    throw badRequest("Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.");
  }
  rejectHttpApiMembers(given, HTTP_API_ONLY);
  const { authorizerType, ...own } = given;
  const authorizer: Authorizer = { ...previous, ...own };
  required(authorizer.name, "name");
  if (functionOfUri(required(authorizer.authorizerUri, "authorizerUri")) === undefined) {
    throw badRequest(`Invalid Authorizer URI: ${authorizer.authorizerUri}`);
  }
  authorizer.identitySource.forEach(checkIdentitySource);
  for (const other of current.authorizers.values()) {
    if (other.name === authorizer.name && other.authorizerId !== authorizer.authorizerId) {
      throw conflict(`Authorizer name must be unique. Authorizer ${authorizer.name} already exists in this API.`);
    }
  }
  return authorizer;
}
