/** The AWS provider: region, accounts, default tags, and the supported versions. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { literals } from "./text";

/** The stack uses only attributes that both major versions have. */
export const AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0";

export interface AwsProps {
  readonly region: string;
  /** @default any account */
  readonly allowedAccountIds?: readonly string[];
  /** Tags for every resource that supports them. */
  readonly tags?: Readonly<Record<string, string>>;
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
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS);
  const accounts = props.allowedAccountIds ?? [];
  const tags = props.tags ?? {};
  return new AwsProvider(stack, "aws", {
    region: props.region,
    ...(accounts.length === 0 ? {} : { allowedAccountIds: [...accounts] }),
    ...(Object.keys(tags).length === 0 ? {} : { defaultTags: [{ tags: literals(tags) }] }),
  });
}
