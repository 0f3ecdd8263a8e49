/** The smoke test of every stage that is served: valid clients are accepted, others are rejected. */
import { randomUUID } from "node:crypto";
import { DEFAULTS } from "../../contract/defaults";
import { LOCAL_CREDENTIALS } from "../../contract/names";
import { renderJson, renderText, runSmoke } from "../../smoke";
import type { Connection } from "../data-plane/connections/connection";
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
  for (const { url, endpoint, parameters, headers, isAuthorized, token, origin, iam } of server.entryPoints) {
    // The gateway knows the test's connections by this name, so that no message must be sent to learn their ids.
    const userAgent = `smoke-test/${randomUUID()}`;
    const isOpen = ({ facts, state }: Connection) => facts.userAgent === userAgent && state === "open";
    const report = await runSmoke({
      url,
      endpoint,
      parameters,
      headers: { ...headers, "User-Agent": userAgent },
      connectionId: () => [...server.connections].findLast(isOpen)?.id,
      token: token?.createToken() ?? (isAuthorized ? "none" : undefined),
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
