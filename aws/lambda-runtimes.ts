/**
 * Node.js runtimes of AWS Lambda: when AWS deprecates them, and which version of Terraform's AWS provider knows them.
 *
 * - dates: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-supported
 * - versions: https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md. An older version rejects the
 *   runtime in every plan (`expected runtime to be one of …`).
 */

export interface LambdaRuntime {
  /** From this day, AWS no longer maintains the runtime. */
  readonly deprecated: string;
  /** From this day, a function that uses it cannot be changed, so nothing can be deployed. */
  readonly noUpdates: string;
  /** The first version of the AWS provider that knows it. Undefined: every supported version does. */
  readonly provider: string | undefined;
}

export const LAMBDA_RUNTIME_NAMES = ["nodejs22.x", "nodejs24.x"] as const;

/** Identifier of a runtime. */
export type LambdaRuntimeName = (typeof LAMBDA_RUNTIME_NAMES)[number];

export const LAMBDA_RUNTIMES: Readonly<Record<LambdaRuntimeName, LambdaRuntime>> = {
  "nodejs22.x": { deprecated: "2027-04-30", noUpdates: "2027-07-01", provider: undefined },
  "nodejs24.x": { deprecated: "2028-04-30", noUpdates: "2028-07-01", provider: "6.21.0" },
};

/**
 * Returns whether AWS deprecates the runtime within six months, or has deprecated it.
 *
 * @example
 * isNearDeprecation("nodejs22.x", new Date("2026-10-30")); // true
 */
export function isNearDeprecation(name: LambdaRuntimeName, today: Date): boolean {
  const from = new Date(LAMBDA_RUNTIMES[name].deprecated);
  from.setUTCMonth(from.getUTCMonth() - 6);
  return today >= from;
}
