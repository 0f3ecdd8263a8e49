/**
 * The `@connections` API: POST, GET and DELETE of one connection, for the AWS SDKs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Address, addressOf } from "./address";
import type { ClientSocket } from "./connections/client-socket";
import type { Connection } from "./connections/connection";
import { isConnectionId, newId } from "./connections/ids";
import type { Entry, Registry } from "./connections/registry";
import { checkSignature } from "./handshake/signature";
import { ENDINGS, TEXT } from "./limits";
import type { Messages } from "./messages";
import type { Services } from "./services";
import { traceFault } from "./tracing";

/** SDKs encode the `@` or not. */
const CONNECTION = /^\/(?:@|%40)connections\/([^/]+)$/i;

interface Answer {
  readonly status: number;
  readonly errorType?: string;
  /** JSON text; undefined: no body. */
  readonly body?: string;
  readonly detail: string;
}

export class ManagementApi {
  constructor(
    private readonly services: Services,
    private readonly registry: Registry,
    private readonly messages: Messages,
  ) {}

  /** False where the request is not for `@connections`. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? "/";
    if (!/connections\//i.test(url)) return false;
    const address = addressOf(this.services.store, request.headers.host, url);
    const id = address && CONNECTION.exec(address.rest)?.[1];
    if (address === undefined || id === undefined) return false;
    if (request.method !== "POST") {
      request.resume();
      this.#respond(request, response, address, id, 0, this.#answer(request, address, id, EMPTY));
      return true;
    }
    readBody(request, this.services.limits.messageBytes, (body) => {
      const answer = this.#answer(request, address, id, body);
      this.#respond(request, response, address, id, body?.length ?? 0, answer);
    });
    return true;
  }

  /** `body` is undefined where it is too large. */
  #answer(request: IncomingMessage, address: Address, encodedId: string, body: Buffer | undefined): Answer {
    const { store, switches, limits } = this.services;
    const deployed = store.deployedStage(address.apiId, address.stageName);
    if (deployed === undefined || (deployed.api.disableExecuteApiEndpoint && !address.custom)) {
      return failure(403, "ForbiddenException", TEXT.forbidden);
    }
    const found = checkSignature({
      authorization: request.headers.authorization,
      date: headerText(request.headers["x-amz-date"]),
      query: address.query,
    });
    if ("errorType" in found) return failure(403, found.errorType, found.message);
    if (body === undefined) {
      const detail = `over ${limits.messageBytes} bytes`;
      if (switches.tooLargeBody === "empty") return { status: 413, errorType: "PayloadTooLargeException", detail };
      return failure(413, "PayloadTooLargeException", "Message too long");
    }
    const id = decoded(encodedId);
    if (!isConnectionId(id)) return failure(400, "BadRequestException", `Invalid connectionId: ${id}`);
    const entry = this.registry.find(id);
    const facts = entry?.connection.facts;
    const reachable =
      facts?.apiId === address.apiId && (switches.otherStage === "allowed" || facts.stageName === address.stageName);
    if (entry === undefined || !reachable) return GONE;
    return this.#act(request.method ?? "", entry, body);
  }

  #act(method: string, { connection, socket }: Entry, body: Buffer): Answer {
    switch (method) {
      case "POST": {
        const failed = this.#fault(connection, socket);
        if (failed !== undefined) return failed;
        if (this.messages.push(socket, connection, body)) return SENT;
        return failure(429, "LimitExceededException", "The client reads too slowly: its send buffer is full.");
      }
      case "GET":
        return { status: 200, body: describe(connection), detail: "returned" };
      case "DELETE":
        socket.end("management", ENDINGS.management);
        return { status: this.services.switches.deleteStatus, detail: "closed" };
      default:
        return failure(403, "ForbiddenException", TEXT.forbidden);
    }
  }

  /** The answer of a push that fails on purpose. */
  #fault(connection: Connection, socket: ClientSocket): Answer | undefined {
    const { services } = this;
    if (services.faults.strikes("throttled-push")) {
      traceFault(services, connection, "throttled-push");
      return failure(429, "LimitExceededException", "Too Many Requests");
    }
    if (services.faults.strikes("lost-push")) {
      traceFault(services, connection, "lost-push");
      return SENT;
    }
    if (!services.faults.strikes("stale-connection")) return undefined;
    traceFault(services, connection, "stale-connection");
    connection.isForgotten = true;
    socket.lose();
    return GONE;
  }

  #respond(
    request: IncomingMessage,
    response: ServerResponse,
    { apiId, stageName: stage }: Address,
    encodedId: string,
    bytes: number,
    { status, errorType, body = "", detail }: Answer,
  ): void {
    const headers: Record<string, string | number> = {
      "x-amzn-RequestId": newId(),
      "Content-Type": "application/json",
    };
    if (errorType !== undefined) headers["x-amzn-ErrorType"] = errorType;
    if (status !== 204) headers["Content-Length"] = Buffer.byteLength(body);
    response.writeHead(status, headers);
    response.end(body);
    const { trace, clock } = this.services;
    if (!trace.active) return;
    const method = request.method ?? "";
    const fields = { at: clock.now(), apiId, stage, connectionId: decoded(encodedId), method, status, bytes, detail };
    trace.emit({ type: "management", ...fields });
  }
}

const EMPTY = Buffer.alloc(0);
const SENT: Answer = { status: 200, detail: "sent" };
/** Observed: no body (https://github.com/aws/aws-sdk-js/issues/3773). */
const GONE: Answer = { status: 410, errorType: "GoneException", detail: "no such connection" };

function failure(status: number, errorType: string, message: string): Answer {
  return { status, errorType, body: JSON.stringify({ message }), detail: message };
}

function describe({ facts, lastActiveAt }: Entry["connection"]): string {
  const { sourceIp, userAgent, connectedAt } = facts;
  return JSON.stringify({
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, userAgent },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  });
}

/** Decoded once. Invalid percent-encoding is left, and then is not a connectionId. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The rest of a body that is too large is received and dropped, so that the sender can read the response. */
function readBody(request: IncomingMessage, maximum: number, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    const fits = bytes <= maximum;
    bytes += chunk.length;
    if (bytes <= maximum) chunks.push(chunk);
    else if (fits) done(undefined);
  });
  request.on("end", () => {
    const [only] = chunks;
    if (bytes <= maximum) done(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  });
}
