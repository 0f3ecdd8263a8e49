/** The AWS provider: region, accounts, tags on everything, and the range of versions that the stack works with. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { literals } from "./text";

/** Both majors have the same WebSocket resources; the stack uses no attribute that only one knows. */
export const AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0";

export interface AwsProps {
  readonly region: string;
  /** @default any account */
  readonly allowedAccountIds?: readonly string[];
  /** On every resource that can have tags. */
  readonly tags?: Readonly<Record<string, string>>;
}

export function awsProvider(stack: TerraformStack, props: AwsProps): AwsProvider {
  // The provider package names the one version that it was generated from.
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
