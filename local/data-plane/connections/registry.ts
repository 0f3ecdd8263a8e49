/**
 * Keeps all connections, and applies the idle and duration limits with one timer for all, so that a connection needs no
 * timer.
 */

import type { Clock } from "../clock";
import { ENDINGS, type Limits } from "../limits";
import type { ClientSocket } from "./client-socket";
import type { Connection } from "./connection";

export interface Entry {
  readonly connection: Connection;
  readonly socket: ClientSocket;
}

const SWEEP_MS = 1000;

export class Registry {
  /** Connections by connectionId, oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #stopSweeping: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {
    const interval = Math.min(SWEEP_MS, limits.idleSeconds * 250, limits.durationSeconds * 250);
    this.#stopSweeping = clock.every(Math.max(interval, 1), () => this.sweep());
  }

  get size(): number {
    return this.#entries.size;
  }

  add(entry: Entry): void {
    this.#entries.set(entry.connection.id, entry);
  }

  remove(connection: Connection): void {
    this.#entries.delete(connection.id);
  }

  /** Returns an open connection. */
  find(connectionId: string): Entry | undefined {
    const entry = this.#entries.get(connectionId);
    return entry?.connection.state === "open" ? entry : undefined;
  }

  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  sweep(): void {
    const now = this.clock.now();
    const idleSince = now - this.limits.idleSeconds * 1000;
    const connectedSince = now - this.limits.durationSeconds * 1000;
    for (const { connection, socket } of this.#entries.values()) {
      if (connection.state !== "open") continue;
      if (connection.facts.connectedAt <= connectedSince) socket.end("duration", ENDINGS.duration);
      else if (connection.lastActiveAt <= idleSince) socket.end("idle", ENDINGS.idle);
    }
  }

  stop(): void {
    this.#stopSweeping();
  }
}
