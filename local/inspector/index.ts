/**
 * The page at `/_inspector`: shows the trace live, and has forms to connect, to send as a client and to post as a backend.
 *
 *   GET  /_inspector               the page
 *   GET  /_inspector/events        the trace as server-sent events, starting with the history; an event when entry points change
 *   GET  /_inspector/entry-points  the URLs to connect to, with a valid token
 *   POST /_inspector/push          {endpoint, connectionId, text}
 *   POST /_inspector/disconnect    {endpoint, connectionId}
 */

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { projectFile } from "../project-file";
import { connectable, type EntryPoint } from "../server/entry-points";
import type { Trace, TraceEvent } from "../trace/trace";
import { forbidden } from "./guard";
import { History } from "./history";
import { callConnections } from "./management-call";

export interface InspectorOptions {
  readonly trace: Trace;
  readonly entryPoints: () => readonly EntryPoint[];
  /** Looks up the authorizers, which the tokens of the entry points need. Must not reject. */
  readonly lookUp: () => Promise<unknown>;
}

export interface Inspector {
  /** Handles requests below `/_inspector`, and returns false for others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

export const INSPECTOR_PATH = "/_inspector";
const REMEMBERED = { events: 1000, bytes: 8 * 1024 * 1024 };
const MAX_BODY = 1024 * 1024;
/**
 * Maximum of unsent data in bytes. A page that reads too slowly is disconnected. It reconnects automatically and gets
 * the history.
 */
const MAX_WAITING = 4 * 1024 * 1024;
/** Interval for comparing the entry points while a page is open. */
const POLL_MS = 500;

const action = z.object({ endpoint: z.string(), connectionId: z.string(), text: z.string().default("") });

export function createInspector({ trace, entryPoints, lookUp }: InspectorOptions): Inspector {
  const history = new History(REMEMBERED);
  const pages = new Set<ServerResponse>();
  const stop = trace.listen((event) => {
    history.add(event);
    if (pages.size > 0) sendToPages(frame(event));
  });
  let polling: NodeJS.Timeout | undefined;

  function sendToPages(text: string): void {
    for (const page of pages) {
      if (page.writableLength > MAX_WAITING) page.destroy();
      else page.write(text);
    }
  }

  /** Entry points change in many ways (a stage is deployed, a stack loaded, an authorizer found), so they are polled. */
  function pollEntryPoints(): void {
    let seen = JSON.stringify(entryPoints());
    polling = setInterval(() => {
      const now = JSON.stringify(entryPoints());
      if (now !== seen) sendToPages("event: entry-points\ndata: {}\n\n");
      seen = now;
    }, POLL_MS).unref();
  }

  function events(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(history.latest().map(frame).join("") || ": nothing yet\n\n");
    if (pages.size === 0) pollEntryPoints();
    pages.add(response);
    response.on("close", () => {
      pages.delete(response);
      if (pages.size === 0) clearInterval(polling);
    });
  }

  function places() {
    return entryPoints().map((entry) => {
      const { url: connectUrl, headers: connectHeaders } = connectable(entry);
      const { apiId, apiName, stage, url, endpoint } = entry;
      return { apiId, apiName, stage, url, endpoint, connectUrl, connectHeaders };
    });
  }

  async function act(method: "POST" | "DELETE", request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = action.safeParse(await readJson(request));
    // Only endpoints of this gateway: the inspector is not a proxy.
    if (!input.success || !entryPoints().some(({ endpoint }) => endpoint === input.data.endpoint)) {
      json(response, 400, { message: "The endpoint is not one of this gateway." });
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
        json(response, 404, { message: "Not found." });
    }
  }

  return {
    handle(request, response) {
      const url = request.url ?? "";
      // Browsers ask for it with every page.
      if (url === "/favicon.ico") {
        response.writeHead(204).end();
        return true;
      }
      if (url !== INSPECTOR_PATH && !/^\/_inspector[/?]/.test(url)) return false;
      const { method, headers, socket } = request;
      const reason = forbidden({ method, headers, remoteAddress: socket.remoteAddress });
      if (reason) json(response, 403, { message: reason });
      else route(request, response);
      return true;
    },
    close() {
      stop();
      clearInterval(polling);
      for (const page of pages) page.end();
    },
  };
}

const frame = (event: TraceEvent): string => `data: ${JSON.stringify(event)}\n\n`;

/**
 * Sends the page, which is one file. Its content security policy allows only its own script and style, and requests to
 * this server.
 */
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
