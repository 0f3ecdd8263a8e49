/** Calls `@connections` the way a backend does, so that what the inspector pushes is traced and limited like any push. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface ConnectionsCall {
  readonly method: "POST" | "DELETE";
  readonly endpoint: string;
  readonly connectionId: string;
  readonly body: string;
}

/** Well formed, which is what the local gateway looks at; it has no key to verify a signature with. */
function signature(at: Date): Record<string, string> {
  const date = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const credential = `inspector/${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
  return { authorization, "x-amz-date": date };
}

/** The status of the answer. */
export function callConnections({ method, endpoint, connectionId, body }: ConnectionsCall): Promise<number> {
  const url = new URL(`${endpoint}/@connections/${encodeURIComponent(connectionId)}`);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // This very server, whose certificate may be self-signed.
    const request = send(url, { method, headers: signature(new Date()), rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 500);
    });
    request.on("error", reject).end(body);
  });
}
