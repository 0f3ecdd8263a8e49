/** Requests to GitHub's API: retried with the server's delay, and a rate limit distinguished from a missing permission. */
import { setTimeout as delay } from "node:timers/promises";
import { CodedError, reasonOf } from "../../terminal/error";

export class GitHubError extends CodedError<
  "github-failed" | "github-not-allowed" | "github-gone" | "github-rate-limit"
> {
  override readonly name = "GitHubError";
}

export type Call = (method: "GET" | "POST" | "PATCH", url: string, content?: unknown) => Promise<unknown>;

export interface Connection {
  readonly token: string;
  readonly request?: typeof fetch;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
}

const TIMEOUT_MS = 15_000;
const ATTEMPTS = 4;
/** A comment is not worth a longer wait of the job. */
const LONGEST_WAIT_MS = 60_000;

/** @throws GitHubError from each call */
export function githubApi({ token, request = fetch, wait = delay, now = Date.now }: Connection): Call {
  const send = async (method: string, url: string, content: unknown) => {
    const response = await request(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "user-agent": "websocket-gateway-action",
        "x-github-api-version": "2022-11-28",
        ...(content === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: JSON.stringify(content),
    });
    return { status: response.status, ok: response.ok, headers: response.headers, text: await response.text() };
  };

  return async (method, url, content) => {
    let left = LONGEST_WAIT_MS;
    for (let attempt = 1; ; attempt++) {
      const answer = await send(method, url, content).catch((cause: unknown) => {
        // A POST whose answer was lost may have been served: a second one would write a second comment.
        if (attempt < ATTEMPTS && method !== "POST") return undefined;
        throw new GitHubError("github-failed", `GitHub could not be reached: ${reasonOf(cause)}`);
      });
      if (answer?.ok) return answer.text === "" ? undefined : JSON.parse(answer.text);
      const limited = answer !== undefined && isRateLimit(answer);
      const again = answer === undefined || limited || answer.status >= 500;
      const pause = answer === undefined ? attempt * 1000 : pauseOf(answer.headers, attempt, now());
      if (again && attempt < ATTEMPTS && pause <= left) {
        left -= pause;
        await wait(pause);
        continue;
      }
      throw failure(answer, limited);
    }
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function isRateLimit({ status, headers, text }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0" || /rate limit/i.test(text);
}

/** Milliseconds to wait before the next attempt. */
function pauseOf(headers: Headers, attempt: number, now: number): number {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (after >= 0) return after * 1000;
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0" && reset > 0) return Math.max(0, reset - now);
  return 1000 * 2 ** (attempt - 1);
}

function failure(answer: Answer | undefined, limited: boolean): GitHubError {
  const { status = 0, text = "" } = answer ?? {};
  if (limited) {
    return new GitHubError("github-rate-limit", "GitHub's rate limit is reached.", "Run the job again later.");
  }
  if (status === 404 || status === 410) return new GitHubError("github-gone", `GitHub answered ${status}.`);
  if (status !== 401 && status !== 403) return new GitHubError("github-failed", `GitHub answered ${status}.`);
  const [, reason] = /"message": *"([^"]+)"/.exec(text) ?? [];
  return new GitHubError(
    "github-not-allowed",
    `The token may not write comments${reason ? `: ${reason}` : ""}.`,
    "Give the job `permissions: pull-requests: write`; a pull request from a fork never gets it.",
  );
}
