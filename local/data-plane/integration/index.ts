/** Integrations by type, compiled once for each deployment. */
import type { IntegrationEntry } from "../../api/types";
import type { Services } from "../services";
import { isTraced, traceEvent } from "../tracing";
import { compileHttp } from "./http";
import { compileLambda } from "./lambda";
import { compileLambdaProxy } from "./lambda-proxy";
import { compileMock } from "./mock";
import type { Integrate } from "./result";

/** `secrets`: names whose values the trace masks. */
export function compileIntegration(
  integration: IntegrationEntry,
  services: Services,
  secrets: ReadonlySet<string>,
): Integrate {
  const integrate = compileType(integration, services, secrets);
  return async (event, wantsBody) => {
    const result = await integrate(event, wantsBody);
    if (result.kind === "response") return result;
    const { reason, detail, status } = result;
    event.outcome.integrationError = detail;
    event.outcome.integrationStatus ??= status;
    if (isTraced(services)) {
      const durationMs = event.outcome.integrationLatency ?? 0;
      traceEvent(services, event, { type: "integration-failure", reason, durationMs, detail });
    }
    return result;
  };
}

function compileType(integration: IntegrationEntry, services: Services, secrets: ReadonlySet<string>): Integrate {
  switch (integration.integrationType) {
    case "HTTP":
    case "HTTP_PROXY":
      return compileHttp(integration, services, secrets);
    case "AWS_PROXY":
      return compileLambdaProxy(integration, services);
    case "AWS":
      return compileLambda(integration, services);
    case "MOCK":
      return compileMock(integration, services);
  }
}
