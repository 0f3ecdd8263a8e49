/**
 * Checks whether a request has a Signature Version 4 for execute-api, in its headers or its query string. A signature must
 * be well formed. In headers it is verified too if the gateway knows the secret key: its own, and that of its environment.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import {
  ALGORITHM,
  type Credentials,
  canonicalQuery,
  isSigningDate,
  parseAuthorization,
  parsePresigned,
  type Signature,
  scopeOf,
  sign,
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
    if (!isSigningDate(date ?? "")) return incomplete("X-Amz-Date must be in ISO-8601 basic format.");
    return checkScope(signature, request);
  }
  if (!query.includes("X-Amz-")) return MISSING;
  const parameters = new URLSearchParams(query);
  if (parameters.get("X-Amz-Algorithm") !== ALGORITHM) return MISSING;
  const signature = parsePresigned(parameters);
  if (!signature?.signedHeaders.includes("host")) {
    return incomplete("The query string requires X-Amz-Date, X-Amz-SignedHeaders and X-Amz-Signature.");
  }
  return checkScope(signature);
}

function checkScope(
  signature: Signature,
  request?: SignedRequest,
): { readonly accessKeyId: string } | SignatureProblem {
  const scope = scopeOf(signature.credential);
  if (scope === undefined) return incomplete("Credential must have the scope of a key, date, region and service.");
  if (scope.service !== "execute-api") return incomplete("Credential should be scoped to correct service.");
  const { accessKeyId } = scope;
  const known = [LOCAL_CREDENTIALS, request?.signed?.credentials].find((each) => each?.accessKeyId === accessKeyId);
  return known && request && !isMadeWith(known, signature, scope, request) ? WRONG : { accessKeyId };
}

/** Whether the signature is the one of these credentials. A session token is one of the signed headers. */
function isMadeWith(
  { accessKeyId, secretAccessKey }: Credentials,
  { signature, signedHeaders }: Signature,
  { region, service }: { readonly region: string; readonly service: string },
  { date = "", query, signed }: SignedRequest,
): boolean {
  if (signed === undefined) return true;
  const { method, path } = signed;
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, signed.header(name) ?? ""]));
  const request = { method, path, query: canonicalQuery(new URLSearchParams(query)), headers, body: "" };
  const time = new Date(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const { authorization = "" } = sign(request, { accessKeyId, secretAccessKey }, { region, service, date: time });
  return parseAuthorization(authorization)?.signature === signature;
}

const MISSING: SignatureProblem = { message: TEXT.missingToken, errorType: "MissingAuthenticationTokenException" };
const WRONG: SignatureProblem = { message: TEXT.wrongSignature, errorType: "InvalidSignatureException" };

function incomplete(message: string): SignatureProblem {
  return { message, errorType: "IncompleteSignatureException" };
}
