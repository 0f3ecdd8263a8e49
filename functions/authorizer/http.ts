/** One HTTP request with limits on time and size. Only status 200 is accepted; redirects are not followed. */
import { Failure } from "./errors";
import { client } from "./node";

/** For the whole request, from name resolution to the last byte, because a client waits for it. */
export const FETCH_BUDGET_MS = 1500;

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificate authorities instead of the default ones. */
  readonly ca?: string;
  readonly budgetMs?: number;
}

/** Resolves to the body of the answer. Rejects with {@link Failure} `fetch_failed`. */
export type Fetch = (url: string, options?: FetchOptions) => Promise<string>;

export const fetchText: Fetch = (url, { body, budgetMs = FETCH_BUDGET_MS, ...options } = {}) =>
  new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new Failure("fetch_failed", reason));
      request.destroy();
    };
    // No agent: Lambda freezes the function between events, and kept connections break during that time.
    const limits = { agent: false, signal: AbortSignal.timeout(budgetMs) };
    const request = client(url).request(url, { ...options, ...limits }, (response) => {
      if (response.statusCode !== 200) return fail(`Status ${response.statusCode}.`);
      const maxLength = 65_536;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > maxLength) fail(`More than ${maxLength} characters.`);
      });
      response.on("close", () => (response.complete ? resolve(text) : fail("Connection lost.")));
    });
    request.on("error", ({ message }) => fail(message));
    request.end(body);
  });
