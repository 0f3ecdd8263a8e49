/** The comment on the pull request: whose it is, what happens when GitHub rejects it, and when it is retried. */
import { markerFor, upsertComment } from "../../../action/src/comment";
import { COMMENT_LIMIT } from "../../../action/src/report/fit";

const context = {
  repository: "o/r",
  apiUrl: "https://api",
  graphqlUrl: "https://api/graphql",
  runUrl: "https://run",
  pullRequest: 7,
};
const marker = markerFor("", "gateway.yaml", "prod");
const OURS = { login: "github-actions[bot]", type: "Bot" };
const URL_OF_NEW = "https://api/repos/o/r/issues/7/comments";

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user?: { readonly login: string; readonly type: string };
}

/** Answers with the comments, page by page; a request for which `rejects` has answers left gets those first. */
function github(pages: readonly (readonly Comment[])[], rejects: Readonly<Record<string, Response[]>> = {}) {
  const calls: { method: string; url: string; body: string | undefined }[] = [];
  const waits: number[] = [];
  const request: typeof fetch = async (input, init) => {
    const url = String(input);
    const method = init?.method ?? "";
    const first = rejects[method]?.shift();
    if (first) return first;
    if (url === context.graphqlUrl) return Response.json({ data: { viewer: { login: "github-actions[bot]" } } });
    const body = typeof init?.body === "string" ? JSON.parse(init.body).body : undefined;
    calls.push({ method, url, body });
    const page = Number(new URL(url).searchParams.get("page"));
    return Response.json(page > 0 ? (pages[page - 1] ?? []) : {});
  };
  const connection = {
    token: "t",
    request,
    wait: async (ms: number) => waits.push(ms),
    now: () => 1_000_000,
  };
  return { calls, waits, connection };
}

test("is written when there is none", async () => {
  const { calls, connection } = github([[{ id: 1, body: "hello" }]]);
  await upsertComment(context, connection, marker, "text");
  expect(calls.at(-1)).toEqual({ method: "POST", url: URL_OF_NEW, body: `${marker}\ntext` });
});

test("is not written when there is none and nothing changed", async () => {
  const { calls, connection } = github([[]]);
  await upsertComment(context, connection, marker, "text", false);
  expect(calls.map(({ method }) => method)).toEqual(["GET"]);
});

test("is written over, also when it is on a later page and nothing changed", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({ id, body: markerFor("", "gateway.yaml", "staging") }));
  const { calls, connection } = github([others, [{ id: 500, body: `${marker}\nold`, user: OURS }]]);
  await upsertComment(context, connection, marker, "text", false);
  expect(calls.at(-1)).toMatchObject({ method: "PATCH", url: "https://api/repos/o/r/issues/comments/500" });
});

test("leaves another author's comment that begins with the marker alone", async () => {
  const { calls, connection } = github([[{ id: 1, body: marker, user: { login: "mallory", type: "User" } }]]);
  await upsertComment(context, connection, marker, "text");
  expect(calls.at(-1)).toMatchObject({ method: "POST", url: URL_OF_NEW });
});

test.each([404, 403])("is written anew when the old one cannot be changed (%i)", async (status) => {
  const { calls, connection } = github([[{ id: 1, body: marker, user: OURS }]], {
    PATCH: [Response.json({ message: "Resource not accessible by integration" }, { status })],
  });
  await upsertComment(context, connection, marker, "text");
  expect(calls.at(-1)).toMatchObject({ method: "POST", url: URL_OF_NEW });
});

test.each<[what: string, status: number, headers: Record<string, string>, body: string, waits: number[]]>([
  ["the server's delay", 429, { "retry-after": "7" }, "", [7000]],
  ["a rate limit's delay", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1005" }, "", [5000]],
  ["a second after a secondary limit", 403, {}, "You have exceeded a secondary rate limit", [1000]],
  ["a second after an error of the server", 502, {}, "", [1000]],
])("is retried after %s", async (_, status, headers, body, expected) => {
  const { calls, waits, connection } = github([[]], { POST: [new Response(body, { status, headers })] });
  await upsertComment(context, connection, marker, "text");
  expect(waits).toEqual(expected);
  expect(calls.at(-1)).toMatchObject({ method: "POST", url: URL_OF_NEW });
});

test("is given up at a delay that is too long, with the rate limit as the reason", async () => {
  const headers = { "retry-after": "3600" };
  const { waits, connection } = github([[]], { POST: [new Response("", { status: 403, headers })] });
  await expect(upsertComment(context, connection, marker, "text")).rejects.toMatchObject({ code: "github-rate-limit" });
  expect(waits).toEqual([]);
});

test("is given up at once without the permission", async () => {
  const denied = Response.json({ message: "Resource not accessible by integration" }, { status: 403 });
  const { waits, connection } = github([[]], { POST: [denied] });
  await expect(upsertComment(context, connection, marker, "text")).rejects.toMatchObject({
    code: "github-not-allowed",
    hint: expect.stringContaining("pull-requests: write"),
  });
  expect(waits).toEqual([]);
});

test("is given up with GitHub's own reason, such as a locked conversation", async () => {
  const message = "Unable to create comment because issue is locked";
  const { connection } = github([[]], { POST: [Response.json({ message }, { status: 403 })] });
  await expect(upsertComment(context, connection, marker, "text")).rejects.toThrow(message);
});

test("is given up after four errors of the server", async () => {
  const failed = () => new Response("", { status: 503 });
  const { waits, connection } = github([[]], { GET: [failed(), failed(), failed(), failed()] });
  await expect(upsertComment(context, connection, marker, "text")).rejects.toThrow("GitHub answered 503.");
  expect(waits).toEqual([1000, 2000, 4000]);
});

test("is never longer than GitHub accepts, and says that it was truncated", async () => {
  const { calls, connection } = github([[]]);
  await upsertComment(context, connection, marker, "line\n".repeat(50_000));
  const body = calls.at(-1)?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(COMMENT_LIMIT);
  expect(body).toContain("too long for a comment.** The full report is in [the job's summary](https://run).");
});
