/** The stack's outputs, and the same values as SSM parameters under a versioned path. Their names do not change. */
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { ConnectionsPolicy } from "./connections-policy";
import type { CustomDomain } from "./domain";
import type { Stage } from "./stage";
import { literal } from "./text";

/** Increased when an output is removed or changes its meaning; a new output does not change it. */
export const CONTRACT_VERSION = "1";

export interface OutputsProps {
  readonly stage: Stage;
  readonly region: string;
  readonly connectionsPolicy: ConnectionsPolicy;
  readonly authorizerFunctionName?: string | undefined;
  readonly domain?: CustomDomain | undefined;
  /** SSM parameters are published under `<prefix>/v1/<name>`. @default none */
  readonly ssmPrefix?: string | undefined;
}

const DESCRIPTIONS = {
  WS_API_ENDPOINT: "Endpoint for the API Gateway Management SDK, without /@connections",
  WS_URL: "URL that clients connect to",
  WS_DOMAIN_URL: "URL that clients connect to, with the custom domain",
  WS_DOMAIN_TARGET: "Target of the custom domain's DNS record",
  API_ID: "Id of the WebSocket API",
  STAGE: "Name of the stage",
  REGION: "AWS region",
  EXECUTION_ARN: "ARN of the API for IAM policies; append /<stage>/<method>/@connections/*",
  CONNECTIONS_POLICY_ARN: "IAM policy for the backend that pushes to clients",
  AUTHORIZER_FUNCTION_NAME: "Lambda function that decides which clients may connect",
  CONTRACT_VERSION: "Version of the outputs' names and meanings",
} as const;

export type OutputName = keyof typeof DESCRIPTIONS;

/**
 * The stack's outputs and SSM parameters.
 *
 * @example
 * const connectionsPolicy = new ConnectionsPolicy(this, "connections_policy", { stage, name: "quotes-connections" });
 * new Outputs(this, "outputs", { stage, region: "us-east-1", connectionsPolicy, ssmPrefix: "/quotes/prod" });
 */
export class Outputs extends Construct {
  constructor(scope: Construct, id: string, props: OutputsProps) {
    super(scope, id);
    const { stage } = props;
    this.publish(props, "WS_API_ENDPOINT", `${Fn.replace(stage.api.endpoint, "/^ws/", "http")}/${stage.name}`);
    this.publish(props, "WS_URL", `${stage.api.endpoint}/${stage.name}`);
    this.publish(props, "API_ID", stage.api.apiId);
    this.publish(props, "STAGE", stage.name);
    this.publish(props, "REGION", props.region);
    this.publish(props, "EXECUTION_ARN", stage.api.executionArn);
    this.publish(props, "CONNECTIONS_POLICY_ARN", props.connectionsPolicy.arn);
    this.publish(props, "CONTRACT_VERSION", CONTRACT_VERSION);
    if (props.authorizerFunctionName !== undefined) {
      this.publish(props, "AUTHORIZER_FUNCTION_NAME", props.authorizerFunctionName);
    }
    if (props.domain !== undefined) {
      this.publish(props, "WS_DOMAIN_URL", props.domain.url);
      this.publish(props, "WS_DOMAIN_TARGET", props.domain.target);
    }
  }

  private publish(props: OutputsProps, name: OutputName, value: string): void {
    const description = DESCRIPTIONS[name];
    // In the stack itself, because `cdktf deploy --outputs-file` nests outputs of other constructs.
    new TerraformOutput(TerraformStack.of(this), name, { value, description, staticId: true });
    if (props.ssmPrefix === undefined) return;
    new SsmParameter(this, `parameter ${name}`, {
      name: literal(`${props.ssmPrefix}/v${CONTRACT_VERSION}/${name}`),
      type: "String",
      value,
      description,
      // When the parameter exists, the stage exists too.
      dependsOn: [props.stage.resource],
    });
  }
}
