/** The smoke test of every stage that is served: valid clients are accepted, others are rejected. */
import { DEFAULTS } from "../../contract/defaults";
import { LOCAL_CREDENTIALS } from "../../contract/names";
import { renderJson, renderText, runSmoke } from "../../smoke";
import type { LocalServer } from "../server/serve";

export interface SmokeTestOptions {
  readonly json: boolean;
  readonly color: boolean;
  out(text: string): void;
  /** Ends the test early, which then has not passed. */
  readonly signal: AbortSignal;
}

/** Whether every stage passed. */
export async function smokeTest(server: LocalServer, { json, color, out, signal }: SmokeTestOptions): Promise<boolean> {
  let passed = server.entryPoints.length > 0;
  for (const { url, endpoint, parameters, token, origin, iam } of server.entryPoints) {
    const report = await runSmoke({
      url,
      endpoint,
      parameters,
      token: token?.createToken() ?? "none",
      tokenParameter: DEFAULTS.tokenParameter,
      tokenPlace: token?.place,
      origin,
      iam,
      expectStatus: token?.hasOtherPlaces ? { "no-token": [401, 403] } : undefined,
      region: server.store.account.region,
      credentials: LOCAL_CREDENTIALS,
      // A local deployment answers at once, so a 403 is final.
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
