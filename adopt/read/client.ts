/** Read-only requests to AWS: signed, paged, and sent again when AWS throttles them. Missing permissions are collected. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod/mini";
import { type AwsRequest, type Access as Identity, type Service, signedRequest } from "../../aws/request";
import { reasonOf } from "../../terminal/error";
import { AdoptError } from "../errors";

export interface Access extends Identity {
  readonly signal: AbortSignal;
  /** Waits before a request is sent again. Tests replace it. @default real time */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface ReadRequest {
  readonly service: Service;
  /** Path, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** For services with one path for every operation, such as CloudWatch Logs. */
  readonly operation?: { readonly target: string; readonly body: object };
  /** The fields of a form, for IAM. */
  readonly form?: Readonly<Record<string, string>>;
  /** @default the region of the API */
  readonly region?: string;
  /** The permission that the request needs, for the message if it is missing. */
  readonly permission: string;
}

const ATTEMPTS = 9;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
const TIMEOUT_MS = 20_000;
/** Requests at the same time. API Gateway allows 10 requests per second: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const AT_ONCE = 4;
/** The most that API Gateway returns in a page is not documented. It accepts this number. */
const PAGE = "100";

const errorBody = z.object({
  __type: z.optional(z.string()),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});
const pageBody = z.object({ items: z.optional(z.array(z.unknown())), nextToken: z.optional(z.nullable(z.string())) });

/** Sends requests to AWS. */
export class AwsReader {
  /** Permissions that the credentials do not have, as `action on resource`. */
  readonly missing = new Set<string>();
  private free = AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly access: Access) {}

  get region(): string {
    return this.access.region;
  }

  /**
   * Sends a request.
   *
   * @returns the parsed body; undefined if the resource does not exist, or if a permission is missing
   * @throws {AdoptError} `aws-rejected`, `aws-unreachable` or `interrupted`
   */
  async get(request: ReadRequest): Promise<unknown> {
    const text = await this.text(request);
    return text === undefined ? undefined : withoutNulls(text);
  }

  /** Sends a request of IAM or Route 53, which answer with XML. Otherwise as {@link get}, with the body as text. */
  async text(request: ReadRequest): Promise<string | undefined> {
    await this.enter();
    try {
      return await this.attempts(request);
    } finally {
      this.free++;
      this.waiting.shift()?.();
    }
  }

  /** Returns the items of all pages of an API Gateway list. */
  async list(path: string, permission: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const query = { maxResults: PAGE, ...(nextToken === undefined ? {} : { nextToken }) };
      const body = await this.get({ service: "apigateway", path, query, permission });
      if (body === undefined) return items;
      const page = pageBody.parse(body);
      items.push(...(page.items ?? []));
      nextToken = page.nextToken ?? undefined;
    } while (nextToken !== undefined);
    return items;
  }

  /** Downloads a file from a presigned URL. @throws {AdoptError} `aws-unreachable` or `interrupted` */
  async download(url: string, what: string): Promise<Uint8Array> {
    try {
      const signal = AbortSignal.any([this.access.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { signal });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      throw new Error(`${new URL(url).host} answered ${response.status}`);
    } catch (error) {
      this.requireRunning();
      throw new AdoptError(
        "aws-unreachable",
        `${what} could not be downloaded: ${reasonOf(error)}.`,
        "Check the network and the proxy, and run the command again.",
      );
    }
  }

  private async enter(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.free--;
  }

  private async attempts(request: ReadRequest): Promise<string | undefined> {
    for (let attempt = 1; ; attempt++) {
      this.requireRunning();
      const answer = await this.send(request);
      if (answer.status === 200) return answer.text;
      if (answer.status === 404) return undefined;
      const { code, message } = errorOf(answer);
      if (isDenied(code) || /is not authorized to perform/.test(message)) {
        this.missing.add(request.permission);
        return undefined;
      }
      const isTemporary =
        answer.status === undefined || answer.status === 429 || answer.status >= 500 || /Throttl|TooMany/.test(code);
      if (!isTemporary || attempt === ATTEMPTS) throw failure(request, answer, code, message);
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      const { wait = (ms, signal) => delay(ms, undefined, { signal }) } = this.access;
      // Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter
      await wait(Math.random() * longest, this.access.signal).catch(() => this.requireRunning());
    }
  }

  private async send(request: ReadRequest): Promise<Answer> {
    const { url, init } = signedRequest(signable(request), {
      ...this.access,
      region: request.region ?? this.access.region,
    });
    try {
      const signal = AbortSignal.any([this.access.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { ...init, signal });
      const type = response.headers.get("x-amzn-errortype") ?? "";
      return { status: response.status, type, text: await response.text() };
    } catch (error) {
      this.requireRunning();
      return { status: undefined, reason: reasonOf(error) };
    }
  }

  private requireRunning(): void {
    if (this.access.signal.aborted) throw new AdoptError("interrupted", "Stopped. Nothing was written.");
  }
}

function signable({ service, path, query, operation, form }: ReadRequest): AwsRequest {
  if (operation !== undefined) {
    const { target, body } = operation;
    const contentType = "application/x-amz-json-1.1";
    return { service, method: "POST", path, target, contentType, body: JSON.stringify(body) };
  }
  if (form !== undefined) {
    const contentType = "application/x-www-form-urlencoded; charset=utf-8";
    return { service, method: "POST", path, contentType, body: String(new URLSearchParams(form)) };
  }
  return { service, method: "GET", path: query === undefined ? path : `${path}?${new URLSearchParams(query)}` };
}

/** The answer of a service. Without a status, there was none. */
type Answer =
  | { readonly status: number; readonly type: string; readonly text: string }
  | { readonly status: undefined; readonly reason: string };

function errorOf(answer: Answer): { readonly code: string; readonly message: string } {
  if (answer.status === undefined) return { code: "network", message: answer.reason };
  const { type, text } = answer;
  let body: z.infer<typeof errorBody> = {};
  try {
    body = errorBody.parse(JSON.parse(text));
  } catch {
    // IAM and Route 53 answer with XML. An error of a proxy or a load balancer has another form.
    body = { __type: elements(text, "Code")[0], message: elements(text, "Message")[0] };
  }
  const code = (type || body.__type || "").replace(/^.*#/, "").replace(/:.*$/, "");
  return { code, message: body.message ?? body.Message ?? text.slice(0, 200) };
}

/** Returns the contents of an element wherever it is in a document of IAM or Route 53, which have no attributes. */
export const elements = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, content = ""]) => content);

/** Parses JSON without the members that are null: on AWS, null means that a member is absent. */
const withoutNulls = (text: string): unknown => JSON.parse(text, (_, value) => (value === null ? undefined : value));

const isDenied = (code: string) => /^(AccessDenied|UnauthorizedOperation|Forbidden)/.test(code);

function failure({ service, path }: ReadRequest, answer: Answer, code: string, message: string): AdoptError {
  if (answer.status === undefined) {
    return new AdoptError(
      "aws-unreachable",
      `${service} could not be reached: ${message}.`,
      "Check the network, the proxy and --region.",
    );
  }
  const hint = /ExpiredToken|InvalidClientToken|UnrecognizedClient|SignatureDoesNotMatch|MissingAuthentication/.test(
    code,
  )
    ? "Renew the AWS credentials in the environment."
    : "Run the command again later.";
  return new AdoptError(
    "aws-rejected",
    `${service} answered ${answer.status} to ${path}: ${[code, message].filter(Boolean).join(": ")}.`,
    hint,
  );
}
