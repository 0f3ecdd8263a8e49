/**
 * Handshakes: from an upgrade request to a 101 or a refusal. ws checks what RFC 6455 requires of the request, then
 * API Gateway's checks run, then ws writes the 101.
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Server, WebSocketServer } from "ws";
import { messageOf } from "../../../terminal/error";
import { writeAccessLog } from "../access-log";
import { addressOf } from "../address";
import type { CompiledApis } from "../compiled-api";
import { ClientSocket } from "../connections/client-socket";
import { Connection } from "../connections/connection";
import { newId, newTraceId } from "../connections/ids";
import { ENDINGS, TEXT } from "../limits";
import { RouteEvent } from "../route-event";
import type { Services } from "../services";
import type { Throttle } from "../throttle";
import { traceFailed, traceFault } from "../tracing";
import { type Addressed, ambiguousHeader, checkAddress } from "./check-address";
import { ClientRequest } from "./client-request";
import { type Accepted, decideConnect } from "./connect";
import {
  connectionResponse,
  earlyRefusal,
  earlyResponse,
  errorType,
  htmlResponse,
  type Refusal,
  refusal,
} from "./refusal";
import { traceConnecting, traceOpened, traceRefused } from "./tracing";
import { SERVER_MAX_WINDOW_BITS, upgradeProblem } from "./upgrade";

/** A handshake in progress. */
interface Handshake extends Addressed {
  readonly socket: Duplex;
  headers: readonly (readonly [string, string])[];
  /** Set by ws once the 101 is written. */
  opened: ClientSocket | undefined;
}

/** Called when a handshake is over. */
export interface HandshakeListener {
  opened(connection: Connection, socket: ClientSocket): void;
  /** The integration accepted, but the client has disconnected before the 101. */
  lost(connection: Connection): void;
}

export class Handshakes {
  readonly #server: Server<typeof ClientSocket>;
  readonly #inProgress = new WeakMap<IncomingMessage, Handshake>();

