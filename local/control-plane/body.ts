/** Reads a request's JSON body: bounded, and with nulls taken for members that are not there, as AWS does. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../api/error";

/** Bytes. A mapping template may have 300 KB; no request comes near this. */
const LIMIT = 2 * 1024 * 1024;

export async function readJson(req: IncomingMessage): Promise<unknown> {
  const bytes = await read(req);
  return bytes.length === 0 ? {} : parseJson(bytes);
}

function read(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk);
      // The rest is received and dropped, so that the client gets to read the answer.
      else reject(new ApiError("RequestEntityTooLargeException", `The request body exceeds ${LIMIT} bytes`));
    });
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("error", reject);
  });
}

export function parseJson(bytes: Uint8Array): unknown {
  let body: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    body = JSON.parse(text, (key, value) => (value === null || key === "__proto__" ? undefined : value));
  } catch {
    throw new ApiError("SerializationException", "The request body is not valid JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiError("SerializationException", "The request body must be a JSON object");
  }
  return body;
}
