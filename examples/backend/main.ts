/**
 * Runs the example backend: `WS_API_ENDPOINT=… npm run example:backend`. With AWS it needs credentials that allow
 * `execute-api:ManageConnections`; the stack's output `CONNECTIONS_POLICY_ARN` is a policy that allows it.
 */
import { startBackend } from "./server";

const { WS_API_ENDPOINT, AWS_REGION, PORT = "8080", HOST, ORIGIN_SECRET, ORIGIN_SECRET_HEADER } = process.env;

async function main(): Promise<void> {
  if (!WS_API_ENDPOINT) throw new Error("Set WS_API_ENDPOINT, for example to http://localhost:3000/prod");
  const backend = await startBackend({
    endpoint: WS_API_ENDPOINT,
    port: Number(PORT),
    ...(AWS_REGION && { region: AWS_REGION }),
    ...(HOST && { host: HOST }),
    originSecret: ORIGIN_SECRET
      ? { header: ORIGIN_SECRET_HEADER ?? "x-origin-secret", value: ORIGIN_SECRET }
      : undefined,
  });
  const timer = setInterval(() => void backend.pushQuotes(), 2_000);
  process.once("SIGINT", () => {
    clearInterval(timer);
    void backend.close();
  });
  console.log(`backend listens on ${backend.url}, pushes to ${WS_API_ENDPOINT}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
