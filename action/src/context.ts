/** The repository, the run and the event, from the runner's environment variables. */
import { readFileSync } from "node:fs";
import * as z from "zod";

export interface Context {
  /** `owner/name` */
  readonly repository: string | undefined;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly runUrl: string | undefined;
  /** `undefined`: the event is not a pull request. */
  readonly pullRequest: number | undefined;
}

const event = z.object({ pull_request: z.object({ number: z.int().positive() }).optional() });

/** https://docs.github.com/actions/reference/workflows-and-actions/variables */
export function readContext(env: NodeJS.ProcessEnv): Context {
  const { GITHUB_SERVER_URL: server = "https://github.com", GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const { GITHUB_API_URL: apiUrl = "https://api.github.com" } = env;
  return {
    repository,
    apiUrl,
    graphqlUrl: env.GITHUB_GRAPHQL_URL ?? `${apiUrl}/graphql`,
    runUrl: repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined,
    pullRequest: pullRequestIn(env.GITHUB_EVENT_PATH),
  };
}

function pullRequestIn(path: string | undefined): number | undefined {
  if (!path) return undefined;
  try {
    return event.parse(JSON.parse(readFileSync(path, "utf8"))).pull_request?.number;
  } catch {
    return undefined; // An unreadable event is treated as not being a pull request.
  }
}
