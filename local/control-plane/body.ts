/** Reads a request's JSON body, up to a maximum size. As on AWS, null means that the member is absent. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../api/error";

/** Maximum size in bytes. The largest member, a mapping template, may have 300 KB. */
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
      // The rest is received and dropped, so that the client can read the response.
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
