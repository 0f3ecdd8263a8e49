/** Records in the state which gateway it belongs to. Terraform then rejects a plan for another one. */
import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { addresses, block, blocks, digits } from "./hcl";

/** The values that must not change. */
export interface IdentityProps {
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  /** Name of the stage. It is the path in the URL that clients use. */
  readonly stage: string;
  /** Path of the IAM roles and policies. */
  readonly iamPath: string;
}

/**
 * Records these values in the state at the first deploy, and checks them in every later plan. Without this check, Terraform
 * would find none of its resources after the region has changed. It would create a second API and leave the first one
 * running, unmanaged (https://github.com/hashicorp/terraform-provider-aws/issues/32810).
 *
 * @example
 * new Identity(this, "identity", { name: "quotes", environment: "prod", region: "eu-west-1", stage: "live", iamPath: "/" });
 */
export class Identity extends Construct {
  readonly resource: TerraformResource;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const { name, environment, region, stage, iamPath } = props;
    const identity = { name, environment, region, stage };
    const same = Object.entries(identity)
      .map(([key, value]) => `self.output.${key} == "${value}"`)
      .join(" && ");
    const message = [
      "This state belongs to ${self.output.name}, environment ${self.output.environment}, region ${self.output.region}, stage ${self.output.stage}.",
      `The configuration is for ${name}, environment ${environment}, region ${region}, stage ${stage}. That is another address, and clients use the first.`,
      "To keep the address, restore the setting. For a second API, add an environment, which has a state of its own.",
      "To change the address on purpose: terraform apply -replace=terraform_data.identity. If name, environment or region change, destroy the old API first: Terraform would leave it up, unmanaged.",
    ].join(" ");
    const iamMessage = [
      "The IAM roles and policies of this state have the path ${self.output.iamPath}, and the configuration has iam.path ${path}.".replace(
        "${path}",
        iamPath,
      ),
      "IAM cannot change a path, so Terraform would replace them all, the connections policy that backends have attached included. Restore the setting.",
      "To change it on purpose: detach that policy, run terraform apply -replace=terraform_data.identity, and attach the new one.",
    ].join(" ");
    this.resource = new TerraformResource(this, "Default", {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
    });
    this.resource.addOverride("input", { name, environment, region, stage: digits(stage), iamPath });
    this.resource.addOverride(
      "lifecycle",
      block({
        // Keeps the values of the first deploy.
        ignore_changes: addresses(["input"]),
        postcondition: blocks([
          { condition: `\${${same}}`, error_message: message },
          { condition: `\${self.output.iamPath == "${iamPath}"}`, error_message: iamMessage },
        ]),
      }),
    );
  }
}
