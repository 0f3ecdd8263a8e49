/** Messages: received from a client, routed to an integration, and the response sent to the client. */

import { isUtf8 } from "node:buffer";
import { messageOf } from "../../../terminal/error";
import { preview } from "../../trace/masking";
import type { TraceEvent } from "../../trace/trace";
import { writeAccessLog } from "../access-log";
import { hasApiKey } from "../api-key";
import type { CompiledApi, CompiledApis, CompiledRoute } from "../compiled-api";
import type { ClientSocket } from "../connections/client-socket";
import type { Connection } from "../connections/connection";
import { ENDINGS, errorFrame, TEXT, validationFrame } from "../limits";
import { RouteEvent } from "../route-event";
import { deployedStageOf, type Services } from "../services";
import type { Throttle } from "../throttle";
import { isTraced, traceEvent, traceFailed, traceFault, traceNotice } from "../tracing";

export class Messages {
  constructor(
    private readonly services: Services,
    private readonly compiledApis: CompiledApis,
    private readonly throttle: Throttle,
  ) {}

  receive(socket: ClientSocket, connection: Connection, data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      socket.end("gateway", ENDINGS.binary);
      return;
    }
    const { clock, limits } = this.services;
    connection.lastActiveAt = clock.now();
    connection.inFlight += 1;
    if (connection.inFlight >= limits.messagesInFlight) socket.pause();
    void this.#answer(socket, connection, data).finally(() => {
      connection.inFlight -= 1;
      resumeIfDrained(socket, connection, this.services);
    });
  }

  /** Sends what a backend posted to `@connections`; false where the client's buffer is full. */
  push(socket: ClientSocket, connection: Connection, data: Buffer): boolean {
    if (socket.bufferedAmount > this.services.limits.clientBufferBytes) return false;
    this.#send(socket, connection, "push", data);
    return true;
  }

  /** Responds to a ping. A client that does not read its pongs would fill the memory. */
  pong(socket: ClientSocket, data: Buffer): void {
    if (socket.bufferedAmount > this.services.limits.clientBufferBytes) socket.end("gateway", ENDINGS.unread);
    else socket.pong(data);
  }

  async #answer(socket: ClientSocket, connection: Connection, data: Buffer): Promise<void> {
    this.#redeploy(connection);
    const deployed = deployedStageOf(connection, this.services);
    const body = data.toString();
    if (deployed === undefined) {
      this.#traceFrame(connection, "in", "message", data);
      return;
    }
    const { definition, stage } = deployed;
    const event = new RouteEvent("MESSAGE", connection, definition.api, stage, this.services.clock.now(), body);
    this.#traceFrame(connection, "in", "message", data, event.requestId);
    const answer = await this.#decide(this.compiledApis.of(definition), event).catch((error: unknown): Answer => {
      traceNotice(this.services, "message-failed", messageOf(error));
      return { cause: "error", data: Buffer.from(errorFrame(TEXT.internal, connection.id, event.requestId)) };
    });
    writeAccessLog(event, this.services);
    if (answer !== undefined) this.#send(socket, connection, answer.cause, answer.data, event.requestId);
  }

  /** The fault of a deployment in between. The deployment before it is deleted, unless another stage points to it. */
  #redeploy(connection: Connection): void {
    const { faults, store } = this.services;
    if (!faults.strikes("redeploy")) return;
    const { apiId, stageName } = connection.facts;
    const deployed = store.deployedStage(apiId, stageName);
    if (deployed === undefined || deployed.stage.autoDeploy) return;
    const former = deployed.deployment.deploymentId;
    traceFault(this.services, connection, "redeploy");
    store.deploy(apiId, { stageName });
    const served = store
      .stages(apiId)
      .list()
      .some(({ deploymentId }) => deploymentId === former);
    if (!served) store.deployments(apiId).delete(former);
  }

  /** What to send to the client; undefined: nothing. */
  async #decide(compiled: CompiledApi, event: RouteEvent): Promise<Answer | undefined> {
    const { services } = this;
    const { connection, requestId } = event;
    const error = (status: number, message: string): Answer => {
      event.outcome.status = status;
      event.outcome.errorMessage = message;
      return { cause: "error", data: Buffer.from(errorFrame(message, connection.id, requestId)) };
    };
    const selected = compiled.selectRoute(event);
    const found = findRoute(compiled, selected);
    event.routeKey = found?.route.routeKey ?? "$default";
    if (isTraced(services)) traceEvent(services, event, { type: "route", selected, found: found !== undefined });
    if (found === undefined) return error(403, TEXT.forbidden);
    if (!this.throttle.allows(connection.facts.apiId, event.stage, event.routeKey)) return error(429, TEXT.throttled);
    if (found.route.apiKeyRequired && !hasApiKey(connection, compiled.api.apiKeySelectionExpression, services)) {
      traceFailed(services, event, "api-key", "the connection has no valid API key");
      return error(403, TEXT.forbidden);
    }
    const invalid = found.validate && (await found.validate(event));
    if (invalid !== undefined) {
      event.outcome.status = 400;
      event.outcome.validationError = invalid;
      event.outcome.errorMessage = TEXT.badBody;
      traceFailed(services, event, "request-parameters", invalid);
      return { cause: "error", data: Buffer.from(validationFrame(connection.id, event.messageId ?? "")) };
    }
    if (found.integrate === undefined) return error(500, TEXT.internal);
    const result = await found.integrate(event, found.twoWay);
    if (result.kind === "failure") return error(result.status, result.message);
    event.outcome.status = 200;
    return found.twoWay && result.body.length > 0 ? { cause: "reply", data: result.body } : undefined;
  }

  #send(socket: ClientSocket, connection: Connection, cause: Cause, bytes: Buffer, requestId?: string): void {
    if (connection.state !== "open") return;
    // A text frame must be UTF-8, or the client must close the connection (RFC 6455 section 8.1).
    const data = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString());
    const { clock, limits } = this.services;
    connection.lastActiveAt = clock.now();
    this.#traceFrame(connection, "out", cause, data, requestId);
    if (socket.bufferedAmount <= limits.clientBufferBytes) {
      socket.sendText(data, limits.frameBytes);
      return;
    }
    // Stop reading from a client that does not read, until its buffer has drained.
    socket.pause();
    socket.sendText(data, limits.frameBytes, () => resumeIfDrained(socket, connection, this.services));
  }

  #traceFrame(connection: Connection, direction: "in" | "out", cause: Cause, data: Buffer, requestId?: string): void {
    const { clock, trace } = this.services;
    if (!trace.active) return;
    const { apiId, stageName: stage, connectionId } = connection.facts;
    const fields = { at: clock.now(), apiId, stage, connectionId, direction, cause, bytes: data.length, requestId };
    trace.emit({ type: "frame", ...fields, text: preview(data.toString()) });
  }
}

type Cause = Extract<TraceEvent, { type: "frame" }>["cause"];

interface Answer {
  readonly cause: "reply" | "error";
  readonly data: Buffer;
}

/** A message cannot select `$connect` or `$disconnect` (https://github.com/localstack/localstack/issues/7153). */
function findRoute(compiled: CompiledApi, selected: string): CompiledRoute | undefined {
  const byKey = selected === "$connect" || selected === "$disconnect" ? undefined : compiled.routes.get(selected);
  return byKey ?? compiled.routes.get("$default");
}

function resumeIfDrained(socket: ClientSocket, connection: Connection, { limits }: Services): void {
  if (!socket.isPaused || connection.inFlight >= limits.messagesInFlight) return;
  if (socket.bufferedAmount <= limits.clientBufferBytes) socket.resume();
}
