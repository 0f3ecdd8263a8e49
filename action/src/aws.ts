/** The AWS requests that the action makes itself, beside those of Terraform. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { type Access, type AwsRequest, signedRequest } from "../../aws/request";
import { CodedError, reasonOf } from "../../terminal/error";
import { redact } from "./secrets";

/** AWS answered with an error status, or could not be reached. */
export class AwsError extends CodedError {
  override readonly name = "AwsError";

  constructor(
    code: string,
    message: string,
    /** HTTP status of the answer. Undefined: there was none. */
    readonly status?: number,
  ) {
    super(code, message);
  }
}

/** Error codes and messages of AWS's services and SDK for credentials that are missing, wrong or expired. */
export const CREDENTIALS_REJECTED =
  /\b(ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|RequestTimeTooSkewed|AuthFailure)\b|security token included in the request is (expired|invalid)|No valid credential sources found/;
export const RENEW_CREDENTIALS =
  "AWS accepts no request with the job's credentials: they are missing, wrong or expired. Run aws-actions/configure-aws-credentials immediately before this step, with a `role-duration-seconds` longer than the deploy.";

export const isCredentialsRejected = (thrown: unknown): boolean =>
  thrown instanceof AwsError && CREDENTIALS_REJECTED.test(thrown.message);

const TIMEOUT_MS = 20_000;

/**
 * Pauses before a request is repeated. API Gateway accepts ten requests of an account a second to its management API, and
 * rejects the others: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const PAUSES_MS = [100, 400, 1000, 2000];

/** Sends a request and returns the body of the answer. @throws AwsError */
export async function call(access: Access, asked: AwsRequest): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const { host, status, type, text } = await send(access, asked);
    if (status >= 200 && status < 300) return text;
    const pause = PAUSES_MS[attempt];
    const isTemporary = status === 429 || status >= 500 || /Throttl|TooManyRequests/.test(`${type} ${text}`);
    if (!isTemporary || pause === undefined) {
      const answer = redact([type, text].filter(Boolean).join(": ")).slice(0, 500);
      throw new AwsError("aws-rejected", `${asked.service} at ${host} answered ${status}: ${answer}`, status);
    }
    await delay(pause);
  }
}

async function send(access: Access, asked: AwsRequest) {
  const { url, init } = signedRequest(asked, access);
  const request = async () => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const [type = ""] = response.headers.get("x-amzn-errortype")?.split(":") ?? [];
    return { host: url.host, status: response.status, type, text: await response.text() };
  };
  return await request()
    // One retry after a broken connection: every request here is safe to repeat.
    .catch(request)
    .catch((cause: unknown) => {
      throw new AwsError("aws-unreachable", `${asked.service} at ${url.host} could not be reached: ${reasonOf(cause)}`);
    });
}

/** Calls an action of IAM or STS. Returns the answer, which is XML. @throws AwsError */
export function callAction(
  access: Access,
  service: "iam" | "sts",
  query: Readonly<Record<string, string>>,
): Promise<string> {
  return call(access, {
    service,
    method: "POST",
    path: "/",
    body: String(new URLSearchParams(query)),
    contentType: "application/x-www-form-urlencoded; charset=utf-8",
  });
}

/**
 * Calls an operation of CloudWatch Logs or Systems Manager. Returns the parsed answer.
 *
 * @param target name of the operation, such as `AmazonSSM.GetParameter`
 * @throws AwsError
 */
export async function callOperation(
  access: Access,
  service: "logs" | "ssm",
  target: string,
  body: object,
): Promise<unknown> {
  const contentType = "application/x-amz-json-1.1";
  return JSON.parse(
    await call(access, { service, method: "POST", path: "/", body: JSON.stringify(body), contentType, target }),
  );
}

/** Reads a resource of API Gateway or Lambda, whose paths name resources. @throws AwsError */
export async function readResource(access: Access, service: "apigateway" | "lambda", path: string): Promise<unknown> {
  return JSON.parse(await call(access, { service, method: "GET", path }));
}

const page = z.object({ items: z.array(z.unknown()), nextToken: z.string().optional() });

/** Reads all pages of a list of API Gateway. @param path below `/v2` @throws AwsError */
export async function readList(access: Access, path: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let query: string | undefined = ""; query !== undefined; ) {
    const { items: found, nextToken } = page.parse(await readResource(access, "apigateway", `/v2${path}${query}`));
    all.push(...found);
    query = nextToken && `?nextToken=${encodeURIComponent(nextToken)}`;
  }
  return all;
}

/**
 * Returns the roles, users and groups that have a managed policy attached; at most a thousand of each.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export async function entitiesWith(access: Access, policyArn: string): Promise<PolicyEntity[]> {
  const answer = await callAction(access, "iam", {
    Action: "ListEntitiesForPolicy",
    Version: "2010-05-08",
    PolicyArn: policyArn,
    MaxItems: "1000",
  });
  return (["role", "user", "group"] as const).flatMap((kind) => {
    const tag = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Name`;
    return [...answer.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, "g"))].map(([, name = ""]) => ({ kind, name }));
  });
}

export interface PolicyEntity {
  readonly kind: "role" | "user" | "group";
  readonly name: string;
}

/** Returns the account of the credentials: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export async function accountId(access: Access): Promise<string | undefined> {
  const answer = await callAction(access, "sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
  return /<Account>(\d{12})<\/Account>/.exec(answer)?.[1];
}