  constructor(
    private readonly services: Services,
    private readonly compiledApis: CompiledApis,
    private readonly throttle: Throttle,
    private readonly listener: HandshakeListener,
  ) {
    const { limits, switches } = services;
    // The types of ws do not have it yet.
    const untyped = { closeTimeout: limits.closeTimeoutMs };
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      WebSocket: ClientSocket,
      maxPayload: limits.messageBytes,
      maxFragments: limits.messageFragments,
      // ws closes a connection at 60 pings in one packet; the data plane answers pings itself.
      autoPong: false,
      ...untyped,
      perMessageDeflate: switches.permessageDeflate === "accepted" && { serverMaxWindowBits: SERVER_MAX_WINDOW_BITS },
      // API Gateway negotiates no subprotocol: it passes on the integration's own header.
      handleProtocols: () => false,
      verifyClient: ({ req }, done) => void this.#decide(req, () => done(true)),
    });
    this.#server.on("headers", (headers, request) => {
      for (const [name, value] of this.#inProgress.get(request)?.headers ?? []) headers.push(`${name}: ${value}`);
    });
    this.#server.on("wsClientError", (error, socket, request) => {
      this.#refuseEarly(request, socket, badUpgrade(error.message), VERSION);
    });
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, rejected?: string): void {
    socket.on("error", destroy);
    const ambiguous = ambiguousHeader(request.rawHeaders);
    if (ambiguous !== undefined) {
      this.traceEarly(request.headers.host, request.url, earlyRefusal(400, TEXT.badRequest, "request", ambiguous));
      finish(socket, htmlResponse(400));
      return;
    }
    if (rejected !== undefined) {
      this.#refuseEarly(request, socket, earlyRefusal(403, rejected, "request", rejected));
      return;
    }
    const found = checkAddress(request, this.services);
    if ("refused" in found) {
      this.#refuseEarly(request, socket, found.refused);
      return;
    }
    const problem = upgradeProblem(request);
    if (problem !== undefined) {
      this.#refuseEarly(request, socket, badUpgrade(problem), VERSION);
      return;
    }
    const handshake: Handshake = { socket, ...found, headers: [], opened: undefined };
    this.#inProgress.set(request, handshake);
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      handshake.opened = opened;
    });
  }

  /** ws calls this after its own checks; `proceed` makes it write the 101 and pass the socket on. */
  async #decide(request: IncomingMessage, proceed: () => void): Promise<void> {
    const handshake = this.#inProgress.get(request);
    if (handshake === undefined) return;
    const event = this.#begin(request, handshake);
    const { connection, request: client } = event;
    if (client === undefined) return;
    const compiled = this.compiledApis.of(handshake.deployed.definition);
    const decision = await decideConnect(this.services, this.throttle, compiled, connection, event, client).catch(
      (error: unknown) => ({ refused: refusal(500, TEXT.internal, "integration", messageOf(error)) }),
    );
    if ("refused" in decision) {
      this.#refuse(decision.refused, handshake, event);
    } else {
      const late = this.services.faults.delay("late-open");
      if (late !== undefined) {
        traceFault(this.services, connection, "late-open");
        await late;
      }
      this.#open(decision, handshake, event, proceed);
    }
    writeAccessLog(event, this.services);
  }

  #begin(request: IncomingMessage, { address, deployed }: Handshake): RouteEvent {
    const { clock } = this.services;
    const { apiId, stageName, query } = address;
    const at = clock.now();
    const sourceIp = ipv4Of(request.socket.remoteAddress ?? "");
    const compiled = this.compiledApis.of(deployed.definition);
    const client = new ClientRequest(
      request.rawHeaders,
      query,
      sourceIp,
      newTraceId(at),
      request.url?.split("?", 1)[0],
    );
    const userAgent = request.headers["user-agent"];
    const connection = new Connection({
      connectionId: newId(),
      apiId,
      stageName,
      domainName: compiled.domainName,
      sourceIp,
      userAgent,
      apiKey: client.header("x-api-key"),
      connectedAt: at,
      definition: deployed.definition,
    });
    const event = new RouteEvent("CONNECT", connection, deployed.api, deployed.stage, at, "", client);
    traceConnecting(this.services, event, request.url ?? "/", compiled.secrets);
    return event;
  }

  #open(decision: Accepted, handshake: Handshake, event: RouteEvent, proceed: () => void): void {
    const { connection } = event;
    handshake.headers = decision.headers;
    proceed();
    const { opened } = handshake;
    if (opened === undefined) {
      // The client has disconnected, so ws opened no socket.
      connection.enter("closed");
      traceFailed(this.services, event, "integration", LEFT);
      event.outcome.errorMessage = LEFT;
      connection.endsBy("lost", ENDINGS.lost);
      this.listener.lost(connection);
      return;
    }
    event.outcome.status = 101;
    connection.enter("open");
    this.listener.opened(connection, opened);
    traceOpened(this.services, event, decision, opened.extensions !== "");
  }

  #refuse(refused: Refusal, { socket }: Handshake, event: RouteEvent): void {
    const { connection, outcome, requestId } = event;
    outcome.status = refused.status;
    outcome.errorMessage = refused.message;
    outcome.errorResponseType = errorType(refused);
    connection.enter("closed");
    traceFailed(this.services, event, refused.check, refused.detail);
    traceRefused(this.services, refused, connection.facts, event.at);
    finish(
      socket,
      refused.early ? earlyResponse(refused, requestId) : connectionResponse(refused, connection.id, requestId),
    );
  }

  #refuseEarly(request: IncomingMessage, socket: Duplex, refused: Refusal, headers: Headers = []): void {
    this.traceEarly(request.headers.host, request.url, refused);
    finish(socket, earlyResponse(refused, newId(), headers));
  }

  /** For a request that was refused before it had a connectionId. */
  traceEarly(host: string | undefined, url: string | undefined, refused: Refusal): void {
    const { apiId = "", stageName = "" } = addressOf(this.services.store, host, url ?? "/") ?? {};
    traceRefused(this.services, refused, { apiId, stageName, connectionId: "" }, this.services.clock.now());
  }
}

type Headers = Parameters<typeof earlyResponse>[2];

/** RFC 6455 section 4.4: the response names the supported versions. */
const VERSION: Headers = [["Sec-WebSocket-Version", "13"]];

const badUpgrade = (detail: string): Refusal => earlyRefusal(400, TEXT.badRequest, "upgrade", detail);

const LEFT = "the client disconnected before the 101";

/** On a socket that listens on IPv6 too, the address of an IPv4 client is `::ffff:10.0.0.1`. */
function ipv4Of(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

/** One function for all sockets: a closure for each would keep its handshake in memory. */
function destroy(this: Duplex): void {
  this.destroy();
}

/** Sends the response, then closes the socket. */
function finish(socket: Duplex, response: string | Buffer): void {
  socket.once("finish", () => socket.destroy());
  socket.end(response);
}
