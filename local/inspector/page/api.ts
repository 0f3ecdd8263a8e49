/** Requests to the gateway. */
import type { ConnectionRow } from "../connections";
import type { Numbered, Timed } from "../history";

export interface Place {
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  readonly url: string;
  readonly endpoint: string;
  readonly connectUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of a page that may connect. Undefined: every origin may. */
  readonly origin?: string;
  /** Of the development token. Undefined: the stage has no authorizer that accepts one. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface ConnectRequest {
  readonly apiId: string;
  readonly stage: string;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin?: string;
  readonly protocols: readonly string[];
}

export interface Answer {
  readonly message?: string;
  readonly connectionId?: string;
  readonly handshake?: number;
  readonly answer?: number;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function post(action: string, body: object = {}): Promise<Answer> {
  const response = await fetch(`/_inspector/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

export async function getPlaces(): Promise<readonly Place[]> {
  return (await fetch("/_inspector/entry-points")).json();
}

export interface StreamListener {
  /** The gateway is reachable, or not. */
  live(isLive: boolean): void;
  /** The connections. The events so far follow, with numbers smaller than `until`. */
  start(rows: readonly ConnectionRow[], until: number): void;
  events(events: readonly Numbered[]): void;
  /** The connections. The page has missed events. */
  rows(rows: readonly ConnectionRow[]): void;
  own(connectionIds: readonly string[]): void;
  cleared(): void;
  placesChanged(): void;
}

/**
 * Listens to the gateway, until the function that it returns is called. After an interruption the browser connects again,
 * and the stream starts anew.
 */
export function listen(listener: StreamListener): () => void {
  const source = new EventSource("/_inspector/events");
  const on = (name: string, handle: (data: string) => void): void =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) => handle(data));
  source.onerror = () => listener.live(false);
  on("start", (data) => {
    const { rows, until }: { rows: readonly ConnectionRow[]; until: number } = JSON.parse(data);
    listener.start(rows, until);
    listener.live(true);
  });
  on("events", (data) => {
    const events: readonly Timed[] = JSON.parse(data);
    listener.events(events.map(([number, event, at]) => [number, { ...event, at }]));
  });
  on("rows", (data) => listener.rows(JSON.parse(data).rows));
  on("own", (data) => listener.own(JSON.parse(data)));
  on("clear", () => listener.cleared());
  on("entry-points", () => listener.placesChanged());
  return () => source.close();
}
