/** A cancelled job: the runner sends SIGINT, some seconds later SIGTERM, and then kills. */
import { ActionFailure } from "./failure";

export class Cancellation {
  private readonly controller = new AbortController();
  private readonly insisted: (() => void)[] = [];

  /** Aborted once, by whichever signal comes first. */
  readonly signal = this.controller.signal;

  /** From here on the process no longer ends by itself when it is signalled. */
  listen(source: Pick<NodeJS.Process, "on">): void {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      source.on(name, () => {
        if (this.signal.aborted) for (const act of this.insisted.splice(0)) act();
        else this.controller.abort();
      });
    }
  }

  /** What to do when a second signal says that there is little time left. */
  onInsistence(act: () => void): void {
    this.insisted.push(act);
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  /** @throws ActionFailure `cancelled` */
  check(): void {
    if (this.requested) throw cancelled();
  }
}

export const cancelled = (): ActionFailure =>
  new ActionFailure("cancelled", "The job was cancelled.", {
    next: "Run it again: it takes up where this one stopped.",
  });
