/** Two WebSocket APIs in one stack. The outputs of each have a prefix, because names of outputs are unique in a stack. */
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  awsProvider,
  ConnectionsPolicy,
  ConnectRoute,
  Deployment,
  DisconnectRoute,
  HttpIntegration,
  Outputs,
  Stage,
  WebSocketApi,
} from "websocket-gateway";

const region = "eu-west-1";

interface GatewayProps {
  readonly name: string;
  readonly backend: string;
  /** Prefix of the outputs' names. */
  readonly prefix: string;
}

/** An API that every client may connect to, with its stage and outputs. */
class Gateway extends Construct {
  constructor(scope: Construct, id: string, { name, backend, prefix }: GatewayProps) {
    super(scope, id);
    const api = new WebSocketApi(this, "api", { name, routeSelectionExpression: "$request.body.action" });
    const integration = (event: string) =>
      new HttpIntegration(this, `${event}_integration`, {
        api,
        type: "HTTP",
        uri: `${backend}/${event}`,
        mappings: { "integration.request.querystring.connectionId": "context.connectionId" },
      });
    const connect = new ConnectRoute(this, "connect", { api, authorizer: "NONE", integration: integration("connect") });
    const disconnect = new DisconnectRoute(this, "disconnect", { api, integration: integration("disconnect") });
    const deployment = new Deployment(this, "deployment", { api, routes: [connect, disconnect] });
    const stage = new Stage(this, "stage", { api, deployment, name: "prod", throttle: { burst: 500, rate: 1000 } });
    const connectionsPolicy = new ConnectionsPolicy(this, "connections_policy", { stage, name: `${name}-connections` });
    new Outputs(this, "outputs", { stage, region, connectionsPolicy, outputName: (output) => `${prefix}_${output}` });
  }
}

const app = new App();
const stack = new TerraformStack(app, "realtime");
awsProvider(stack, { region });
new Gateway(stack, "quotes", { name: "quotes", backend: "https://quotes.example.com", prefix: "QUOTES" });
new Gateway(stack, "chat", { name: "chat", backend: "https://chat.example.com", prefix: "CHAT" });
app.synth();
