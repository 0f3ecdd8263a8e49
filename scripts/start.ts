/**
 * `npm start`: everything on this machine, without AWS. Serves the synthesized configuration with its real authorizer,
 * runs the example backend behind it, and proves with the smoke test that it works. It takes the options of the local
 * gateway; with `--once` it ends after the proof.
 */
import { type Backend, startBackend } from "../examples/backend/server";
import { helpText } from "../local/command/help";
import { parseOptions, UsageError } from "../local/command/options";
import { processShell } from "../local/command/process";
import { explain, runSession } from "../local/command/session";
import type { LocalServer } from "../local/serve";

const QUOTES_EVERY_MS = 2_000;

/** The backend as it would run against AWS; only its credentials are made up, and only where there are none. */
async function startExample(server: LocalServer): Promise<Pick<Backend, "url" | "close">> {
  const [entry] = server.entryPoints;
  if (!entry) throw new Error("The stack has no stage that is deployed.");
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
  // Which Node.js the SDK will want next year is no news for a first start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const header = originSecretHeader(server);
  const backend = await startBackend({
    endpoint: entry.endpoint,
    region: server.store.account.region,
    originSecret: header === undefined ? undefined : { header, value: server.originSecret },
  });
  const quotes = setInterval(() => void backend.pushQuotes(), QUOTES_EVERY_MS);
  return {
    url: backend.url,
    async close() {
      clearInterval(quotes);
      await backend.close();
    },
  };
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
  if (!options.help)
    return await runSession({ options, shell: processShell(), startBackend: startExample, prove: true });
  process.stdout.write(helpText("start"));
  return 0;
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
