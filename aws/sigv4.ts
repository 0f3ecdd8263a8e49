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
  const headers: Record<string, string> = { ...lowerCase(request.headers), "x-amz-date": signingDate(scope.date) };
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;

  const signedHeaders = Object.keys(headers).sort().join(";");
  const credential = `${credentials.accessKeyId}/${credentialScope(scope).join("/")}`;
  const signature = signatureOf({ ...request, headers }, credentials.secretAccessKey, scope);
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Returns the signature of a request with exactly these headers, whose names are in lower case, and this query string. */
export function signatureOf(request: SigningRequest, secretAccessKey: string, scope: Scope): string {
  const { headers } = request;
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    canonicalPath(request.path),
    request.query ?? "",
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    names.join(";"),
    sha256(request.body),
  ].join("\n");

  const parts = credentialScope(scope);
  const toSign = [ALGORITHM, signingDate(scope.date), parts.join("/"), sha256(canonical)].join("\n");
  const key = parts.reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString("hex");
}

const signingDate = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

const credentialScope = ({ date, region, service }: Scope): readonly string[] => [
  signingDate(date).slice(0, 8),
  region,
  service,
  TERMINATOR,
];

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

/** A signature in a query string. */
export interface Presigned extends Signature {
  readonly date: Date;
  /** Seconds from the date for which it is valid. Undefined if the URL does not say it. */
  readonly expires: number | undefined;
  /** The query strings that it may be the signature of, in the form of {@link canonicalQuery}. */
  readonly queries: readonly string[];
}

/**
 * Parses the query string of a presigned URL. A session token is part of what is signed, or is appended afterwards: AWS's
 * services differ, and do not all document which.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 *
 * @returns undefined if the date, the signature or the time of expiry is malformed, or one of the first two is missing
 */
export function parsePresigned(query: URLSearchParams): Presigned | undefined {
  const of = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const [signature, date, expires] = [of("Signature"), parseSigningDate(of("Date")), query.get("X-Amz-Expires")];
  if (date === undefined || !/^[0-9a-f]{64}$/.test(signature) || !isExpiry(expires ?? "1")) return undefined;
  const without = (...names: readonly string[]) => canonicalQuery([...query].filter(([name]) => !names.includes(name)));
  return {
    credential: of("Credential"),
    signedHeaders: of("SignedHeaders").split(";"),
    signature,
    date,
    expires: expires === null ? undefined : Number(expires),
    queries: [without("X-Amz-Signature"), without("X-Amz-Signature", "X-Amz-Security-Token")],
  };
}

/** From 1 second to 7 days. */
const isExpiry = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= 604_800;

/** Parses an `X-Amz-Date`, such as `20150830T123600Z`. Returns undefined if it has another form. */
export function parseSigningDate(text: string): Date | undefined {
  const date = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return /^\d{8}T\d{6}Z$/.test(text) && !Number.isNaN(date.getTime()) ? date : undefined;
}

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
