/**
 * The page at `/_inspector`: what happens in the gateway as it happens, and forms to connect, send and push.
 *
 *   GET  /_inspector               the page
 *   GET  /_inspector/events        the trace as server-sent events, the latest ones first; and that entry points changed
 *   GET  /_inspector/entry-points  where to connect, with a token that is valid now
 *   POST /_inspector/push          {endpoint, connectionId, text}
 *   POST /_inspector/disconnect    {endpoint, connectionId}
 */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { projectFile } from "../project-file";
import { connectableUrl, type EntryPoint } from "../server/entry-points";
import type { Trace, TraceEvent } from "../trace/trace";
import { forbidden } from "./guard";
import { History } from "./history";
import { callConnections } from "./management-call";

export interface InspectorOptions {
  readonly trace: Trace;
  readonly entryPoints: () => readonly EntryPoint[];
  /** Looks up what entry points have their tokens from, before a page asks for them. Does not fail. */
  readonly lookUp: () => Promise<unknown>;
}

export interface Inspector {
  /** Takes requests below `/_inspector`. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

export const INSPECTOR_PATH = "/_inspector";
const REMEMBERED = 1000;
const MAX_BODY = 1024 * 1024;
/** A page that reads so slowly that this much waits for it is cut off; it comes back by itself and gets the latest. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Milliseconds between two looks at the entry points while a page is open. */
const LOOK_EVERY = 500;

const action = z.object({ endpoint: z.string(), connectionId: z.string(), text: z.string().default("") });

export function createInspector({ trace, entryPoints, lookUp }: InspectorOptions): Inspector {
  const history = new History(REMEMBERED);
  const pages = new Set<ServerResponse>();
  const stop = trace.listen((event) => {
    history.add(event);
    if (pages.size > 0) tellPages(frame(event));
  });
  let looking: NodeJS.Timeout | undefined;

  function tellPages(text: string): void {
    for (const page of pages) {
      if (page.writableLength > MAX_WAITING) page.destroy();
      else page.write(text);
    }
  }

  /** Nobody tells of all that makes entry points: a stage is deployed, a stack loaded, a function found to take tokens. */
  function look(): void {
    let seen = JSON.stringify(entryPoints());
    looking = setInterval(() => {
      const now = JSON.stringify(entryPoints());
      if (now !== seen) tellPages("event: entry-points\ndata: {}\n\n");
      seen = now;
    }, LOOK_EVERY).unref();
  }

  function events(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(history.latest().map(frame).join("") || ": nothing yet\n\n");
    if (pages.size === 0) look();
    pages.add(response);
    response.on("close", () => {
      pages.delete(response);
      if (pages.size === 0) clearInterval(looking);
    });
  }

  function places() {
    return entryPoints().map((entry) => ({
      apiId: entry.apiId,
      apiName: entry.apiName,
      stage: entry.stage,
      url: entry.url,
      endpoint: entry.endpoint,
      connectUrl: connectableUrl(entry),
    }));
  }

  async function act(method: "POST" | "DELETE", request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = action.safeParse(await readJson(request));
    // Nowhere else: the inspector is not a proxy.
    if (!input.success || !entryPoints().some(({ endpoint }) => endpoint === input.data.endpoint)) {
      json(response, 400, { message: "This is not an endpoint and a connection of this gateway." });
      return;
    }
    const { endpoint, connectionId, text } = input.data;
    json(response, 200, { status: await callConnections({ method, endpoint, connectionId, body: text }) });
  }

  function route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? "").split("?", 1)[0]?.slice(INSPECTOR_PATH.length);
    switch (`${request.method} ${path}`) {
      case "GET ":
      case "GET /":
        sendPage(response, request.headers.host ?? "");
        return;
      case "GET /events":
        events(response);
        return;
      case "GET /entry-points":
        void lookUp().then(() => json(response, 200, places()));
        return;
      case "POST /push":
      case "POST /disconnect":
        act(path === "/push" ? "POST" : "DELETE", request, response).catch((error: unknown) =>
          json(response, 500, { message: messageOf(error) }),
        );
        return;
      default:
        json(response, 404, { message: "There is no such page." });
    }
  }

  return {
    handle(request, response) {
      const url = request.url ?? "";
      if (url !== INSPECTOR_PATH && !/^\/_inspector[/?]/.test(url)) return false;
      const { method, headers, socket } = request;
      const reason = forbidden({ method, headers, remoteAddress: socket.remoteAddress });
      if (reason) json(response, 403, { message: reason });
      else route(request, response);
      return true;
    },
    close() {
      stop();
      clearInterval(looking);
      for (const page of pages) page.end();
    },
  };
}

const frame = (event: TraceEvent): string => `data: ${JSON.stringify(event)}\n\n`;

/** One file; only its own script and style run, and it talks to this server only. */
function sendPage(response: ServerResponse, host: string): void {
  const nonce = randomBytes(16).toString("base64");
  const page = readFileSync(projectFile("local/inspector/page.html"), "utf8").replaceAll("{{nonce}}", nonce);
  const own = `'nonce-${nonce}'`;
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; script-src ${own}; style-src ${own}; connect-src 'self' ws://${host} wss://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  response.end(page);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(value));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_BODY) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
