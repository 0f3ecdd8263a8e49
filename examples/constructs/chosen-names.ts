/** A stack of gateway.yaml in an app of your own: with your stack's name, other names of outputs, and more resources. */
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { App } from "cdktf";
import { ConnectionsPolicy, parseConfig, WebSocketStack } from "websocket-gateway";

/** In your app: `loadConfig("gateway.yaml")`. */
const { environments } = parseConfig(
  `name: quotes
backend: https://api.example.com
authorizer: { issuer: https://login.example.com/, audience: quotes }`,
  "gateway.yaml",
  () => "",
);

const app = new App();
for (const environment of environments) {
  const stack = new WebSocketStack(app, environment, {
    stackName: `realtime-${environment.name}`,
    // Terraform's names of the outputs. The action and the smoke test expect the names without the prefix.
    outputName: (output) => `GATEWAY_${output}`,
  });
  // The backend's role may push to the clients.
  const policy = stack.node.findAll().find((construct) => construct instanceof ConnectionsPolicy);
  if (policy) new IamRolePolicyAttachment(stack, "backend", { role: "quotes-backend", policyArn: policy.arn });
}
app.synth();
