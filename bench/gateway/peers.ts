/** Other local gateways from npm, installed to a temporary folder, with handlers that make the same POST. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Addresses, Candidate } from "./candidate";

/** Typical handlers: a keep-alive client that makes a POST per event, and an authorizer that allows every token. */
const HANDLERS = `
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true });
const post = (path, body) => new Promise((done, failed) => {
  http.request(process.env.BACKEND + path, { method: "POST", agent }, (answer) => {
    answer.resume();
    answer.on("end", () => done({ statusCode: answer.statusCode }));
  }).on("error", failed).end(body);
});
const id = (event) => encodeURIComponent(event.requestContext.connectionId);
exports.connect = (event) => post("/connect?connectionId=" + id(event));
exports.disconnect = async () => ({ statusCode: 200 });
exports.message = (event) => post("/message?connectionId=" + id(event), event.body);
exports.ask = async (event) => ({ ...(await post("/ask?connectionId=" + id(event), event.body)), body: event.body });
exports.authorize = async (event) => ({
  principalId: "bench",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn }],
  },
});
`;

const SERVERLESS = `
service: bench
provider: { name: aws, runtime: nodejs20.x }
plugins: [serverless-offline]
functions:
  authorize: { handler: handlers.authorize }
  connect:
    handler: handlers.connect
    events:
      - websocket: { route: $connect, authorizer: { name: authorize, identitySource: ["route.request.querystring.token"] } }
  message:
    handler: handlers.message
    events: [{ websocket: { route: $default } }]
  ask:
    handler: handlers.ask
    events: [{ websocket: { route: ask, routeResponseSelectionExpression: $default } }]
`;

const WS_SERVER = `
const { connect, disconnect, message } = require("./handlers");
const handle = { CONNECT: connect, DISCONNECT: disconnect, MESSAGE: message };
require("aws-lambda-ws-server")((event) => handle[event.requestContext.eventType](event));
`;

/** Architect runs each invocation in a new process, here up to 64 at once, so the timeout is long. */
const ARCHITECT = `
@app
bench
@ws
@aws
runtime nodejs20.x
timeout 30
`;

/** Started as a module instead of by its command, because a function gets only these variables. */
const SANDBOX = `
const { BACKEND, PORT } = process.env;
require("@architect/sandbox").start({ port: PORT, quiet: true, env: { BACKEND } });
`;

const routeOf = (handler: string) => `exports.handler = require("../../../handlers").${handler};`;

interface Peer {
  readonly name: string;
  readonly packages: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly program: string;
  readonly isTwoWay: boolean;
  args(ports: readonly number[]): readonly string[];
  environment(ports: readonly number[]): Readonly<Record<string, string>>;
  addresses(ports: readonly number[]): Addresses;
}

/** A fork of `serverless`. `serverless-offline` 14 and later needs `serverless` 4, which requires a licence. */
const OSLS = "serverless@npm:osls@4";

/** It uses worker threads by default. */
function serverless(name: string, packages: readonly string[], ...options: readonly string[]): Peer {
  return {
    name,
    packages,
    files: { "handlers.js": HANDLERS, "serverless.yml": SERVERLESS },
    program: "node_modules/serverless/bin/serverless.js",
    isTwoWay: true,
    args: ([port, http, lambda]) => [
      ...["offline", "start", "--websocketPort", String(port)],
      ...["--httpPort", String(http), "--lambdaPort", String(lambda), "--localEnvironment", ...options],
    ],
    environment: () => ({
      SLS_TELEMETRY_DISABLED: "1",
      SLS_NOTIFICATIONS_MODE: "off",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
    }),
    addresses: ([port]) => ({
      url: `ws://localhost:${port}/?token=t`,
      connections: `http://localhost:${port}/@connections`,
    }),
  };
}

const PEERS: readonly Peer[] = [
  {
    name: "aws-lambda-ws-server",
    packages: ["aws-lambda-ws-server@0.1.21"],
    files: { "handlers.js": HANDLERS, "server.js": WS_SERVER },
    program: "server.js",
    isTwoWay: false,
    args: () => [],
    environment: ([port]) => ({ PORT: String(port) }),
    addresses: ([port]) => ({ url: `ws://localhost:${port}/`, connections: `http://localhost:${port}/%40connections` }),
  },
  serverless("serverless-offline 13", ["serverless@3", "serverless-offline@13"]),
  serverless("serverless-offline 13, in-process", ["serverless@3", "serverless-offline@13"], "--useInProcess"),
  serverless("serverless-offline 14", [OSLS, "serverless-offline@14"]),
  serverless("serverless-offline 14, in-process", [OSLS, "serverless-offline@14"], "--useInProcess"),
  {
    name: "architect sandbox 8",
    packages: ["@architect/sandbox@8"],
    files: {
      "handlers.js": HANDLERS,
      "app.arc": ARCHITECT,
      "server.js": SANDBOX,
      "src/ws/connect/index.js": routeOf("connect"),
      "src/ws/default/index.js": routeOf("message"),
      "src/ws/disconnect/index.js": routeOf("disconnect"),
    },
    program: "server.js",
    isTwoWay: false,
    args: () => [],
    environment: ([port, internal]) => ({ PORT: String(port), ARC_INTERNAL_PORT: String(internal) }),
    addresses: ([port, internal]) => ({
      url: `ws://localhost:${port}/`,
      connections: `http://localhost:${internal}/_arc/ws/@connections`,
    }),
  },
];

/** The gateways that could be installed. Prints a line for each of the others. */
export function installPeers(folder: string): Candidate[] {
  return PEERS.flatMap((peer) => {
    const home = join(folder, peer.name.replaceAll(/\W+/g, "-"));
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), '{"private":true}');
    for (const [name, text] of Object.entries(peer.files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    try {
      const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
      execFileSync("npm", ["install", ...options, ...peer.packages], { cwd: home, timeout: 240_000, stdio: "ignore" });
    } catch {
      process.stderr.write(`skipped: ${peer.name} could not be installed\n`);
      return [];
    }
    return [candidateOf(peer, home)];
  });
}

function candidateOf(peer: Peer, home: string): Candidate {
  return {
    name: peer.name,
    isPeer: true,
    rounds: 1,
    isTwoWay: peer.isTwoWay,
    async launch(backend) {
      const ports = await Promise.all([freePort(), freePort(), freePort()]);
      return {
        command: [join(home, peer.program), ...peer.args(ports)],
        cwd: home,
        environment: { ...process.env, BACKEND: backend, ...peer.environment(ports) },
        addresses: peer.addresses(ports),
      };
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
