/** The AWS provider: region, accounts, default tags, and the supported versions. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { LAMBDA_RUNTIMES, type LambdaRuntimeName } from "../aws/lambda-runtimes";
import { DEFAULTS } from "../contract/defaults";
import { literals } from "./text";

/** The stack uses only attributes that both major versions have. */
export const AWS_PROVIDER_VERSIONS = awsProviderVersions("5.100.0");

function awsProviderVersions(from: string): string {
  return `>= ${from}, < 7.0.0`;
}

export interface AwsProps {
  readonly region: string;
  /** @default any account */
  readonly allowedAccountIds?: readonly string[];
  /** Tags for every resource that supports them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Runtime of the stack's functions. A newer one needs a newer version of the provider. @default {@link DEFAULTS.runtime} */
  readonly runtime?: LambdaRuntimeName | undefined;
}

/**
 * Adds the AWS provider to a stack.
 *
 * @example
 * awsProvider(this, { region: "us-east-1", allowedAccountIds: ["123456789012"], tags: { team: "quotes" } });
 */
export function awsProvider(stack: TerraformStack, props: AwsProps): AwsProvider {
  // Without the override, the provider package requires the one version that it was generated from.
  stack.addOverride("terraform.required_providers.aws.source", "hashicorp/aws");
  const { provider } = LAMBDA_RUNTIMES[props.runtime ?? DEFAULTS.runtime];
  const versions = provider === undefined ? AWS_PROVIDER_VERSIONS : awsProviderVersions(provider);
  stack.addOverride("terraform.required_providers.aws.version", versions);
  const accounts = props.allowedAccountIds ?? [];
  const tags = props.tags ?? {};
  return new AwsProvider(stack, "aws", {
    region: props.region,
    ...(accounts.length === 0 ? {} : { allowedAccountIds: [...accounts] }),
    ...(Object.keys(tags).length === 0 ? {} : { defaultTags: [{ tags: literals(tags) }] }),
  });
}
