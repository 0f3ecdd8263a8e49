/** What other teams read: outputs with fixed names, and the same as SSM parameters under a versioned path. */
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { ConnectionsPolicy } from "./connections-policy";
import type { CustomDomain } from "./domain";
import type { Stage } from "./stage";
import { literal } from "./text";

/** Raised when a name goes or changes its meaning; a new name raises nothing. */
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
  WS_URL: "Where clients connect",
  WS_DOMAIN_URL: "Where clients connect by the domain name",
  WS_DOMAIN_TARGET: "What the domain name's DNS record points at",
  API_ID: "Id of the WebSocket API",
  STAGE: "Name of the stage",
  REGION: "AWS region",
  EXECUTION_ARN: "The API in IAM policies; /<stage>/<method>/@connections/* follows",
  CONNECTIONS_POLICY_ARN: "IAM policy to attach to what pushes to clients",
  AUTHORIZER_FUNCTION_NAME: "Lambda function that decides who may connect",
  CONTRACT_VERSION: "Version of these names and what they mean",
} as const;

export type OutputName = keyof typeof DESCRIPTIONS;

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
    // Directly in the stack: `cdktf deploy --outputs-file` nests the others by construct.
    new TerraformOutput(TerraformStack.of(this), name, { value, description, staticId: true });
    if (props.ssmPrefix === undefined) return;
    new SsmParameter(this, `parameter ${name}`, {
      name: literal(`${props.ssmPrefix}/v${CONTRACT_VERSION}/${name}`),
      type: "String",
      value,
      description,
      // Whoever reads a parameter finds a stage that serves.
      dependsOn: [props.stage.resource],
    });
  }
}
