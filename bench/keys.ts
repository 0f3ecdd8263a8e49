/**
 * `npm run bench:keys`: how many valid clients are rejected, and for how long, when the issuer's key endpoint has a fault.
 * 100 clients connect, one every 300 ms, to a function that starts cold. The local gateway's Lambda runtime runs this
 * authorizer and handlers with other libraries, each with a timeout of 5 seconds. Takes about 7 minutes.
 */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { authorizerModules } from "../contract/authorizer-bundle";
import { certificates } from "../harness/certificates";
import { createLambdaRuntime } from "../local/lambda";
import type { LambdaFunction } from "../local/lambda/types";
import { zip } from "../stacks/authorizer-zip";
import { AUDIENCE, connect, jwks, settings, tokens } from "./authorizer/fixture";

const CLIENTS = 100;
const INTERVAL_MS = 300;
const TIMEOUT_SECONDS = 5;
const root = resolve(process.argv[1] ?? "", "../..");
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Endpoint {
  readonly server: Server;
  readonly port: number;
  /** Milliseconds before each answer. */
  delay: number;
  close(): void;
}

/** Starts the issuer's endpoint on any free port, or again on the same. */
async function endpoint(tls: { key: string; cert: string }, at = 0): Promise<Endpoint> {
  const sockets = new Set<Duplex>();
  const server = createServer(tls, (_request, response) => {
    setTimeout(() => response.end(JSON.stringify(jwks)), started.delay);
  });
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const started: Endpoint = { server, port, delay: 0, close };
  return started;
}

/** Makes the fault. Returns the endpoint that is to be closed at the end. */
type Fault = (healthy: Endpoint, again: (port: number) => Promise<Endpoint>) => Promise<() => Promise<void>>;
const FAULTS: Readonly<Record<string, Fault>> = {
  none: async (healthy) => async () => healthy.close(),
  "the first connection is reset": async (healthy) => {
    healthy.server.prependOnceListener("connection", (socket) => {
      if (socket instanceof Socket) socket.resetAndDestroy();
    });
    return async () => healthy.close();
  },
  "each answer takes 3 s": async (healthy) => {
    healthy.delay = 3_000;
    return async () => healthy.close();
  },
  "refuses connections for 20 s": async (healthy, again) => {
    healthy.close();
    await once(healthy.server, "close");
    const later = sleep(20_000).then(() => again(healthy.port));
    return async () => (await later).close();
  },
};

interface Candidate {
  readonly name: string;
  /** Writes the function's zip, and returns its environment. */
  readonly make: (zipFile: string, issuer: string) => Promise<Readonly<Record<string, string>>>;
}

const OURS = "this authorizer";
const CANDIDATES: readonly Candidate[] = [
  {
    name: OURS,
    make: async (zipFile, issuer) => {
      const [one] = settings.issuers;
      if (one?.kind !== "jwks") throw new Error("The first issuer has published keys.");
      const issuers = [{ ...one, issuer, audiences: [AUDIENCE], jwksUri: `${issuer}jwks` }];
      writeFileSync(zipFile, zip(authorizerModules(), { ...settings, issuers }, {}));
      return {};
    },
  },
  ...["aws-jwt-verify", "jose"].map((name) => ({ name, make: peer(`bench/keys/${name}.ts`) })),
];

function peer(entry: string): Candidate["make"] {
  return async (zipFile, issuer) => {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: { index: entry },
      outdir: "out",
      bundle: true,
      minify: true,
      outExtension: { ".js": ".mjs" },
      platform: "node",
      target: "node20",
      format: "esm",
      write: false,
    });
    writeFileSync(
      zipFile,
      zipSync(Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]))),
    );
    return { ISSUER: issuer, JWKS_URI: `${issuer}jwks` };
  };
}

/** Connects all clients. Times are in seconds from the first. */
async function run(candidate: Candidate, fault: Fault, folder: string) {
  const { ca, issue } = certificates();
  const tls = issue(["localhost"]);
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca);
  const healthy = await endpoint(tls);
  const issuer = `https://localhost:${healthy.port}/`;
  const zipFile = join(mkdtempSync(join(folder, "zip-")), "function.zip");
  const fn: LambdaFunction = {
    functionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${candidate.name.replace(/\W/g, "-")}`,
    functionName: candidate.name,
    zipFile,
    handler: "index.handler",
    environmentVariables: await candidate.make(zipFile, issuer),
    timeoutSeconds: TIMEOUT_SECONDS,
    memoryMb: 256,
    allowedSourceArns: [],
  };
  const end = await fault(healthy, (port) => endpoint(tls, port));
  const runtime = createLambdaRuntime({ env: { NODE_EXTRA_CA_CERTS: caFile }, concurrency: CLIENTS });
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const clients = tokens("RS256", CLIENTS, issuer).map(async (token, at) => {
    await sleep(at * INTERVAL_MS);
    const arrived = seconds();
    const result = await runtime.invoke(fn, connect(token));
    const isAllowed = "payload" in result && JSON.stringify(result.payload).includes('"Effect":"Allow"');
    return { arrived, isAllowed, waited: seconds() - arrived };
  });
  const all = await Promise.all(clients);
  await runtime.close();
  await end();
  const rejected = all.filter(({ isAllowed }) => !isAllowed).map(({ arrived }) => arrived);
  const [first = 0] = rejected;
  const round = (value: number) => Number(value.toFixed(1));
  return {
    rejected: rejected.length,
    fromFirstToLastS: round((rejected.at(-1) ?? first) - first),
    longestWaitS: round(Math.max(...all.map(({ waited }) => waited))),
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-keys-"));
  const results: object[] = [];
  try {
    for (const [fault, make] of Object.entries(FAULTS)) {
      say(`\nKey endpoint: ${fault}`);
      for (const candidate of CANDIDATES) {
        const row = await run(candidate, make, folder);
        results.push({ fault, name: candidate.name, ...row });
        say(
          `  ${candidate.name.padEnd(16)} ${String(row.rejected).padStart(3)} of ${CLIENTS} rejected, ` +
            `${row.fromFirstToLastS} s from the first to the last; longest wait ${row.longestWaitS} s`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const file = join(root, "bench/results/keys.json");
  mkdirSync(join(root, "bench/results"), { recursive: true });
  const setup = {
    date: new Date().toISOString(),
    node: process.version,
    clients: CLIENTS,
    intervalMs: INTERVAL_MS,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  writeFileSync(file, `${JSON.stringify({ ...setup, results }, undefined, 2)}\n`);
  say(`\nWritten to ${file.slice(root.length + 1)}.`);
}

void main();
