/** Clients for tests: one that sends arbitrary bytes, and a WebSocket client. */
import { randomBytes } from "node:crypto";
import { connect as connectTcp, type Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";
import { atEnd, STAGE, Waiting, type World } from "./world";

export interface HttpAnswer {
  readonly status: number;
  readonly statusLine: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes to the gateway and reads its HTTP answer. */
export async function exchange(port: number, bytes: string | Buffer): Promise<HttpAnswer & { socket: RawSocket }> {
  const socket = await RawSocket.open(port);
  socket.write(bytes);
  return { ...(await socket.answer()), socket };
}

export interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  /** Headers to add to the handshake or to replace. An undefined value removes the header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly extra?: readonly string[];
}

export function upgradeRequest({
  path = `/${STAGE}`,
  method = "GET",
  host = "localhost",
  headers,
  extra = [],
}: Ask): string {
  const all: Record<string, string | undefined> = {
    Host: host,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[`${method} ${path} HTTP/1.1`, ...lines, ...extra].join("\r\n")}\r\n\r\n`;
}

/** Sends a handshake as bytes, so that it may be invalid. */
export function handshake({ port }: Pick<World, "port">, ask: Ask = {}): Promise<HttpAnswer & { socket: RawSocket }> {
  return exchange(port, upgradeRequest(ask));
}

/** A TCP connection whose bytes tests write and read. */
export class RawSocket {
  #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;
  readonly #waiting = new Waiting();

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#waiting.changed();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#ended = true;
      this.#waiting.changed();
    });
    atEnd(async () => socket.destroy());
  }

  static open(port: number): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp(port, "127.0.0.1", () => resolve(new RawSocket(socket)));
      socket.once("error", reject);
    });
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Reads an HTTP answer, with a body of `content-length` bytes. */
  async answer(): Promise<HttpAnswer> {
    const head = await this.#waiting.until(() => {
      const end = Buffer.concat(this.#chunks).indexOf("\r\n\r\n");
      if (end < 0) return this.#ended ? "" : undefined;
      return this.#shift(end + 4).toString("latin1", 0, end);
    });
    const [statusLine = "", ...lines] = head.split("\r\n");
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const status = Number(statusLine.split(" ")[1]);
    const length = status === 101 ? 0 : Number(headers.get("content-length") ?? 0);
    const body = await this.#take(length);
    return { status, statusLine, headers, body: body.toString() };
  }

  /** Reads the next frame. Returns undefined if the gateway closes the connection instead. */
  async frame(): Promise<{ opcode: number; fin: boolean; payload: Buffer } | undefined> {
    const head = await this.#take(2);
    const [first, second] = head;
    if (first === undefined || second === undefined) return undefined;
    let length = second & 0x7f;
    if (length === 126) length = (await this.#take(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.#take(8)).readBigUInt64BE());
    return { opcode: first & 0x0f, fin: (first & 0x80) !== 0, payload: await this.#take(length) };
  }

  /** Skips other frames and returns code and reason of the next close frame. */
  async closeFrame(): Promise<{ code: number; reason: string } | undefined> {
    for (;;) {
      const frame = await this.frame();
      if (frame === undefined) return undefined;
      if (frame.opcode !== 8) continue;
      if (frame.payload.length === 0) return { code: 1005, reason: "" };
      return { code: frame.payload.readUInt16BE(), reason: frame.payload.toString("utf8", 2) };
    }
  }

  async ended(): Promise<void> {
    await this.#waiting.until(() => (this.#ended ? true : undefined));
  }

  async #take(length: number): Promise<Buffer> {
    return this.#waiting.until(() => {
      if (this.#length < length) return this.#ended ? Buffer.alloc(0) : undefined;
      return this.#shift(length);
    });
  }

  #shift(length: number): Buffer {
    const taken: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const chunk = this.#chunks[0] ?? Buffer.alloc(0);
      taken.push(chunk.subarray(0, missing));
      if (chunk.length > missing) this.#chunks[0] = chunk.subarray(missing);
      else this.#chunks.shift();
      missing -= Math.min(missing, chunk.length);
    }
    this.#length -= length;
    return Buffer.concat(taken);
  }
}

/** Builds a client's frame: masked, final and text by default. */
export function frame(
  payload: string | Buffer,
  { opcode = 1, fin = true, rsv = 0, masked = true, length }: FrameOptions = {},
): Buffer {
  const data = Buffer.from(payload);
  const said = length ?? data.length;
  const size = said < 126 ? Buffer.of(said) : said < 65_536 ? Buffer.alloc(3) : Buffer.alloc(9);
  if (size.length === 3) size.writeUInt16BE(said, 1);
  if (size.length === 9) size.writeBigUInt64BE(BigInt(said), 1);
  if (size.length > 1) size[0] = size.length === 3 ? 126 : 127;
  size[0] = (size[0] ?? 0) | (masked ? 0x80 : 0);
  const mask = masked ? randomBytes(4) : Buffer.alloc(0);
  const body = masked ? data.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : data;
  return Buffer.concat([Buffer.of((fin ? 0x80 : 0) | (rsv << 4) | opcode), size, mask, body]);
}

export interface FrameOptions {
  readonly opcode?: number;
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly masked?: boolean;
  /** Length in the header. Default is the length of the payload. */
  readonly length?: number;
}

/** A connected WebSocket client. */
export class Client {
  readonly #messages: { text: string; isBinary: boolean }[] = [];
  readonly #waiting = new Waiting();
  #closed: { code: number; reason: string } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data: Buffer, isBinary) => {
      this.#messages.push({ text: data.toString(), isBinary });
      this.#waiting.changed();
    });
    socket.on("close", (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
      this.#waiting.changed();
    });
    socket.on("error", () => {});
    atEnd(async () => socket.terminate());
  }

  static async connect({ port }: Pick<World, "port">, query = "", options: ClientOptions = {}): Promise<Client> {
    const url = `ws://127.0.0.1:${port}/${STAGE}${query}`;
    const client = new Client(new WebSocket(url, { perMessageDeflate: false, ...options }));
    await new Promise((resolve, reject) => {
      client.socket.once("open", resolve);
      client.socket.once("error", reject);
    });
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Returns the next message. Rejects if the connection is closed before. */
  async next(): Promise<string> {
    return (await this.nextMessage()).text;
  }

  async nextMessage(): Promise<{ text: string; isBinary: boolean }> {
    const next = await this.#waiting.until(() => this.#messages.shift() ?? this.#closed);
    if ("code" in next) throw new Error(`closed with ${next.code} ${next.reason}`);
    return next;
  }

  closed(): Promise<{ code: number; reason: string }> {
    return this.#waiting.until(() => this.#closed);
  }
}

export const SIGNED = {
  authorization:
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-central-1/execute-api/aws4_request, ` +
    `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
  "x-amz-date": "20260101T000000Z",
};

export interface ManagementCall {
  readonly stage?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly path?: string;
}

/** Calls `@connections`. The request has a signature by default. */
export async function management(
  { port }: Pick<World, "port">,
  method: "POST" | "GET" | "DELETE" | "PUT",
  connectionId: string,
  { stage = STAGE, headers = SIGNED, body, path }: ManagementCall = {},
): Promise<{ status: number; headers: Headers; body: string }> {
  const url = `http://127.0.0.1:${port}${path ?? `/${stage}/@connections/${encodeURIComponent(connectionId)}`}`;
  const response = await fetch(url, { method, headers: { ...headers }, ...(body !== undefined && { body }) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}
