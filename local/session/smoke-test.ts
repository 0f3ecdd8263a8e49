/** Proves with the smoke test that what is served lets the right clients in and keeps the wrong ones out. */
import { renderJson, renderText, runSmoke } from "../../smoke";
import type { LocalServer } from "../server/serve";

export interface ProveOptions {
  readonly json: boolean;
  readonly color: boolean;
  out(text: string): void;
  /** Ends it early: it has not passed then. */
  readonly signal: AbortSignal;
}

/** Whether every stage passed. */
export async function prove(server: LocalServer, { json, color, out, signal }: ProveOptions): Promise<boolean> {
  let passed = server.entryPoints.length > 0;
  for (const { url, endpoint, parameters, token } of server.entryPoints) {
    const report = await runSmoke({
      url,
      endpoint,
      parameters,
      token: token?.createToken() ?? "none",
      tokenParameter: token?.parameter ?? "token",
      region: server.store.account.region,
      // Looked at, not verified.
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      // A deployment is there at once on this machine: a refusal is one.
      settleMs: 0,
      insecure: url.startsWith("wss:"),
      env: {},
      deadlineMs: 8_000,
      signal,
    });
    if (signal.aborted) return false;
    out(
      json
        ? `${JSON.stringify({ type: "smoke", report: JSON.parse(renderJson(report)) })}\n`
        : renderText(report, { color }),
    );
    passed &&= report.passed;
  }
  return passed;
}
