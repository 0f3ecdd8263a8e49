/**
 * The inspector: a page at `/_inspector` that shows the trace live, connects, sends as a client and posts as a backend.
 *
 *   GET  /_inspector               the page
 *   GET  /_inspector/events        the connections and the events, as server-sent events (see `stream.ts`)
 *   GET  /_inspector/entry-points  the URLs to connect to, each with a valid token and its claims
 *   POST /_inspector/connect       opens a connection, and the other actions of `actions.ts`
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../../terminal/error";
import { connectable, type EntryPoint } from "../server/entry-points";
import type { Trace } from "../trace/trace";
import { createActions } from "./actions";
import { Clients } from "./clients";
import { Connections } from "./connections";
import { forbidden } from "./guard";
import { History } from "./history";
import { readJson, sendJson, sendPage } from "./http";
import { Stream } from "./stream";

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
const HISTORY_BYTES = 32 * 1024 * 1024;
/** Interval for comparing the entry points while a page is open. */
const POLL_MS = 500;

export function createInspector({ trace, entryPoints, lookUp }: InspectorOptions): Inspector {
  const history = new History(HISTORY_BYTES);
  const connections = new Connections();
  const clients = new Clients(() => stream.tell("own", clients.ids));
  const stream = new Stream({ history, rows: () => connections.rows.values(), own: () => clients.ids });
  const stop = trace.listen((event) => {
    // The trace has whole milliseconds, which are too coarse for the steps of a request on this machine.
    const at = Math.round(1000 * (performance.timeOrigin + performance.now())) / 1000;
    connections.apply(history.add(event, at), event, at);
    clients.notice(event);
    stream.changed();
  });
  const actions = createActions({ entryPoints, clients, clear });
  let polling: NodeJS.Timeout | undefined;

  function clear(): void {
    history.clear();
    connections.clear();
    stream.tell("clear");
  }

  /** Entry points change in many ways (a stage is deployed, a stack loaded, an authorizer found), so they are polled. */
  function pollEntryPoints(): void {
    let seen = JSON.stringify(entryPoints());
    polling = setInterval(() => {
      const now = JSON.stringify(entryPoints());
      if (now !== seen) stream.tell("entry-points");
      seen = now;
    }, POLL_MS).unref();
  }

  function events(response: ServerResponse): void {
    if (stream.size === 0) pollEntryPoints();
    stream.open(response, () => {
      if (stream.size === 0) clearInterval(polling);
    });
  }

  function route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? "").split("?", 1)[0]?.slice(INSPECTOR_PATH.length);
    const fail = (error: unknown): void => sendJson(response, 500, { message: messageOf(error) });
    switch (`${request.method} ${path}`) {
      case "GET ":
      case "GET /":
        sendPage(response).catch(fail);
        return;
      case "GET /events":
        events(response);
        return;
      case "GET /entry-points":
        lookUp()
          .then(() => sendJson(response, 200, entryPoints().map(placeOf)))
          .catch(fail);
        return;
      default: {
        const act = request.method === "POST" ? actions.get(path ?? "") : undefined;
        if (act === undefined) sendJson(response, 404, { message: "Not found." });
        else
          readJson(request)
            .then(act)
            .then(({ status, ...answer }) => sendJson(response, status, answer))
            .catch(fail);
      }
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
      if (reason) sendJson(response, 403, { message: reason });
      else route(request, response);
      return true;
    },
    close() {
      stop();
      clearInterval(polling);
      clients.closeAll();
      stream.close();
    },
  };
}

/** Claims that every token has anew. */
const OWN_CLAIMS = new Set(["iss", "aud", "iat", "exp", "jti"]);

function placeOf(entry: EntryPoint) {
  const { apiId, apiName, stage, url, endpoint, parameters, token, origin } = entry;
  const { url: connectUrl, headers: connectHeaders } = connectable(entry);
  const claims = token && payloadOf(token.createToken()).filter(([name]) => !OWN_CLAIMS.has(name));
  return {
    ...{ apiId, apiName, stage, url, endpoint, parameters, origin, connectUrl, connectHeaders },
    claims: claims && Object.fromEntries(claims),
  };
}

function payloadOf(token: string): [string, unknown][] {
  return Object.entries(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString() || "{}"));
}
