/**
 * The control plane: API Gateway V2's REST API, as the AWS CLI, the SDKs and Terraform's provider speak it.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
 */

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ALGORITHM } from "../../aws/sigv4";
import { messageOf } from "../../terminal/error";
import { ApiError } from "../api/error";
import type { Store } from "../api/store";
import { readJson } from "./body";
import { type Answer, perform } from "./operations";

/** The paths of the control plane. Any other path below `/v2` belongs to a stage named `v2`. */
const CONTROL_PLANE = /^\/v2\/(apis|domainnames|tags|vpclinks)(\/|\?|$)/;

/**
 * Creates a request handler for the API Gateway V2 REST API of a store. It returns false for a request with another path, which
 * the caller must handle. Errors have AWS's status, code (`x-amzn-ErrorType`) and message.
 *
 * @example
 * const controlPlane = createControlPlane(store);
 * createServer((request, response) => {
 *   if (!controlPlane(request, response)) response.writeHead(404).end();
 * });
 */
export function createControlPlane(store: Store): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    if (!CONTROL_PLANE.test(req.url ?? "")) return false;
    answer(store, req).then(
      ({ status, body }) => send(res, status, body),
      (error: unknown) => refuse(res, error),
    );
    return true;
  };
}

async function answer(store: Store, req: IncomingMessage): Promise<Answer> {
  const url = new URL(req.url ?? "", "http://localhost");
  // As on AWS, an unsigned request is rejected. AWS tools always sign; a web page cannot add this header without a preflight.
  if (!req.headers.authorization?.startsWith(`${ALGORITHM} `)) {
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const path = url.pathname.slice("/v2/".length).replace(/\/$/, "").split("/").map(decode);
  return perform(store, { method: req.method ?? "", path, query: url.searchParams, body: await readJson(req) });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError("BadRequestException", `Invalid percent-encoding in the request path: ${segment}`);
  }
}

function refuse(res: ServerResponse, error: unknown): void {
  const known = error instanceof ApiError;
  res.setHeader("x-amzn-ErrorType", known ? error.code : "InternalServerErrorException");
  if (known && error.code === "RequestEntityTooLargeException") res.setHeader("connection", "close");
  send(res, known ? error.status : 500, { message: messageOf(error) });
}

function send(res: ServerResponse, status: number, body: object | undefined): void {
  res.statusCode = status;
  res.setHeader("x-amzn-RequestId", randomUUID());
  if (body !== undefined) res.setHeader("content-type", "application/json");
  res.end(body && JSON.stringify(body));
}
