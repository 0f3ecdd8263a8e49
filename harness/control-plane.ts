/** Starts the control plane on a port of its own, and runs the AWS CLI against it. */
import { createServer, type Server } from "node:http";
import { Store } from "../local/api/store";
import { createControlPlane } from "../local/control-plane";
import { AWS_TEST_ENVIRONMENT } from "./aws";
import { succeed } from "./programs";
import { close, listen } from "./servers";
import { tool } from "./tools";

/** A running control plane. */
export interface ControlPlaneServer {
  readonly url: string;
  readonly store: Store;
  /** Requests as `METHOD /path status`, in the order of the answers. */
  readonly requests: string[];
  readonly http: Server;
  stop(): Promise<void>;
}

/** Starts the control plane on a free port of 127.0.0.1. */
export async function startControlPlaneServer(): Promise<ControlPlaneServer> {
  let url = "";
  const store = new Store({
    account: { accountId: "123456789012", region: AWS_TEST_ENVIRONMENT.AWS_REGION, partition: "aws" },
    endpoint: (apiId) => `${url.replace(/^http/, "ws")}/_aws/execute-api/${apiId}`,
  });
  const requests: string[] = [];
  const handle = createControlPlane(store);
  const server = createServer((req, res) => {
    res.on("finish", () => requests.push(`${req.method} ${req.url} ${res.statusCode}`));
    if (!handle(req, res)) res.writeHead(404).end();
  });
  url = await listen(server);
  return {
    url,
    store,
    requests,
    http: server,
    stop: () => close(server),
  };
}

/** Runs `aws apigatewayv2 <arguments>` and parses the JSON that it prints. */
export type ApiGatewayCli = (...args: string[]) => Promise<Record<string, unknown>>;

/** Creates the function that runs the AWS CLI against a control plane. */
export function apiGatewayCli(url: string): ApiGatewayCli {
  const { PATH, HOME, LANG } = process.env;
  const env = { PATH, HOME, LANG, ...AWS_TEST_ENVIRONMENT, AWS_ENDPOINT_URL_APIGATEWAYV2: url };
  return async (...args) => {
    const { stdout } = await succeed(tool("aws"), ["apigatewayv2", ...args, "--output", "json"], { env });
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  };
}
