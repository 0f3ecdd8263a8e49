/**
 * Whether a request carries a Signature Version 4 for execute-api, in its headers or its query string. It is looked
 * at, not verified: there are no secret keys here to verify it with.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { TEXT } from "../limits";

export interface SignatureProblem {
  readonly message: string;
  readonly errorType: "MissingAuthenticationTokenException" | "IncompleteSignatureException";
}

export interface SignedRequest {
  readonly authorization: string | undefined;
  readonly date: string | undefined;
  /** Without the `?`. */
  readonly query: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const HEADER = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([a-z0-9;._-]+),\s*Signature=([0-9a-f]{64})$/;
const CREDENTIAL = /^[\w]+\/\d{8}\/[a-z0-9-]+\/([a-z0-9-]+)\/aws4_request$/;
const DATE = /^\d{8}T\d{6}Z$/;

/** Undefined: it is signed, and well formed. */
export function signatureProblem({ authorization, date, query }: SignedRequest): SignatureProblem | undefined {
  if (authorization !== undefined) {
    if (!authorization.startsWith(ALGORITHM)) return MISSING;
    const [, credential = "", signedHeaders = ""] = HEADER.exec(authorization) ?? [];
    if (credential === "") return incomplete("Authorization header requires Credential, SignedHeaders and Signature.");
    if (!signedHeaders.split(";").includes("host")) return incomplete("'Host' must be a signed header.");
    if (date === undefined || !DATE.test(date)) return incomplete("X-Amz-Date must be in ISO-8601 basic format.");
    return scopeProblem(credential);
  }
  if (!query.includes("X-Amz-")) return MISSING;
  const parameters = new URLSearchParams(query);
  if (parameters.get("X-Amz-Algorithm") !== ALGORITHM) return MISSING;
  const complete =
    DATE.test(parameters.get("X-Amz-Date") ?? "") &&
    /^[0-9a-f]{64}$/.test(parameters.get("X-Amz-Signature") ?? "") &&
    (parameters.get("X-Amz-SignedHeaders") ?? "").split(";").includes("host");
  if (!complete) return incomplete("The query string requires X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Signature.");
  return scopeProblem(parameters.get("X-Amz-Credential") ?? "");
}

function scopeProblem(credential: string): SignatureProblem | undefined {
  const service = CREDENTIAL.exec(credential)?.[1];
  if (service === undefined) return incomplete(`Credential must have the scope of a key, date, region and service.`);
  return service === "execute-api" ? undefined : incomplete("Credential should be scoped to correct service.");
}

const MISSING: SignatureProblem = { message: TEXT.missingToken, errorType: "MissingAuthenticationTokenException" };

function incomplete(message: string): SignatureProblem {
  return { message, errorType: "IncompleteSignatureException" };
}
