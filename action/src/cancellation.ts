/** Handles a cancelled job: the runner sends SIGINT, some seconds later SIGTERM, and then kills the process. */
import { ActionFailure } from "./failure";

export class Cancellation {
  private readonly controller = new AbortController();
  private readonly onSecond: (() => void)[] = [];

  /** Aborts at the first signal. */
  readonly signal = this.controller.signal;

  /** Listens for signals. From then on, the first one aborts {@link signal} instead of ending the process. */
  listen(source: Pick<NodeJS.Process, "on">): void {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      source.on(name, () => {
        if (this.signal.aborted) for (const act of this.onSecond.splice(0)) act();
        else this.controller.abort();
      });
    }
  }

  /** Calls `act` at the second signal. The runner kills the process soon after it. */
  onSecondSignal(act: () => void): void {
    this.onSecond.push(act);
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  /** Checks whether the job was cancelled. @throws ActionFailure `cancelled` */
  check(): void {
    if (this.requested) throw cancelled();
  }
}

export const cancelled = (): ActionFailure =>
  new ActionFailure("cancelled", "The job was cancelled.", {
    hint: "Run the job again: it continues from the saved state.",
  });
