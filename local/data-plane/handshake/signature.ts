/**
 * Checks whether a request has a Signature Version 4 for execute-api, in its headers or its query string. A signature must
 * be well formed. It is verified too if the gateway knows the secret key: its own, and that of its environment.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import {
  ALGORITHM,
  type Credentials,
  canonicalQuery,
  parseAuthorization,
  parsePresigned,
  parseSigningDate,
  type Signature,
  scopeOf,
  signatureOf,
} from "../../../aws/sigv4";
import { LOCAL_CREDENTIALS } from "../../../contract/names";
import { TEXT } from "../limits";

export interface SignatureProblem {
  readonly message: string;
  readonly errorType:
    | "MissingAuthenticationTokenException"
    | "IncompleteSignatureException"
    | "InvalidSignatureException";
}

export interface SignedRequest {
  readonly authorization: string | undefined;
  readonly date: string | undefined;
  /** Query string without `?`. */
  readonly query: string;
  /** What the signature is made of, besides, and the known credentials. Undefined: the signature is not verified. */
  readonly signed?: {
    readonly method: string;
    readonly path: string;
    readonly credentials: Credentials | undefined;
    /** The time, in milliseconds since the epoch. */
    readonly now: number;
    header(name: string): string | undefined;
  };
}

/** Returns the access key id of a well-formed signature, or the problem with it. */
export function checkSignature(request: SignedRequest): { readonly accessKeyId: string } | SignatureProblem {
  const { authorization, date, query } = request;
  if (authorization !== undefined) {
    if (!authorization.startsWith(ALGORITHM)) return MISSING;
    const signature = parseAuthorization(authorization);
    if (signature === undefined) {
      return incomplete("Authorization header requires Credential, SignedHeaders and Signature.");
    }
    if (!signature.signedHeaders.includes("host")) return incomplete("'Host' must be a signed header.");
    const time = parseSigningDate(date ?? "");
    if (time === undefined) return incomplete("X-Amz-Date must be in ISO-8601 basic format.");
    return checkScope(signature, time, [canonicalQuery(new URLSearchParams(query))], request.signed);
  }
  if (!query.includes("X-Amz-")) return MISSING;
  const parameters = new URLSearchParams(query);
  if (parameters.get("X-Amz-Algorithm") !== ALGORITHM) return MISSING;
  const signature = parsePresigned(parameters);
  if (!signature?.signedHeaders.includes("host")) {
    return incomplete(
      "The query string requires X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Signature; X-Amz-Expires is at most 604800.",
    );
  }
  const { date: time, expires = Infinity, queries } = signature;
  if (request.signed && request.signed.now > time.getTime() + expires * 1000) return EXPIRED;
  return checkScope(signature, time, queries, request.signed);
}

function checkScope(
  signature: Signature,
  date: Date,
  queries: readonly string[],
  signed: SignedRequest["signed"],
): { readonly accessKeyId: string } | SignatureProblem {
  const scope = scopeOf(signature.credential);
  if (scope === undefined) return incomplete("Credential must have the scope of a key, date, region and service.");
  if (scope.service !== "execute-api") return incomplete("Credential should be scoped to correct service.");
  const { accessKeyId } = scope;
  if (signed === undefined) return { accessKeyId };
  const known = [LOCAL_CREDENTIALS, signed.credentials].find((each) => each?.accessKeyId === accessKeyId);
  if (known === undefined) return { accessKeyId };
  const { method, path } = signed;
  const headers = Object.fromEntries(signature.signedHeaders.map((name) => [name, signed.header(name) ?? ""]));
  const isMadeWith = (query: string) =>
    signatureOf({ method, path, query, headers, body: "" }, known.secretAccessKey, { ...scope, date }) ===
    signature.signature;
  return queries.some(isMadeWith) ? { accessKeyId } : WRONG;
}

const MISSING: SignatureProblem = { message: TEXT.missingToken, errorType: "MissingAuthenticationTokenException" };
const WRONG: SignatureProblem = { message: TEXT.wrongSignature, errorType: "InvalidSignatureException" };
const EXPIRED: SignatureProblem = { message: TEXT.expiredSignature, errorType: "InvalidSignatureException" };

function incomplete(message: string): SignatureProblem {
  return { message, errorType: "IncompleteSignatureException" };
}
