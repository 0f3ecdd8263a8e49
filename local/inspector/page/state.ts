/** The state of the page: what the gateway has sent, and what the user has selected. */
import { batch, computed, effect, signal } from "@preact/signals";
import { type ConnectionRow, Connections } from "../connections";
import type { Numbered } from "../history";
import { getPlaces, listen, type Place } from "./api";
import type { Exchange } from "./model/exchange";
import { type Filters, NO_FILTERS, showsConnection, showsExchange } from "./model/filter";
import { Timeline } from "./model/timeline";

/** What is shown: the gateway, or a file. */
interface Record {
  readonly connections: Connections;
  readonly timeline: Timeline;
}

const TIMELINE_BYTES = 64 * 1024 * 1024;
/** Exchanges that are filtered in each frame; with more, the page filters less often. */
const MANY = 5_000;
const SLOWER_MS = 250;

const emptyRecord = (rows: readonly ConnectionRow[] = []): Record => ({
  connections: new Connections(rows),
  timeline: new Timeline(TIMELINE_BYTES),
});

const live = signal(emptyRecord());
export const file = signal<(Record & { readonly name: string }) | undefined>(undefined);
/** Increases when the record has changed, at most once for each frame. */
const version = signal(0);

export const connection = signal<"waiting" | "live" | "lost" | "paused">("waiting");
export const places = signal<readonly Place[]>([]);
/** The connections that the inspector opened. */
export const own = signal<ReadonlySet<string>>(new Set());
export const filters = signal<Filters>(NO_FILTERS);
/** A connectionId; empty: all. */
export const selected = signal("");
/** The lines of the timeline that are open. */
export const expanded = signal<ReadonlySet<string>>(new Set());
/** The line of the timeline that the keys move. */
export const active = signal("");
/** The result of the last action. Screen readers announce it. */
export const message = signal("");
/** On a narrow screen, one of both is shown. */
export const pane = signal<"connections" | "timeline">("connections");
export const dialog = signal<"" | "connect" | "close" | "help">("");
/** The text of the composer. */
export const draft = signal("");

const record = computed((): Record => {
  version.value;
  return { ...(file.value ?? live.value) };
});

export const rows = computed((): readonly ConnectionRow[] => {
  const { connections, timeline } = record.value;
  const all = [...connections.rows.values()];
  const given = filters.value;
  return given === NO_FILTERS ? all : all.filter((row) => showsConnection(given, row, timeline.of(row.id)));
});

export const exchanges = computed((): readonly Exchange[] => {
  const { connections, timeline } = record.value;
  const all = selected.value === "" ? timeline.all : timeline.of(selected.value);
  const given = filters.value;
  if (given === NO_FILTERS) return [...all];
  const hasState = (id: string): boolean => given.state === "" || connections.rows.get(id)?.state === given.state;
  return all.filter((exchange) => hasState(exchange.connectionId) && showsExchange(given, exchange));
});

export const total = computed(() => record.value.connections.size);
export const selectedRow = computed(() => record.value.connections.rows.get(selected.value));
export const current = (): Record => file.value ?? live.value;
/** One a line: a text, because it is the same in most frames, and nothing is drawn then. */
export const routes = computed(() => [...record.value.timeline.routes].sort().join("\n"));
export const statuses = computed(() => [...record.value.timeline.statuses].sort().join("\n"));

export function setFilters(change: Partial<Filters>): void {
  const next = { ...filters.value, ...change };
  filters.value = Object.values(next).every((value) => value === "") ? NO_FILTERS : next;
}

export function select(connectionId: string): void {
  batch(() => {
    selected.value = connectionId;
    active.value = "";
    pane.value = "timeline";
  });
}

/** Waits until the page has the events of a handshake that the gateway has answered. A page that is paused gets none. */
export function handshakeShown(connectionId: string): Promise<void> {
  return new Promise((done) => {
    const stop = effect(() => {
      version.value;
      const { state = "connecting" } = live.value.connections.rows.get(connectionId) ?? {};
      if (state === "connecting" && connection.value === "live") return;
      done();
      queueMicrotask(() => stop());
    });
  });
}

export function setExpanded(key: string, isExpanded: boolean): void {
  const next = new Set(expanded.value);
  if (isExpanded) next.add(key);
  else next.delete(key);
  expanded.value = next;
}

let scheduled = false;
function changed(): void {
  if (scheduled) return;
  scheduled = true;
  const draw = (): void => {
    scheduled = false;
    version.value += 1;
  };
  const slow = filters.value !== NO_FILTERS && current().timeline.all.length > MANY;
  if (slow) setTimeout(draw, SLOWER_MS);
  else requestAnimationFrame(draw);
}

/** A record that gets the events so far, and replaces the one on the screen when it has them. */
let incoming: (Record & { readonly until: number }) | undefined;

/** The number of the latest event. */
let latest = 0;

function closeLines(): void {
  expanded.value = new Set();
  active.value = "";
}

function apply(events: readonly Numbered[]): void {
  const { connections, timeline } = incoming ?? live.value;
  for (const [number, event] of events) {
    connections.apply(number, event);
    timeline.apply(number, event);
  }
  const [last] = events.at(-1) ?? [0];
  latest = Math.max(latest, last);
  if (incoming !== undefined && last + 1 >= incoming.until) {
    live.value = incoming;
    incoming = undefined;
  }
  changed();
}

async function loadPlaces(): Promise<void> {
  places.value = await getPlaces();
}

let stop: (() => void) | undefined;

/** Shows the gateway's events from now on. */
export function start(): void {
  stop = listen({
    live: (isLive) => {
      connection.value = isLive ? "live" : "lost";
      if (isLive) void loadPlaces();
    },
    start(rows, until) {
      // Another gateway: its numbers begin anew, and are those of other lines.
      if (until <= latest) closeLines();
      latest = 0;
      incoming = { ...emptyRecord(rows), until };
      apply([]);
    },
    events: apply,
    rows(rows) {
      const connections = new Connections(rows);
      if (incoming === undefined) live.value = { ...live.value, connections };
      else incoming = { ...incoming, connections };
    },
    own: (ids) => {
      own.value = new Set(ids);
    },
    cleared: forget,
    placesChanged: () => void loadPlaces(),
  });
}

function forget(): void {
  live.value.connections.clear();
  live.value.timeline.clear();
  if (!live.value.connections.rows.has(selected.value)) select("");
  changed();
}

/** Stops listening, so that nothing moves. The gateway keeps the events, and the page gets them afterwards. */
export function togglePause(): void {
  if (connection.value === "paused") {
    connection.value = "waiting";
    start();
  } else {
    stop?.();
    connection.value = "paused";
  }
}

/** Shows a file in place of the gateway. */
export function showFile(name: string, events: readonly Numbered[]): void {
  const opened = emptyRecord();
  for (const [number, event] of events) {
    opened.connections.apply(number, event);
    opened.timeline.apply(number, event);
  }
  batch(() => {
    file.value = { ...opened, name };
    closeLines();
    select("");
  });
}

export function leaveFile(): void {
  batch(() => {
    file.value = undefined;
    closeLines();
    select("");
  });
}
