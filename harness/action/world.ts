/**
 * The simulated surroundings of a job of the action: AWS (moto, with the local gateway as API Gateway V2), a backend, and
 * GitHub.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { credentialsIn } from "../../aws/sigv4";
import { Store } from "../../local/api/store";
import { createControlPlane } from "../../local/control-plane";
import { createLambdaRuntime } from "../../local/lambda";
import { createFindFunction } from "../../local/lambda/find-function";
import { type Gateway, type RequestHandler, startServer } from "../../local/server/gateway";
import { renderTemplate } from "../../local/templates";
import { postToConnection } from "../../smoke/management";
import { AWS_TEST_ENVIRONMENT, startMoto, terraformEnvironment } from "../aws";
import { close, listen } from "../servers";
import { type GitHub, startGitHub } from "./github";
import { type Iam, startIam } from "./iam";

/** The HTTP backend of the gateway. */
export interface Backend {
  readonly url: string;
  /** Received requests in order, as `METHOD /path?query`. */
  readonly requests: string[];
  /** Returns the status for a request. Default is 200. */
  answer: (url: URL) => number;
  /** Returns the message to push to the client of a request after it is connected. Default is none. */
  greet: (url: URL) => string | undefined;
}

/** The running simulation. */
export interface World {
  readonly gateway: Gateway;
  readonly backend: Backend;
  readonly github: GitHub;
  readonly iam: Iam;
  /** URL of moto. */
  readonly moto: string;
  /** Requests that API Gateway answers with 403, as if IAM denied them. Matches `METHOD /path`. */
  forbidden: RegExp | undefined;
  /** Environment variables of a job's steps. */
  readonly env: NodeJS.ProcessEnv;
  /** Temporary folder for all files. `close` removes it. */
  readonly dir: string;
  /** Creates a folder with these files and returns its path. */
  project(name: string, files: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/** Starts all servers on free ports of 127.0.0.1. */
export async function startWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "action-world-"));
  const moto = await startMoto();
  let origin = "";
  const store = new Store({
    account: { accountId: "123456789012", region: "us-east-1", partition: "aws" },
    endpoint: (apiId) => `${origin.replace(/^http/, "ws")}/_aws/execute-api/${apiId}`,
  });
  const lambda = createLambdaRuntime();
  const forbid: RequestHandler = (request, response) => {
    if (!world.forbidden?.test(`${request.method} ${request.url}`)) return false;
    response.writeHead(403, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: "User is not authorized to perform this operation" }));
    return true;
  };
  const gateway = await startServer({
    store,
    renderTemplate,
    invoke: lambda.invoke,
    findFunction: createFindFunction({ endpoint: moto.url, folders: [dir] }),
    credentials: credentialsIn(AWS_TEST_ENVIRONMENT),
    requestHandlers: [forbid, createControlPlane(store)],
  });
  origin = gateway.url;
  const backend: Backend = { url: "", requests: [], answer: () => 200, greet: () => undefined };
  const server = createBackend((url, request) => {
    backend.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const greeting = backend.greet(url);
    const id = url.searchParams.get("connectionId");
    if (greeting !== undefined && id !== null) void greet(gateway, id, greeting);
    return backend.answer(url);
  });
  const [github, iam] = await Promise.all([startGitHub(), startIam(moto.url)]);
  const world: World = {
    gateway,
    backend: Object.assign(backend, { url: await listen(server) }),
    github,
    iam,
    moto: moto.url,
    forbidden: undefined,
    env: {
      ...terraformEnvironment({ aws: moto.url, apigatewayv2: gateway.url, dir }),
      AWS_ENDPOINT_URL_IAM: iam.url,
      ...github.env,
    },
    dir,
    project(name, files) {
      const folder = join(dir, name);
      mkdirSync(folder, { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
      return folder;
    },
    async close() {
      await gateway.close();
      await lambda.close();
      await Promise.all([github.close(), iam.close()]);
      await close(server);
      await moto.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return world;
}

/** Pushes a message. Retries for 2 s, because the gateway answers 410 until the client is connected. */
async function greet(gateway: Gateway, connectionId: string, text: string): Promise<void> {
  const [apiId] = gateway.store.apis.keys();
  const endpoint = `${gateway.url}/_aws/execute-api/${apiId}/prod`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  for (let left = 100; left > 0; left--) {
    const answer = await postToConnection({ endpoint, connectionId, data: text, region: "us-east-1", credentials });
    if (answer.kind !== "refused" || answer.status !== 410) return;
    await delay(20);
  }
}

function createBackend(answer: (url: URL, request: IncomingMessage) => number): Server {
  // It closes no idle connection: while the machine is busy, the gateway could just be sending the next request on it.
  return createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume();
    response.writeHead(answer(new URL(request.url ?? "/", "http://backend"), request)).end();
  });
}
