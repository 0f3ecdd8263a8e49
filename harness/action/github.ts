/** A simulated GitHub: the part of its REST API for comments, and the OIDC endpoint that issues a job's tokens. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { GITHUB_ISSUER, tokenPart } from "../../contract/token";
import { close, listen } from "../servers";

/** A comment of a pull request. */
export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string; readonly type: string };
  body: string;
}

/** A running simulation. */
export interface GitHub {
  /** Environment variables of a job. */
  readonly env: Readonly<Record<string, string>>;
  /** Comments of pull request 7. */
  readonly comments: Comment[];
  /** Received requests in order, as `METHOD /path status`. */
  readonly requests: string[];
  /** Whether to answer 403 to new comments, as GitHub does if the token lacks the permission. */
  readOnly: boolean;
  /** JSON Web Key Set of the OIDC tokens, as JSON. */
  readonly jwks: string;
  /** Environment variables that GitHub adds for `permissions: id-token: write`. */
  readonly oidc: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const TOKEN = "ghs_stand-in-for-the-job-s-token";
const BOT = { login: "github-actions[bot]", type: "Bot" };
export const REPOSITORY = "octo-org/quotes";

/** Starts the simulation on a free port of 127.0.0.1. */
export async function startGitHub(): Promise<GitHub> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const comments: Comment[] = [];
  const requests: string[] = [];

  async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const url = new URL(request.url ?? "/", "http://github");
    if (url.pathname === "/oidc") {
      if (request.headers.authorization !== "Bearer request-token") return [401, {}];
      return [200, { value: idToken(url.searchParams.get("audience") ?? "", privateKey) }];
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return [401, { message: "Bad credentials" }];
    if (url.pathname === `/repos/${REPOSITORY}/issues/7/comments`) {
      if (request.method === "GET") {
        const page = Number(url.searchParams.get("page"));
        const size = Number(url.searchParams.get("per_page"));
        return [200, comments.slice((page - 1) * size, page * size)];
      }
      if (github.readOnly) return [403, { message: "Resource not accessible by integration" }];
      const comment = { id: 1000 + comments.length, user: BOT, body: await commentIn(request) };
      comments.push(comment);
      return [201, comment];
    }
    if (url.pathname === "/graphql") return [200, { data: { viewer: { login: BOT.login } } }];
    const id = Number(/^\/repos\/octo-org\/quotes\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]);
    const existing = comments.find((comment) => comment.id === id);
    if (!existing || request.method !== "PATCH") return [404, { message: "Not Found" }];
    existing.body = await commentIn(request);
    return [200, existing];
  }

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      requests.push(`${request.method} ${request.url} ${status}`);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  const url = await listen(server);
  const github: GitHub = {
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: url,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_RUN_ID: "42",
      "INPUT_GITHUB-TOKEN": TOKEN,
    },
    comments,
    requests,
    readOnly: false,
    jwks: JSON.stringify({
      keys: [{ ...publicKey.export({ format: "jwk" }), kid: "github-1", alg: "RS256", use: "sig" }],
    }),
    oidc: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/oidc?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    },
    close: () => close(server),
  };
  return github;
}

/** Returns an OIDC token of a job, as GitHub issues it. */
function idToken(audience: string, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: GITHUB_ISSUER,
    aud: audience,
    sub: `repo:${REPOSITORY}:ref:refs/heads/main`,
    repository: REPOSITORY,
    iat: now,
    nbf: now,
    exp: now + 300,
  };
  const signed = `${tokenPart({ alg: "RS256", typ: "JWT", kid: "github-1" })}.${tokenPart(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

/** Returns the text of a comment. @throws if it is longer than GitHub allows */
async function commentIn(request: IncomingMessage): Promise<string> {
  const { body } = JSON.parse(await text(request));
  if (typeof body !== "string" || body.length > 65_536) throw new Error("Validation failed: body is too long");
  return body;
}
