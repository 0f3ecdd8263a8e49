/**
 * Calls `@connections` over HTTP as a backend does, so that the inspector's messages are traced and limited like a
 * backend's.
 */

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { sign } from "../../aws/sigv4";

export interface ConnectionsCall {
  readonly method: "POST" | "DELETE";
  readonly endpoint: string;
  readonly connectionId: string;
  readonly body: string;
}

/** Made-up credentials. The local gateway checks that a signature is well formed, but does not verify it. */
const CREDENTIALS = { accessKeyId: "inspector", secretAccessKey: "inspector" };

/** Calls `@connections`. Resolves with the status of the response. */
export function callConnections({ method, endpoint, connectionId, body }: ConnectionsCall): Promise<number> {
  const url = new URL(`${endpoint}/@connections/${encodeURIComponent(connectionId)}`);
  const unsigned = { method, path: url.pathname, headers: { host: url.host }, body };
  const scope = { region: "us-east-1", service: "execute-api", date: new Date() };
  const headers = sign(unsigned, CREDENTIALS, scope);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // The call goes to this server, whose certificate may be self-signed.
    const request = send(url, { method, headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 500);
    });
    request.on("error", reject).end(body);
  });
}
