/** An open connection: send, wait for a frame, measure a ping, close. Each wait has a timeout. */
import { randomBytes } from "node:crypto";
import WebSocket from "ws";
import { ANSWER_TIMEOUT_MS, UNREAD_FRAMES } from "./constants";
import { within } from "./deadline";
import { ProbeError } from "./errors";
import type { Lifecycle } from "./lifecycle";
import type { ProbeState, Timings } from "./types";

export interface Frame {
  readonly text: string;
  readonly binary: boolean;
}
export interface Close {
  readonly code: number;
  readonly reason: string;
}
export interface Wait {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class Connection {
  readonly kind = "connected";
  /** Settles when the connection is closed, by the client or the server. */
  readonly closed: Promise<Close>;
  readonly #frames: Frame[] = [];
  readonly #readers = new Set<(frame: Frame) => boolean>();

  /** @internal `probe` makes the connections. */
  constructor(
    private readonly client: WebSocket,
    /** Headers of the 101. */
    readonly headers: Readonly<Record<string, string>>,
    private readonly life: Lifecycle,
  ) {
    client.on("message", (data, binary) => this.#take({ text: String(data), binary }));
    this.closed = new Promise((resolve) => {
      // ws emits `close` after `error`, with code 1006 or the server's code.
      client.on("error", () => {});
      client.once("close", (code, reason) => {
        life.enter("closed");
        resolve({ code, reason: reason.toString("utf8") });
      });
    });
  }

  get state(): ProbeState {
    return this.life.state;
  }
  get timings(): Timings {
    return this.life.timings;
  }
  /** The subprotocol that the server chose. */
  get subprotocol(): string | undefined {
    return this.client.protocol || undefined;
  }
  /** Received frames that no `receive` has returned yet. */
  get unread(): readonly Frame[] {
    return this.#frames;
  }

  /**
   * Sends a message. Resolves when it is written to the socket, which takes longer if the server does not read.
   * @throws ProbeError
   */
  async send(text: string, wait: Wait = {}): Promise<void> {
    await within("the message to be sent", wait.timeoutMs ?? ANSWER_TIMEOUT_MS, wait.signal, () => {
      return new Promise<void>((resolve, reject) => {
        this.client.send(text, (error) => (error ? reject(new ProbeError("reset", error.message)) : resolve()));
      });
    });
  }

  /** Returns the first matching frame, unread or still to arrive. @throws ProbeError `timeout`, `reset` or `cancelled` */
  async receive(matches: (frame: Frame) => boolean, wait: Wait = {}): Promise<Frame> {
    const index = this.#frames.findIndex(matches);
    const [unread] = index < 0 ? [] : this.#frames.splice(index, 1);
    if (unread) return unread;
    return await this.#await("a message", wait, (resolve) => {
      const reader = (frame: Frame) => {
        if (!matches(frame)) return false;
        // Before the next frame, which may arrive in the same packet.
        this.#readers.delete(reader);
        resolve(frame);
        return true;
      };
      this.#readers.add(reader);
      return () => this.#readers.delete(reader);
    });
  }

  /** Sends a ping. Returns the milliseconds until its pong. */
  async ping(wait: Wait = {}): Promise<number> {
    const payload = randomBytes(8);
    const started = performance.now();
    return await this.#await("a pong", wait, (resolve) => {
      const onPong = (data: Buffer) => {
        if (data.equals(payload)) resolve(performance.now() - started);
      };
      this.client.on("pong", onPong);
      if (this.client.readyState === WebSocket.OPEN) this.client.ping(payload);
      return () => this.client.off("pong", onPong);
    });
  }

  /** Closes with 1000 and returns the server's close frame. Destroys the socket even if no close frame arrives. */
  async close(wait: Wait = {}): Promise<Close> {
    if (this.life.state === "open") {
      this.life.enter("closing");
      this.client.close(1000);
    }
    try {
      return await within(
        "the answer to the close",
        wait.timeoutMs ?? ANSWER_TIMEOUT_MS,
        wait.signal,
        () => this.closed,
      );
    } finally {
      this.client.terminate();
    }
  }

  #take(frame: Frame): void {
    for (const reader of this.#readers) {
      if (reader(frame)) return;
    }
    this.#frames.push(frame);
    if (this.#frames.length > UNREAD_FRAMES) this.#frames.shift();
  }

  /** Waits for an event. `start` returns a function that stops it. A closed connection ends the wait. */
  async #await<T>(what: string, wait: Wait, start: (resolve: (value: T) => void) => () => void): Promise<T> {
    let stop = () => {};
    try {
      return await within(what, wait.timeoutMs ?? ANSWER_TIMEOUT_MS, wait.signal, () => {
        const value = new Promise<T>((resolve) => {
          stop = start(resolve);
        });
        const gone = this.closed.then(({ code, reason }) => {
          const words = reason ? `${code} ${reason}` : String(code);
          throw new ProbeError("reset", `The connection was closed (${words}) while waiting for ${what}.`);
        });
        return Promise.race([value, gone]);
      });
    } finally {
      stop();
    }
  }
}
