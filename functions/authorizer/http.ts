/**
 * One HTTP request with limits on time and size. Only status 200 is accepted; redirects are not followed. This module is
 * loaded with those that fetch something only, because a cold start with packaged keys fetches nothing. So it imports no
 * other module: what it shared with the handler would become a separate file.
 */

import type { Agent } from "node:http";

const builtin = process.getBuiltinModule;

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificate authorities instead of the default ones. */
  readonly ca?: string;
  /** Keeps the connection for the caller's next request. */
  readonly agent?: Agent | undefined;
  /** For the whole request, from name resolution to the last byte, because a client waits for it. */
  readonly budgetMs: number;
}

/** Resolves to the body of the answer. Rejects with {@link FetchError}. */
export type Fetch = (url: string, options: FetchOptions) => Promise<string>;

export class FetchError extends Error {
  readonly code = "fetch_failed";

  constructor(
    message: string,
    /** Set if there was an answer. */
    readonly status?: number,
  ) {
    super(message);
  }
}

export const fetchText: Fetch = (url, { body, budgetMs, agent, ...options }) =>
  new Promise((resolve, reject) => {
    const fail = (reason: string, status?: number) => {
      reject(new FetchError(reason, status));
      request.destroy();
    };
    const { request: send } = url.startsWith("https:") ? builtin("node:https") : builtin("node:http");
    // No agent: Lambda freezes the function between events, and kept connections break during that time.
    const limits = { agent: agent ?? false, signal: AbortSignal.timeout(budgetMs) };
    const request = send(url, { ...options, ...limits }, (response) => {
      const { statusCode } = response;
      if (statusCode !== 200) return fail(`Status ${statusCode}.`, statusCode);
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
