/**
 * A simulated AWS in this process: the local control plane, and as much of Lambda, CloudWatch Logs and STS as adopt and
 * Terraform's import read.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { AwsReader } from "../../../adopt/read/client";
import { functionArn } from "../../../aws/arn";
import { close, listen } from "../../../harness/servers";
import { Store, systemGenerator } from "../../../local/api/store";
import { createControlPlane } from "../../../local/control-plane";
import { type Account, deployedFunction, emptyAccount } from "./account";
import { form, lambda, route53, ssmOrLogs } from "./services";

export const ACCOUNT = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

const DENIED_XML =
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";

export interface SimulatedAws extends Account {
  readonly store: Store;
  /** Requests as `METHOD /path`. */
  readonly requests: string[];
  /** Requests that the caller may not make, except to API Gateway: by path, target or form. */
  denied: RegExp | undefined;
  /** Answers a request in place of AWS. Returns whether it did. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  reader(signal?: AbortSignal): AwsReader;
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  close(): Promise<void>;
}

/** Returns a clock that advances by one second at each reading. */
function clock(): () => string {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)).toISOString();
}

/** Starts the simulation on a free port. `store`: the APIs that exist. */
export async function simulatedAws(
  store = new Store({
    account: ACCOUNT,
    endpoint: (apiId) => `wss://${apiId}.execute-api.us-east-1.amazonaws.com`,
    generator: { ...systemGenerator, now: clock() },
  }),
): Promise<SimulatedAws> {
  const controlPlane = createControlPlane(store);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    aws.requests.push(`${request.method} ${path}`);
    if (aws.intercept(request, response) || controlPlane(request, response)) return;
    if (request.method === "GET" && rejectDenied(aws, path, response)) return;
    if (path.startsWith("/code/")) response.end(deployedFunction(aws, path.slice("/code/".length))?.zip);
    else if (path.startsWith("/2013-04-01/")) response.end(route53(aws, new URL(path, "http://a")));
    else void text(request).then((body) => answer(aws, request, path, body, response));
  });
  const url = await listen(server);
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
  };
  const aws: SimulatedAws = {
    ...emptyAccount(),
    store,
    requests: [],
    denied: undefined,
    intercept: () => false,
    reader: (signal = new AbortController().signal) =>
      new AwsReader({
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        region: store.account.region,
        env,
        signal,
        wait: async () => {},
      }),
    env,
    url,
    close: () => close(server),
  };
  return aws;
}

/** Answers requests that have a body, and those to Lambda. */
function answer(aws: SimulatedAws, { headers }: IncomingMessage, path: string, body: string, response: ServerResponse) {
  const target = headers["x-amz-target"];
  const isForm = /(?:^|&)Action=/.test(body);
  if (!body.includes("Action=GetCallerIdentity") && rejectDenied(aws, String(target ?? body), response)) return;
  if (isForm) {
    const found = form(aws, new URLSearchParams(body));
    response.writeHead(found === undefined ? 404 : 200).end(found);
    return;
  }
  const found = path.startsWith("/2015-03-31/") ? lambda(aws, path, aws.url) : ssmOrLogs(aws, target, body);
  response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(found ?? {}));
}

/** Rejects a request that the caller may not make. Returns whether it did. */
function rejectDenied({ denied }: SimulatedAws, asked: string, response: ServerResponse): boolean {
  if (!denied?.test(asked)) return false;
  // IAM and Route 53 answer with XML.
  if (/^Action=|^\/2013-04-01/.test(asked)) response.writeHead(403).end(DENIED_XML);
  else response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" }).end('{"Message": "not allowed"}');
  return true;
}

export const FUNCTION_ARN = functionArn(ACCOUNT, "lambda-authorizer");
export const INVOKE = (arn: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
