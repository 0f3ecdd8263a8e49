/**
 * The socket of one client: a `ws` socket with its connection, AWS's close reasons and AWS's frame size limit. ws implements
 * RFC 6455; the README of the data plane lists what shows that.
 */
import * as ws from "ws";
import type { ClosedBy } from "../../trace/trace";
import { ENDINGS, type Ending, FAILURE_REASONS } from "../limits";
import type { Connection } from "./connection";

/** Called with what happens on a socket. */
export interface SocketListener {
  message(socket: ClientSocket, connection: Connection, data: Buffer, isBinary: boolean): void;
  ping(socket: ClientSocket, connection: Connection, data: Buffer): void;
  closed(connection: Connection): void;
}

const TEXT_FRAME = { binary: false };
const FIRST_FRAMES = { binary: false, fin: false };

export class ClientSocket extends ws.WebSocket {
  #attached: { readonly connection: Connection; readonly listener: SocketListener } | undefined;

  /** All sockets share the listener and the event functions, so that an idle connection uses little memory. */
  attach(connection: Connection, listener: SocketListener, frameBytes: number | undefined): void {
    this.#attached = { connection, listener };
    if (frameBytes !== undefined) limitFrames(this, frameBytes);
    this.on("message", onMessage);
    this.on("ping", onPing);
    this.on("close", onClose);
    this.on("error", onError);
  }

  /** Closes the connection from the gateway's side. */
  end(by: ClosedBy, ending: Ending): void {
    const connection = this.#attached?.connection;
    connection?.endsBy(by, ending);
    connection?.enter("closing");
    super.close(ending.code, ending.reason);
  }

  /** Loses the client, as when its network fails: without a close frame. */
  lose(): void {
    const connection = this.#attached?.connection;
    connection?.endsBy("lost", ENDINGS.lost);
    connection?.enter("closing");
    this.terminate();
  }

  /** ws calls this too: with only a code after a protocol error of the client, with a reason when it echoes a close. */
  override close(code?: number, reason?: string | Buffer): void {
    if (code !== undefined && reason === undefined) {
      this.end("gateway", { code, reason: FAILURE_REASONS[code] ?? "" });
      return;
    }
    this.#attached?.connection.enter("closing");
    super.close(code, reason);
  }

  /** Sends text, in frames no larger than the client's own may be (observed of AWS for messages over 32 KB). */
  sendText(data: Buffer, frameBytes: number, flushed?: () => void): void {
    let start = 0;
    while (data.length - start > frameBytes) {
      this.send(data.subarray(start, start + frameBytes), FIRST_FRAMES);
      start += frameBytes;
    }
    this.send(start === 0 ? data : data.subarray(start), TEXT_FRAME, flushed);
  }

  get attached() {
    return this.#attached;
  }
}

function onMessage(this: ws.WebSocket, data: ws.RawData, isBinary: boolean): void {
  if (!(this instanceof ClientSocket) || this.attached === undefined || !Buffer.isBuffer(data)) return;
  const { connection, listener } = this.attached;
  if (connection.state === "open") listener.message(this, connection, data, isBinary);
}

function onPing(this: ws.WebSocket, data: Buffer): void {
  if (!(this instanceof ClientSocket) || this.attached === undefined) return;
  const { connection, listener } = this.attached;
  if (connection.state === "open") listener.ping(this, connection, data);
}

function onClose(this: ws.WebSocket, code: number, reason: Buffer): void {
  if (!(this instanceof ClientSocket) || this.attached === undefined) return;
  const { connection, listener } = this.attached;
  if (code === ENDINGS.lost.code) connection.endsBy("lost", ENDINGS.lost);
  else if (code === ENDINGS.noStatus.code) connection.endsBy("client", ENDINGS.noStatus);
  else connection.endsBy("client", { code, reason: reason.toString() });
  listener.closed(connection);
}

/** ws emits `close` after every error; that event is handled. */
function onError(): void {}

/** The part of the receiver of ws that is used here. */
interface Receiver {
  _payloadLength: number;
  haveLength(done: (error?: unknown) => void): void;
  createError(type: ErrorConstructor, message: string, prefix: boolean, status: number, code: string): Error;
}

function isReceiver(value: unknown): value is Receiver {
  return typeof value === "object" && value !== null && "haveLength" in value && "createError" in value;
}

/**
 * ws limits the size of messages, not of frames. Its receiver calls `haveLength` once it knows a frame's payload length,
 * before it reads the payload; the length is checked there. A test fails if ws changes this.
 */
function limitFrames(socket: ClientSocket, frameBytes: number): void {
  const receiver: unknown = Reflect.get(socket, "_receiver");
  if (!isReceiver(receiver))
    throw new TypeError("this version of ws has another receiver; use the version in package-lock.json");
  if (limited?.frameBytes !== frameBytes)
    limited = { frameBytes, haveLength: limitedLength(frameBytes, receiver.haveLength) };
  receiver.haveLength = limited.haveLength;
}

/** One function for all receivers. */
let limited: { readonly frameBytes: number; readonly haveLength: Receiver["haveLength"] } | undefined;

function limitedLength(frameBytes: number, haveLength: Receiver["haveLength"]): Receiver["haveLength"] {
  return function (this: Receiver, done) {
    if (this._payloadLength <= frameBytes) {
      haveLength.call(this, done);
      return;
    }
    const code = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    done(this.createError(RangeError, "Max frame size exceeded", false, 1009, code));
  };
}
