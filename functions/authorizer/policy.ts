/** The authorizer's answer: an IAM policy for exactly the `$connect` that was asked about. */

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

/** Never a wildcard: one would open every route, and the popular one, for REST paths, not even `$connect`. */
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
