/** Other servers from npm, installed to a temporary folder, with handlers that make the same POST. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Addresses, Candidate } from "./candidate";

/** Typical handlers: a POST per event with the HTTP client of all servers, and an authorizer that allows every token. */
const HANDLERS = `
const { Pool } = require("undici");
const pool = new Pool(process.env.BACKEND, { connections: 256 });
const post = async (path, body) => {
  const { statusCode, body: answer } = await pool.request({ path, method: "POST", body: body ?? null });
  await answer.dump();
  return { statusCode };
};
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

/** The limit: a server that is not JavaScript, and makes the same POST. No authorizer, no mapping, no checks. */
const UWS = `
const { randomBytes } = require("node:crypto");
const uws = require("@trufflesuite/uws-js-unofficial");
const { Pool } = require("undici");
const { BACKEND, PORT } = process.env;
const pool = new Pool(BACKEND, { connections: 256 });
const sockets = new Map();
const post = async (path, body) => {
  const { body: answer } = await pool.request({ path, method: "POST", body: body ?? null });
  return await answer.text();
};
const server = uws.App();
server.ws("/prod", {
  maxPayloadLength: 131072,
  upgrade(response, request, context) {
    const headers = ["key", "protocol", "extensions"].map((name) => request.getHeader("sec-websocket-" + name));
    const id = randomBytes(11).toString("base64url");
    let gone = false;
    response.onAborted(() => { gone = true; });
    void post("/connect?connectionId=" + id).then(() => {
      if (!gone) response.cork(() => response.upgrade({ id }, ...headers, context));
    });
  },
  open(socket) { sockets.set(socket.getUserData().id, socket); },
  close(socket) { sockets.delete(socket.getUserData().id); },
  message(socket, data) {
    const body = Buffer.from(data).toString();
    const { id } = socket.getUserData();
    if (JSON.parse(body).action === "ask") void post("/ask?connectionId=" + id, body).then((text) => sockets.get(id)?.send(text));
    else void post("/message?connectionId=" + id, body);
  },
});
server.post("/prod/@connections/:id", (response, request) => {
  const id = decodeURIComponent(request.getParameter(0));
  let body = "";
  response.onAborted(() => {});
  response.onData((chunk, last) => {
    body += Buffer.from(chunk).toString();
    if (!last) return;
    sockets.get(id)?.send(body);
    response.end();
  });
});
server.listen("127.0.0.1", Number(PORT), () => {});
`;

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

/** Version 13, because 14 and later needs `serverless` 4, which requires a licence, or a fork. It uses worker threads by default. */
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

/**
 * Architect's sandbox is not among them: it starts a process for each event, which takes 100 ms, so that it cannot do this
 * number of operations.
 */
const PEERS: readonly Peer[] = [
  {
    name: "bare uWebSockets.js + POST",
    packages: ["@trufflesuite/uws-js-unofficial@20.30.0-unofficial.0"],
    files: { "server.js": UWS },
    program: "server.js",
    isTwoWay: true,
    args: () => [],
    environment: ([port]) => ({ PORT: String(port) }),
    addresses: ([port]) => ({
      url: `ws://127.0.0.1:${port}/prod`,
      connections: `http://127.0.0.1:${port}/prod/@connections`,
    }),
  },
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
];

const UNDICI = "undici@7";

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
      execFileSync("npm", ["install", ...options, UNDICI, ...peer.packages], {
        cwd: home,
        timeout: 240_000,
        stdio: "ignore",
      });
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
