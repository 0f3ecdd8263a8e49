/**
 * `npm start`: everything on this machine, without AWS. Serves the synthesized configuration with its real authorizer,
 * runs the example backend behind it, and tests both with the smoke test. It takes the options of the local gateway;
 * with `--once` it ends after the test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { LOCAL_CREDENTIALS, OUTPUTS } from "../contract/names";
import { type Backend, type BackendOptions, startBackend } from "../examples/backend/server";
import { projectFile } from "../local/project-file";
import type { LocalServer } from "../local/server/serve";
import { localCommand } from "../local/session/command";
import { runProcess } from "../terminal/shell";

const QUOTES_EVERY_MS = 2_000;

/**
 * Starts the backend as it would run against AWS, with made-up credentials if the environment has none. `certFile` is the
 * gateway's certificate, which may be self-signed.
 */
async function startExample(server: LocalServer, certFile?: string): Promise<Pick<Backend, "url" | "close">> {
  const [entry] = server.entryPoints;
  if (!entry) throw new Error("The stack has no stage that is deployed.");
  process.env.AWS_ACCESS_KEY_ID ??= LOCAL_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY ??= LOCAL_CREDENTIALS.secretAccessKey;
  // The SDK's warning about future Node.js versions would distract on a first start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const header = originSecretHeader(server);
  const settings: BackendOptions = {
    endpoint: entry.endpoint,
    region: server.store.account.region,
    originSecret: header === undefined ? undefined : { header, value: server.originSecret },
  };
  if (certFile !== undefined) return startTrusting(resolve(certFile), settings);
  const backend = await startBackend(settings);
  const quotes = setInterval(() => void backend.pushQuotes(), QUOTES_EVERY_MS);
  return {
    url: backend.url,
    async close() {
      clearInterval(quotes);
      await backend.close();
    },
  };
}

/** Starts the backend in a child process, because Node.js reads NODE_EXTRA_CA_CERTS only when it starts. */
async function startTrusting(
  certFile: string,
  { endpoint, region, originSecret }: BackendOptions,
): Promise<Pick<Backend, "url" | "close">> {
  const env = {
    ...process.env,
    [OUTPUTS.endpoint[0]]: endpoint,
    AWS_REGION: region,
    ...(originSecret && { ORIGIN_SECRET: originSecret.value, ORIGIN_SECRET_HEADER: originSecret.header }),
    HOST: "127.0.0.1",
    PORT: "0",
    NODE_EXTRA_CA_CERTS: certFile,
  };
  const child = spawn(process.execPath, [projectFile("scripts/run.mjs"), "examples/backend/main.ts"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
    // Detached from Ctrl-C, so that it gets the last $disconnect requests before it stops.
    detached: true,
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  return {
    url: await urlOf(child),
    async close() {
      process.off("exit", end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGINT");
      await once(child, "close");
    },
  };
}

/** Returns the backend's URL, from the first line that it prints. */
async function urlOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  let text = "";
  // Later output is discarded.
  for await (const part of stdout?.setEncoding("utf8").iterator({ destroyOnReturn: false }) ?? []) {
    text += part;
    const url = /^backend listens on ([^\s,]+)/m.exec(text)?.[1];
    if (url === undefined) continue;
    stdout?.resume();
    return url;
  }
  throw new Error("The example backend did not start.");
}

/** Returns the header to which the integrations map the origin secret. */
function originSecretHeader({ store, originSecret }: LocalServer): string | undefined {
  for (const { current } of store.apis.values()) {
    for (const { requestParameters = {} } of current.integrations.values()) {
      const found = Object.entries(requestParameters).find(([, source]) => source === `'${originSecret}'`);
      if (found) return found[0].replace("integration.request.header.", "");
    }
  }
  return undefined;
}

void runProcess(
  async (argv, shell) =>
    await localCommand(
      argv.includes("--once") ? ["--port=0", ...argv] : argv,
      { ...shell, invocation: "npm start --" },
      { smokeTest: true, startBackend: async (server, { tls }) => await startExample(server, tls?.certFile) },
    ),
  { unwritten: 1, stopWhenUnread: true, inProject: true },
);
