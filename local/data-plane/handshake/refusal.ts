/** The rejection of a handshake, and its HTTP response. A rejected client never receives a close frame. */
import { STATUS_CODES } from "node:http";
import type { Check } from "../../trace/trace";
import { errorFrame } from "../limits";

export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** The check that failed. */
  readonly check: Check;
  /** Explanation for the developer. The client does not receive it. */
  readonly detail: string;
  /** Whether the handshake was rejected before a connectionId was assigned. */
  readonly early?: true;
  /** Default: by the status. */
  readonly errorType?: string;
  /** Response of a proxy integration, which is passed on unchanged. */
  readonly answer?: { readonly headers: Headers; readonly body: Buffer };
}

export function refusal(status: number, message: string, check: Check, detail: string): Refusal {
  return { status, message, check, detail };
}

export function earlyRefusal(status: number, message: string, check: Check, detail: string): Refusal {
  return { status, message, check, detail, early: true };
}

type Headers = readonly (readonly [string, string])[];

/** Builds the response for an early rejection. A header has the error type, as in emulators calibrated on AWS. */
export function earlyResponse(refused: Refusal, requestId: string, headers: Headers = []): string {
  return httpResponse(refused.status, `{"message":${JSON.stringify(refused.message)}}`, [
    ...headers,
    ["Content-Type", "application/json"],
    ["x-amzn-requestid", requestId],
    ["x-amzn-errortype", errorType(refused)],
  ]);
}

/** Builds the response for a rejection after a connectionId was assigned. Its body is that of an error frame. */
export function connectionResponse(refused: Refusal, connectionId: string, requestId: string): string | Buffer {
  const { answer } = refused;
  if (answer !== undefined) {
    const head = httpResponse(refused.status, "", [...answer.headers, ["x-amz-apigw-id", requestId]], answer.body);
    return Buffer.concat([Buffer.from(head, "latin1"), answer.body]);
  }
  return httpResponse(refused.status, errorFrame(refused.message, connectionId, requestId), [
    ["Content-Type", "application/json; charset=UTF-8"],
    ["x-amz-apigw-id", requestId],
  ]);
}

/**
 * Builds an HTML response. Observed for a request with two Authorization headers: a proxy in front of API Gateway
 * answers.
 */
export function htmlResponse(status: number): string {
  const text = `${status} ${STATUS_CODES[status] ?? ""}`;
  const body = `<html>\r\n<head><title>${text}</title></head>\r\n<body>\r\n<center><h1>${text}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return httpResponse(status, body, [["Content-Type", "text/html"]]);
}

function httpResponse(status: number, body: string, headers: Headers, bytes: Buffer = Buffer.from(body)): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nDate: ${new Date().toUTCString()}\r\n` +
    `${lines}Content-Length: ${bytes.length}\r\nConnection: close\r\n\r\n${body}`
  );
}

export function errorType({ status, errorType: own }: Pick<Refusal, "status" | "errorType">): string {
  return own ?? ERROR_TYPES[status] ?? "InternalServerErrorException";
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "BadRequestException",
  403: "ForbiddenException",
  404: "NotFoundException",
  410: "GoneException",
  413: "PayloadTooLargeException",
  414: "RequestUriTooLongException",
  429: "TooManyRequestsException",
};
