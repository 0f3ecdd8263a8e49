/**
 * Checks whether a request has a Signature Version 4 for execute-api, in its headers or its query string. Signatures must
 * be well formed, but are not verified, because the gateway has no secret keys.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import {
  ALGORITHM,
  isSigningDate,
  parseAuthorization,
  parsePresigned,
  type Signature,
  serviceOf,
} from "../../../aws/sigv4";
import { TEXT } from "../limits";

export interface SignatureProblem {
  readonly message: string;
  readonly errorType: "MissingAuthenticationTokenException" | "IncompleteSignatureException";
}

export interface SignedRequest {
  readonly authorization: string | undefined;
  readonly date: string | undefined;
  /** Query string without `?`. */
  readonly query: string;
}

/** Returns the problem with a signature, or undefined if the request has a well-formed one. */
export function signatureProblem({ authorization, date, query }: SignedRequest): SignatureProblem | undefined {
  if (authorization !== undefined) {
    if (!authorization.startsWith(ALGORITHM)) return MISSING;
    const signature = parseAuthorization(authorization);
    if (signature === undefined) {
      return incomplete("Authorization header requires Credential, SignedHeaders and Signature.");
    }
    if (!signature.signedHeaders.includes("host")) return incomplete("'Host' must be a signed header.");
    if (!isSigningDate(date ?? "")) return incomplete("X-Amz-Date must be in ISO-8601 basic format.");
    return scopeProblem(signature);
  }
  if (!query.includes("X-Amz-")) return MISSING;
  const parameters = new URLSearchParams(query);
  if (parameters.get("X-Amz-Algorithm") !== ALGORITHM) return MISSING;
  const signature = parsePresigned(parameters);
  if (!signature?.signedHeaders.includes("host")) {
    return incomplete("The query string requires X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Signature.");
  }
  return scopeProblem(signature);
}

function scopeProblem({ credential }: Signature): SignatureProblem | undefined {
  const service = serviceOf(credential);
  if (service === undefined) return incomplete("Credential must have the scope of a key, date, region and service.");
  return service === "execute-api" ? undefined : incomplete("Credential should be scoped to correct service.");
}

const MISSING: SignatureProblem = { message: TEXT.missingToken, errorType: "MissingAuthenticationTokenException" };

function incomplete(message: string): SignatureProblem {
  return { message, errorType: "IncompleteSignatureException" };
}
