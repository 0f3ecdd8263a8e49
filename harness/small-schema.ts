/**
 * Stands between Terraform and a running AWS provider, and leaves out the schemas of resources that no test uses. The
 * provider has some 1,500 of them, and each Terraform command spends most of its CPU time on reading them all.
 */
import { mkdtempSync, rmSync } from "node:fs";
import {
  type ClientHttp2Session,
  connect,
  createServer,
  constants as http2,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** Types of resources and data sources that the stacks, the examples and the tests use. */
const USED =
  /^aws_(api_gateway_(account|vpc_link)|apigatewayv2_|caller_identity|cloudwatch_|iam_|lambda_|partition|region|route53_record|ssm_parameter)/;

/** https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin5.8.proto */
const GET_SCHEMA = "/tfplugin5.Provider/GetSchema";
/** Checks the provider's configuration, twice in each plan, and always with the same result. */
const PREPARE_CONFIG = "/tfplugin5.Provider/PrepareProviderConfig";
/** Fields of the schema: maps from a type to its schema, of resources, data sources and ephemeral resources. */
const MAPS: ReadonlySet<number> = new Set([2, 3, 8]);

/** A listening proxy. */
export interface SmallSchema {
  /** Path of its Unix socket. */
  readonly socket: string;
  stop(): void;
}

/** Starts a proxy for the provider that listens on the Unix socket `provider`. */
export async function startSmallSchema(provider: string): Promise<SmallSchema> {
  const connected = () => connect("http://provider", { createConnection: () => createConnection(provider) });
  const first = connected();
  const headers = { ":method": "POST", ":path": GET_SCHEMA, "content-type": "application/grpc", te: "trailers" };
  const schema = withUsedTypes(await call(first, headers, Buffer.alloc(PREFIX))); // The request has no fields.
  first.destroy();
  const prepared = new Map<string, Buffer>();
  const folder = mkdtempSync(join(tmpdir(), "schema-"));
  const socket = join(folder, "socket");
  const server = createServer();
  server.on("session", (session) => {
    session.on("error", () => {}); // Terraform opens a connection first only to see that it can.
    const upstream = connected();
    upstream.on("error", () => session.destroy());
    session.once("close", () => upstream.destroy());
    session.on("stream", (stream, headers) => {
      stream.on("error", () => {}); // Terraform has cancelled the call.
      if (headers[":path"] === GET_SCHEMA) answer(stream.resume(), schema);
      else if (headers[":path"] !== PREPARE_CONFIG) forward(stream, headers, upstream);
      else {
        remembered(stream, headers, upstream, prepared).catch(() => stream.close(http2.NGHTTP2_INTERNAL_ERROR));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    stop() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Answers a request as the provider has answered the same one before. */
async function remembered(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
  answers: Map<string, Buffer>,
): Promise<void> {
  const request = await buffer(stream);
  const key = request.toString("latin1");
  const found = answers.get(key) ?? (await call(upstream, headers, request));
  answers.set(key, found);
  answer(stream, found);
}

/** Calls a method with one request and one answer. @throws if the provider answers with an error */
async function call(upstream: ClientHttp2Session, headers: OutgoingHttpHeaders, body: Buffer): Promise<Buffer> {
  const found = await buffer(upstream.request(headers).end(body));
  if (found.length === 0) throw new Error(`The provider did not answer ${headers[":path"]}.`);
  return found;
}

function answer(stream: ServerHttp2Stream, frame: Buffer): void {
  if (stream.destroyed) return;
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.end(frame);
}

/** Passes a call of gRPC on, in both directions. */
function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session): void {
  const request = upstream.request(headers);
  request.on("error", () => stream.close(http2.NGHTTP2_CANCEL));
  stream.once("aborted", () => request.close(http2.NGHTTP2_CANCEL));
  stream.pipe(request);
  let status: IncomingHttpHeaders = {};
  request.once("trailers", (trailers) => {
    status = trailers;
  });
  request.once("response", (answer, flags) => {
    if (stream.destroyed) return;
    if (flags & http2.NGHTTP2_FLAG_END_STREAM) return stream.respond(answer, { endStream: true });
    stream.once("wantTrailers", () => stream.sendTrailers(status));
    stream.respond(answer, { waitForTrailers: true });
    request.pipe(stream);
  });
}

/** Length in bytes of the head of a gRPC frame: whether the message is compressed, and its length. */
const PREFIX = 5;

/** Takes the other types out of an answer: a frame of gRPC with a message in Protocol Buffers' encoding. */
function withUsedTypes(frame: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = PREFIX; at < frame.length; ) {
    const [tag, afterTag] = varint(frame, at);
    const [length, start] = varint(frame, afterTag);
    const end = start + length;
    if (!MAPS.has(tag >> 3) || USED.test(keyOf(frame.subarray(start, end)))) kept.push(frame.subarray(at, end));
    at = end;
  }
  const message = Buffer.concat(kept);
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The key of a map's entry, which is its first field. */
function keyOf(entry: Buffer): string {
  const [length, start] = varint(entry, 1);
  return entry.toString("utf8", start, start + length);
}

/** https://protobuf.dev/programming-guides/encoding/#varints */
function varint(bytes: Buffer, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at + 1];
  }
}
