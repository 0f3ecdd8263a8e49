/** One comment on the pull request per environment: found by an invisible marker, and overwritten by each run. */

import * as z from "zod";
import { CodedError } from "../../terminal/error";
import type { Context } from "./context";
import { COMMENT_LIMIT, fit } from "./report/fit";

export class CommentError extends CodedError {
  override readonly name = "CommentError";
}

const PAGE = 100;
const TIMEOUT_MS = 15_000;

/** Reports of the same folder, configuration file and environment share one comment. */
export const markerFor = (...names: readonly [folder: string, config: string, environment: string]): string =>
  `<!-- websocket-gateway ${names.map((name) => encodeURIComponent(name) || ".").join(" ")} -->`;

/** @throws CommentError */
export async function upsertComment(
  context: Context,
  token: string,
  marker: string,
  markdown: string,
  request: typeof fetch = fetch,
): Promise<void> {
  const { apiUrl, repository, pullRequest, runUrl } = context;
  if (!repository || !pullRequest) return;
  const issues = `${apiUrl}/repos/${repository}/issues`;
  const where = runUrl ? ` The full report is in [the job's summary](${runUrl}).` : "";
  const body = fit(
    `${marker}\n${markdown}`,
    COMMENT_LIMIT,
    `**The report was truncated here: it is too long for a comment.**${where}`,
  );

  const call = async (method: "GET" | "POST" | "PATCH", url: string, content?: unknown): Promise<unknown> => {
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
    if (response.ok) return await response.json();
    if (response.status !== 403 && response.status !== 404) {
      throw new CommentError("comment-failed", `GitHub answered ${response.status}.`);
    }
    throw new CommentError(
      "comment-not-allowed",
      "The token may not write comments.",
      "Give the job `permissions: pull-requests: write`; a pull request from a fork never gets it.",
    );
  };

  const existing = await find(marker, (page) =>
    call("GET", `${issues}/${pullRequest}/comments?per_page=${PAGE}&page=${page}`),
  );
  if (existing === undefined) await call("POST", `${issues}/${pullRequest}/comments`, { body });
  else await call("PATCH", `${issues}/comments/${existing}`, { body });
}

const comments = z.array(z.object({ id: z.int(), body: z.string().nullish() }));

async function find(marker: string, load: (page: number) => Promise<unknown>): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const found = comments.parse(await load(page));
    const ours = found.find(({ body }) => body?.startsWith(marker));
    if (ours || found.length < PAGE) return ours?.id;
  }
}
