/**
 * The errors of the control plane. A message is AWS's own where it has been observed: in the report that is linked beside
 * it, or in deployments by https://github.com/badmintoncryer/cdk-preflight.
 * The other messages are assumed.
 */
import { CodedError } from "../../terminal/error";

const STATUS = {
  AccessDeniedException: 403,
  BadRequestException: 400,
  ConflictException: 409,
  NotFoundException: 404,
  MissingAuthenticationTokenException: 403,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  UnknownOperationException: 404,
} as const;

export type ApiErrorCode = keyof typeof STATUS;

/** `code` is not in kebab case as elsewhere, because it is AWS's name for the error. */
export class ApiError extends CodedError<ApiErrorCode> {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(code: ApiErrorCode, message: string, status: number = STATUS[code]) {
    super(code, message);
    this.status = status;
  }
}

export const badRequest = (message: string) => new ApiError("BadRequestException", message);
export const conflict = (message: string) => new ApiError("ConflictException", message);
export const notFound = (resource: string, id: string) =>
  new ApiError("NotFoundException", `Invalid ${resource} identifier specified ${id}`);
/**
 * Observed with this code and this status, which is not the code's own: https://github.com/anomalyco/sst/issues/4522
 * for authorizers, https://github.com/serverless/serverless-websockets-plugin/issues/22 for integrations.
 */
export const quotaReached = (resource: string) =>
  new ApiError(
    "ConflictException",
    `Maximum number of ${resource}s for this API has been reached. Please contact AWS if you need additional ${resource}s.`,
    429,
  );
