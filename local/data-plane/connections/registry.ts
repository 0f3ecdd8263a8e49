/**
 * All connections, and one timer for all of them. A connection is checked when its earliest possible end has come, not at
 * every tick, so that idle connections cost almost nothing.
 */

import type { Clock } from "../clock";
import { ENDINGS, type Limits } from "../limits";
import type { ClientSocket } from "./client-socket";
import type { Connection } from "./connection";

export interface Entry {
  readonly connection: Connection;
  readonly socket: ClientSocket;
}

interface Scheduled extends Entry {
  /** Milliseconds since the epoch. */
  due: number;
}

const SWEEP_MS = 1000;

export class Registry {
  /** By connectionId, oldest first. */
  readonly #entries = new Map<string, Scheduled>();
  /** By when they are due, rounded up to whole intervals. */
  readonly #scheduled = new Map<number, Set<Scheduled>>();
  readonly #interval: number;
  readonly #stopSweeping: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {
    this.#interval = Math.max(Math.min(SWEEP_MS, limits.idleSeconds * 250, limits.durationSeconds * 250), 1);
    this.#stopSweeping = clock.every(this.#interval, () => this.sweep());
  }

  get size(): number {
    return this.#entries.size;
  }

  add({ connection, socket }: Entry): void {
    const entry = { connection, socket, due: 0 };
    this.#entries.set(connection.id, entry);
    this.#schedule(entry);
  }

  remove(connection: Connection): void {
    const entry = this.#entries.get(connection.id);
    if (entry === undefined) return;
    this.#entries.delete(connection.id);
    const entries = this.#scheduled.get(entry.due);
    entries?.delete(entry);
    if (entries?.size === 0) this.#scheduled.delete(entry.due);
  }

  /** Open connections only. */
  find(connectionId: string): Entry | undefined {
    const entry = this.#entries.get(connectionId);
    return entry?.connection.state === "open" ? entry : undefined;
  }

  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Applies the idle and duration limits. */
  sweep(): void {
    const now = this.clock.now();
    for (const [due, entries] of this.#scheduled) {
      if (due > now) continue;
      this.#scheduled.delete(due);
      for (const entry of entries) this.#check(entry, now);
    }
  }

  stop(): void {
    this.#stopSweeping();
  }

  #check(entry: Scheduled, now: number): void {
    const { connection, socket } = entry;
    if (connection.state !== "open") return;
    if (connection.facts.connectedAt + this.limits.durationSeconds * 1000 <= now) {
      socket.end("duration", ENDINGS.duration);
    } else if (connection.lastActiveAt + this.limits.idleSeconds * 1000 <= now) {
      socket.end("idle", ENDINGS.idle);
    } else {
      this.#schedule(entry);
    }
  }

  #schedule(entry: Scheduled): void {
    const { facts, lastActiveAt } = entry.connection;
    const { idleSeconds, durationSeconds } = this.limits;
    const end = Math.min(lastActiveAt + idleSeconds * 1000, facts.connectedAt + durationSeconds * 1000);
    entry.due = Math.ceil(end / this.#interval) * this.#interval;
    const entries = this.#scheduled.get(entry.due);
    if (entries === undefined) this.#scheduled.set(entry.due, new Set([entry]));
    else entries.add(entry);
  }
}
