/** The authorizer's answer: an IAM policy for the `$connect` of the event. */

export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly [
      { readonly Action: "execute-api:Invoke"; readonly Effect: "Allow" | "Deny"; readonly Resource: string },
    ];
  };
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/**
 * The policy for one resource. Wildcards are not used: they would allow other routes, and the common pattern for REST
 * APIs does not match `$connect`.
 */
export const policy = (
  Effect: "Allow" | "Deny",
  Resource: string,
  principalId: string,
  context?: Readonly<Record<string, string>>,
): AuthorizerResult => ({
  principalId,
  policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] },
  context,
});
