/** One comment on the pull request per environment: found by an invisible marker, and overwritten by each run. */

import * as z from "zod";
import { codeOf } from "../../terminal/error";
import type { Context } from "./context";
import { type Call, type Connection, githubApi } from "./github";
import { COMMENT_LIMIT, fit } from "./report/fit";

const PAGE = 100;

/** Reports of the same folder, configuration file and environment share one comment. */
export const markerFor = (...names: readonly [folder: string, config: string, environment: string]): string =>
  `<!-- websocket-gateway ${names.map((name) => encodeURIComponent(name) || ".").join(" ")} -->`;

/**
 * Overwrites this token's own comment, or writes a new one.
 *
 * @param create whether to write a comment where there is none
 * @throws GitHubError
 */
export async function upsertComment(
  context: Context,
  connection: Connection,
  marker: string,
  markdown: string,
  create = true,
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

  const call = githubApi(connection);
  const marked = await commentsWith(marker, call, `${issues}/${pullRequest}/comments`);
  const author = marked.length > 0 ? await authorOf(call, context) : undefined;
  const own = marked.find(({ user }) =>
    author === undefined ? user?.type === "Bot" : withoutSuffix(user?.login) === author,
  );
  if (own) {
    try {
      await call("PATCH", `${issues}/comments/${own.id}`, { body });
      return;
    } catch (error) {
      // The comment was deleted meanwhile, or belongs to another app that writes under the same name.
      if (codeOf(error) !== "github-gone" && codeOf(error) !== "github-not-allowed") throw error;
    }
  }
  if (own || create) await call("POST", `${issues}/${pullRequest}/comments`, { body });
}

const comment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string().optional() }).nullish(),
});

async function commentsWith(marker: string, call: Call, url: string): Promise<z.infer<typeof comment>[]> {
  const all: z.infer<typeof comment>[] = [];
  for (let page = 1; ; page++) {
    const found = z.array(comment).parse(await call("GET", `${url}?per_page=${PAGE}&page=${page}`));
    all.push(...found.filter(({ body }) => body?.startsWith(marker)));
    if (found.length < PAGE) return all;
  }
}

const viewer = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

/**
 * Returns the name under which the token writes. It identifies this action's comment: every user can write a comment that
 * begins with the marker, and the token may overwrite comments of all users. The REST API does not return this name to a
 * job's token, but GraphQL does.
 */
async function authorOf(call: Call, { graphqlUrl }: Context): Promise<string | undefined> {
  const answer = await call("POST", graphqlUrl, { query: "{ viewer { login } }" }).catch(() => undefined);
  return withoutSuffix(viewer.safeParse(answer).data?.data.viewer.login);
}

/** REST and GraphQL differ in the suffix of an app's name. */
const withoutSuffix = (login: string | undefined): string | undefined => login?.replace(/\[bot\]$/, "");
