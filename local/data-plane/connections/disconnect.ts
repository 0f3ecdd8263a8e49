/**
 * `$disconnect`: called once after an open connection has ended, for any reason. Best effort, and its response is not used: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */

import { writeAccessLog } from "../access-log";
import type { CompiledApis } from "../compiled-api";
import { ENDINGS } from "../limits";
import { RouteEvent } from "../route-event";
import { deployedStageOf, type Services } from "../services";
import { traceFault } from "../tracing";
import type { Connection } from "./connection";

export async function disconnect(
  connection: Connection,
  services: Services,
  compiledApis: CompiledApis,
): Promise<void> {
  const { clock, trace } = services;
  const ending = connection.ending ?? { ...ENDINGS.lost, by: "lost" };
  if (trace.active) {
    const { apiId, stageName: stage, connectionId, connectedAt } = connection.facts;
    const at = clock.now();
    trace.emit({ type: "closed", at, apiId, stage, connectionId, durationMs: at - connectedAt, ...ending });
  }
  if (connection.isForgotten) return;
  if (services.faults.strikes("lost-disconnect")) {
    traceFault(services, connection, "lost-disconnect");
    return;
  }
  const deployed = deployedStageOf(connection, services);
  if (deployed === undefined) return;
  const { definition, stage } = deployed;
  const route = compiledApis.of(definition).routes.get("$disconnect");
  if (route?.integrate === undefined) return;
  const event = new RouteEvent("DISCONNECT", connection, definition.api, stage, clock.now(), "", undefined, ending);
  const result = await route.integrate(event, false);
  event.outcome.status = result.status;
  writeAccessLog(event, services);
}
