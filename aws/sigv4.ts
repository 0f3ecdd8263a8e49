/**
 * AWS Signature Version 4: signs requests that have small bodies, and parses signatures. It does not verify them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from "node:crypto";

export const ALGORITHM = "AWS4-HMAC-SHA256";
const TERMINATOR = "aws4_request";

/** AWS credentials. Temporary ones have a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * Returns the credentials in the environment variables that AWS SDKs use and aws-actions/configure-aws-credentials sets.
 *
 * @returns undefined if key or secret is missing or empty
 */
export function credentialsIn(env: Readonly<Record<string, string | undefined>>): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: session } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(session ? { sessionToken: session } : {}) };
}

/** A request to sign. */
export interface SigningRequest {
  readonly method: string;
  /** Path as sent, percent-encoded once. */
  readonly path: string;
  /** Query string in the form of {@link canonicalQuery}. @default none */
  readonly query?: string;
  /** Headers to sign. They must include `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Where and when a signature is valid. */
export interface Scope {
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

/**
 * Signs a request.
 *
 * @returns the headers to send, with names in lower case: those of the request, `x-amz-date`, `authorization` and, for
 *   temporary credentials, `x-amz-security-token`
 * @example
 * const request = { method: "POST", path: "/", headers: { host: "sts.eu-west-1.amazonaws.com" }, body };
 * sign(request, credentials, { region: "eu-west-1", service: "sts", date: new Date() });
 */
export function sign(request: SigningRequest, credentials: Credentials, scope: Scope): Record<string, string> {
  const time = `${scope.date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const day = time.slice(0, 8);
  const headers: Record<string, string> = { ...lowerCase(request.headers), "x-amz-date": time };
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;

  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(";");
  const canonical = [
    request.method,
    canonicalPath(request.path),
    request.query ?? "",
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders,
    sha256(request.body),
  ].join("\n");

  const credential = `${day}/${scope.region}/${scope.service}/${TERMINATOR}`;
  const toSign = [ALGORITHM, time, credential, sha256(canonical)].join("\n");
  const key = [day, scope.region, scope.service, TERMINATOR].reduce<string | Buffer>(
    (parent, part) => hmac(parent, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString("hex");
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** The parts of a signature. */
export interface Signature {
  /** `<access key id>/<day>/<region>/<service>/aws4_request`, as sent. */
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

const HEADER = new RegExp(
  `^${ALGORITHM}\\s+Credential=([^,\\s]+),\\s*SignedHeaders=([a-z0-9;._-]+),\\s*Signature=([0-9a-f]{64})$`,
);

/** Parses an `Authorization` header. Returns undefined if a part is missing or malformed. */
export function parseAuthorization(header: string): Signature | undefined {
  const [, credential, signedHeaders, signature] = HEADER.exec(header) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { credential, signedHeaders: signedHeaders.split(";"), signature };
}

/** Parses the query string of a presigned URL. Returns undefined if date or signature is missing or malformed: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export function parsePresigned(query: URLSearchParams): Signature | undefined {
  const of = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const signature = of("Signature");
  if (!isSigningDate(of("Date")) || !/^[0-9a-f]{64}$/.test(signature)) return undefined;
  return { credential: of("Credential"), signedHeaders: of("SignedHeaders").split(";"), signature };
}

/** Returns whether the text has the form of an `X-Amz-Date`, such as `20150830T123600Z`. */
export const isSigningDate = (text: string): boolean => /^\d{8}T\d{6}Z$/.test(text);

const CREDENTIAL = new RegExp(`^(\\w+)/\\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/${TERMINATOR}$`);

/** Returns the parts of a signature's credential, or undefined if it is malformed. */
export function scopeOf(
  credential: string,
): { readonly accessKeyId: string; readonly region: string; readonly service: string } | undefined {
  const [, accessKeyId, region, service] = CREDENTIAL.exec(credential) ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}

/**
 * Returns a query string as it is signed: sorted and percent-encoded. It can be sent too.
 *
 * @example canonicalQuery(new URLSearchParams("b=x+y&a=")) // "a=&b=x%20y"
 */
export function canonicalQuery(parameters: Iterable<readonly [name: string, value: string]>): string {
  return Array.from(parameters, ([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join("="))
    .join("&");
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Encodes a path a second time, as every service except S3 requires: `%3D` is signed as `%253D`, `@` as `%40`. */
function canonicalPath(path: string): string {
  return path.split("/").map(encodeRfc3986).join("/");
}

/** Percent-encodes every character except those that RFC 3986 calls unreserved. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();
