/**
 * `npm start`: everything on this machine, without AWS. Serves the synthesized configuration with its real authorizer,
 * runs the example backend behind it, and proves with the smoke test that it works. It takes the options of the local
 * gateway; with `--once` it ends after the proof.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { type Backend, type BackendOptions, startBackend } from "../examples/backend/server";
import { projectFile } from "../local/project-file";
import type { LocalServer } from "../local/server/serve";
import { helpText } from "../local/session/help";
import { parseOptions, UsageError } from "../local/session/options";
import { processShell } from "../local/session/process";
import { explain, runSession } from "../local/session/session";

const QUOTES_EVERY_MS = 2_000;

/**
 * The backend as it would run against AWS; only its credentials are made up, and only where there are none. `certFile`
 * is the gateway's own certificate, which nobody may have signed.
 */
async function startExample(server: LocalServer, certFile?: string): Promise<Pick<Backend, "url" | "close">> {
  const [entry] = server.entryPoints;
  if (!entry) throw new Error("The stack has no stage that is deployed.");
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
  // Which Node.js the SDK will want next year is no news for a first start.
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

/** The same in a process of its own, because Node.js reads whom it trusts only when it starts. */
async function startTrusting(
  certFile: string,
  { endpoint, region, originSecret }: BackendOptions,
): Promise<Pick<Backend, "url" | "close">> {
  const env = {
    ...process.env,
    WS_API_ENDPOINT: endpoint,
    AWS_REGION: region,
    ...(originSecret && { ORIGIN_SECRET: originSecret.value, ORIGIN_SECRET_HEADER: originSecret.header }),
    HOST: "127.0.0.1",
    PORT: "0",
    NODE_EXTRA_CA_CERTS: certFile,
  };
  const child = spawn(process.execPath, [projectFile("scripts/run.mjs"), "examples/backend/main.ts"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
    // Ctrl-C is not for it: it is told of the last disconnects first.
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

/** Where it listens, which is the first that it says. */
async function urlOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  let text = "";
  // It may say more later, to nobody.
  for await (const part of stdout?.setEncoding("utf8").iterator({ destroyOnReturn: false }) ?? []) {
    text += part;
    const url = /^backend listens on ([^\s,]+)/m.exec(text)?.[1];
    if (url === undefined) continue;
    stdout?.resume();
    return url;
  }
  throw new Error("The example backend did not start.");
}

/** The header that the integrations map the origin secret to. */
function originSecretHeader({ store, originSecret }: LocalServer): string | undefined {
  for (const { current } of store.apis.values()) {
    for (const { requestParameters = {} } of current.integrations.values()) {
      const found = Object.entries(requestParameters).find(([, source]) => source === `'${originSecret}'`);
      if (found) return found[0].replace("integration.request.header.", "");
    }
  }
  return undefined;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv.includes("--once") ? ["--port=0", ...argv] : argv);
  const shell = processShell();
  if (options.help) {
    shell.out(helpText("start"));
    return 0;
  }
  const { tls } = options;
  const example = (server: LocalServer) => startExample(server, tls?.certFile);
  return await runSession({ options, shell, startBackend: example, prove: true });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
