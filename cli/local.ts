/** The command `websocket-gateway local`: the local gateway, with a backend for configurations that have an example's URL. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalServer } from "../local/server/serve";
import { localCommand } from "../local/session/command";
import type { StartBackend } from "../local/session/session";
import type { Shell } from "../terminal/shell";

export { OPTIONS } from "../local/session/options";

/** Runs the command. Returns the exit code. */
export async function runLocal(argv: readonly string[], shell: Shell): Promise<number> {
  const { invocation = "npx websocket-gateway local", ...rest } = shell;
  return await localCommand(argv, { ...rest, invocation }, { startBackend: startPlaceholder });
}

/**
 * Starts a backend that answers 200 to every request, if all backends of the stack have names that are reserved for
 * examples and do not exist (RFC 2606). Without it, no client could connect before the user has a backend.
 */
const startPlaceholder: StartBackend = async (gateway, { backends }) => {
  const hosts = hostsOf(gateway);
  if (backends.size > 0 || hosts.length === 0 || !hosts.every(isExample)) return undefined;
  const server = createServer((request, response) => {
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  gateway.trace.notice(
    "placeholder-backend",
    `${hosts.join(", ")} is a name for examples. A placeholder answers 200 to each request to it. Give your backend with --backend http://localhost:8080.`,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Returns the hosts of all HTTP integrations. */
function hostsOf({ store }: LocalServer): readonly string[] {
  const uris = [...store.apis.values()].flatMap(({ current }) =>
    [...current.integrations.values()].flatMap(
      ({ integrationUri = "" }) => /^https?:\/\/([^/?:]+)/.exec(integrationUri)?.[1] ?? [],
    ),
  );
  return [...new Set(uris)];
}

const isExample = (host: string): boolean => /(^|\.)(example(\.(com|net|org))?|invalid)$/.test(host);
