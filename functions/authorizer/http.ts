/** One bounded request: status 200 or nothing, no redirects, no waiting, no endless bodies. */
import { Failure } from "./errors";
import { client } from "./node";

/** For everything, from name resolution to the last byte: a client waits at the other end of it. */
export const FETCH_BUDGET_MS = 1500;

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificate authorities in place of the usual ones. */
  readonly ca?: string;
  readonly budgetMs?: number;
}

/** The body of the answer, or an error that says why there is none. */
export type Fetch = (url: string, options?: FetchOptions) => Promise<string>;

export const fetchText: Fetch = (url, { body, budgetMs = FETCH_BUDGET_MS, ...options } = {}) =>
  new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new Failure("fetch_failed", reason));
      request.destroy();
    };
    // No agent: a connection kept across a freeze is a broken connection.
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
