/**
 * AWS Signature Version 4, only for a POST to `/`. aws/sigv4.ts signs any request; it would not fit in this bundle, which
 * has at most 8 KB and holds nothing but this folder.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const crypto = process.getBuiltinModule("node:crypto");

/** Environment variables with the credentials of the function's role: access key id, secret access key and session token. */
export type Credentials = Readonly<Record<string, string | undefined>>;

type Headers = Record<string, string>;

const sha256 = (text: string) => crypto.createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => crypto.createHmac("sha256", key).update(text).digest();

/** Adds the headers of the signature. `headers` must have `host`, and all names in lower case. */
export function signed(headers: Headers, body: string, region: string, now: number, role: Credentials): Headers {
  const time = new Date(now).toISOString().replace(/[:-]|\.\d+/g, "");
  const all: Headers = { ...headers, "x-amz-date": time, "x-amz-security-token": role.AWS_SESSION_TOKEN ?? "" };
  const names = Object.keys(all).sort();
  const list = names.join(";");
  const scope = [time.slice(0, 8), region, "ssm", "aws4_request"];
  const request = `POST\n/\n\n${names.map((name) => `${name}:${all[name]}\n`).join("")}\n${list}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope.join("/")}\n${sha256(request)}`;
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${role.AWS_SECRET_ACCESS_KEY}`);
  all.authorization = `AWS4-HMAC-SHA256 Credential=${role.AWS_ACCESS_KEY_ID}/${scope.join("/")}, SignedHeaders=${list}, Signature=${hmac(key, text).toString("hex")}`;
  return all;
}
