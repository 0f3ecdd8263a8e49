/** Read-only requests to AWS: signed, paged, and sent again when AWS throttles them. Missing permissions are collected. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod/mini";
import { endpointIn, serviceHost, type Variables } from "../../aws/endpoints";
import { type Credentials, canonicalQuery, sign } from "../../aws/sigv4";
import { messageOf } from "../../terminal/error";
import { AdoptError } from "../errors";

export interface Access {
  readonly credentials: Credentials;
  readonly region: string;
  readonly env: Variables;
  readonly signal: AbortSignal;
  /** Waits before a request is sent again. Tests replace it. @default real time */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const SERVICES = {
  apigateway: { id: "APIGATEWAYV2", host: "apigateway" },
  lambda: { id: "LAMBDA", host: "lambda" },
  logs: { id: "CLOUDWATCH_LOGS", host: "logs" },
} as const;
export type Service = keyof typeof SERVICES;

export interface ReadRequest {
  readonly service: Service;
  /** Path, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** For services with one path for every operation, such as CloudWatch Logs. */
  readonly operation?: { readonly target: string; readonly body: object };
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

  private async enter(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.free--;
  }

  private async attempts(request: ReadRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      this.requireRunning();
      const answer = await this.send(request);
      if ("status" in answer && answer.status === 200) return withoutNulls(answer.text);
      const { code, message } = "status" in answer ? errorOf(answer) : { code: "network", message: answer.failure };
      if ("status" in answer && answer.status === 404) return undefined;
      if (isDenied(code) || /is not authorized to perform/.test(message)) {
        this.missing.add(request.permission);
        return undefined;
      }
      const isPassing =
        !("status" in answer) || answer.status === 429 || answer.status >= 500 || /Throttl|TooMany/.test(code);
      if (!isPassing || attempt === ATTEMPTS) throw failure(request, answer, code, message);
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      const { wait = (ms, signal) => delay(ms, undefined, { signal }) } = this.access;
      // Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter
      await wait(Math.random() * longest, this.access.signal).catch(() => this.requireRunning());
    }
  }

  private async send(request: ReadRequest): Promise<Answer> {
    const { service, path, query = {}, operation, region = this.access.region } = request;
    const { id, host } = SERVICES[service];
    const base = new URL(endpointIn(this.access.env, id) ?? `https://${serviceHost(host, region)}`);
    const url = new URL(`${base.pathname.replace(/\/$/, "")}${path}`, base);
    url.search = canonicalQuery(Object.entries(query));
    const body = operation === undefined ? "" : JSON.stringify(operation.body);
    const method = operation === undefined ? "GET" : "POST";
    const { host: _, ...headers } = sign(
      {
        method,
        path: url.pathname,
        query: url.search.slice(1),
        headers: {
          host: url.host,
          ...(operation ? { "content-type": "application/x-amz-json-1.1", "x-amz-target": operation.target } : {}),
        },
        body,
      },
      this.access.credentials,
      { region, service, date: new Date() },
    );
    try {
      const signal = AbortSignal.any([this.access.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { method, headers, body: body || null, signal });
      const type = response.headers.get("x-amzn-errortype") ?? "";
      return { status: response.status, type, text: await response.text() };
    } catch (error) {
      this.requireRunning();
      // `fetch` gives the reason only in its error's cause.
      return { failure: messageOf(error instanceof Error ? (error.cause ?? error) : error) };
    }
  }

  private requireRunning(): void {
    if (this.access.signal.aborted) throw new AdoptError("interrupted", "Stopped. Nothing was written.");
  }
}

type Answer = { readonly status: number; readonly type: string; readonly text: string } | { readonly failure: string };

function errorOf({ type, text }: { readonly type: string; readonly text: string }): { code: string; message: string } {
  let body: z.infer<typeof errorBody> = {};
  try {
    body = errorBody.parse(JSON.parse(text));
  } catch {
    // An error of a proxy or a load balancer has another form.
  }
  const code = (type || body.__type || "").replace(/^.*#/, "").replace(/:.*$/, "");
  return { code, message: body.message ?? body.Message ?? text.slice(0, 200) };
}

/** As on AWS, null means that the member is absent. */
const withoutNulls = (text: string): unknown => JSON.parse(text, (_, value) => (value === null ? undefined : value));

const isDenied = (code: string) => /^(AccessDenied|UnauthorizedOperation|Forbidden)/.test(code);

function failure({ service, path }: ReadRequest, answer: Answer, code: string, message: string): AdoptError {
  if (!("status" in answer)) {
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
