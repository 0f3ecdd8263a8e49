/** The states of one connection, the transitions between them, and the duration of each phase. */
import type { ProbeState, Timings } from "./types";

const FOLLOWERS: Readonly<Record<ProbeState, readonly ProbeState[]>> = {
  idle: ["resolving", "dialling", "failed"],
  resolving: ["dialling", "failed"],
  dialling: ["tunnelling", "securing", "upgrading", "failed"],
  tunnelling: ["securing", "upgrading", "failed"],
  securing: ["upgrading", "failed"],
  upgrading: ["open", "refused", "failed"],
  open: ["closing", "closed"],
  closing: ["closed"],
  closed: [],
  refused: [],
  failed: [],
};

/** The phases that are measured. */
const PHASES: Partial<Record<ProbeState, keyof Timings>> = {
  resolving: "dns",
  dialling: "tcp",
  tunnelling: "proxy",
  securing: "tls",
  upgrading: "upgrade",
};

export class Lifecycle {
  readonly timings: Timings = {};
  #state: ProbeState = "idle";
  #since: number;

  constructor(
    private readonly onState: (state: ProbeState) => void = () => {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#since = now();
  }

  get state(): ProbeState {
    return this.#state;
  }

  /** Ends the current phase and records its duration. */
  enter(next: ProbeState): void {
    if (!FOLLOWERS[this.#state].includes(next))
      throw new Error(`A connection cannot go from ${this.#state} to ${next}.`);
    const now = this.now();
    const phase = PHASES[this.#state];
    if (phase) this.timings[phase] = now - this.#since;
    this.#state = next;
    this.#since = now;
    this.onState(next);
  }
}
