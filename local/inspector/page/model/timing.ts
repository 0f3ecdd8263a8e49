/** Where the time of an exchange went. */
import type { Exchange } from "./exchange";

export type Step = "checks" | "authorizer" | "mapping" | "backend" | "reply";

export interface Segment {
  readonly step: Step;
  /** Milliseconds. */
  readonly duration: number;
}

/** Returns the steps in their order, and how long each took. They add up to {@link durationOf}. */
export function segmentsOf({ events }: Exchange): Segment[] {
  const segments: Segment[] = [];
  let last = events[0]?.at ?? 0;
  const end = (step: Step, at: number): void => {
    const duration = Math.max(at - last, 0);
    last = Math.max(at, last);
    const previous = segments.at(-1);
    if (previous?.step === step) segments[segments.length - 1] = { step, duration: previous.duration + duration };
    else if (duration > 0) segments.push({ step, duration });
  };
  for (const event of events) {
    switch (event.type) {
      case "check":
        // After the backend's response.
        end(event.check === "integration" ? "reply" : "checks", event.at);
        break;
      case "route":
        end("checks", event.at);
        break;
      case "authorizer":
        end("authorizer", event.at);
        break;
      case "integration-request":
        end("mapping", event.at);
        break;
      case "integration-response":
      case "integration-failure":
        end("backend", event.at);
        break;
      case "opened":
      case "refused":
      case "frame":
      case "management":
        end("reply", event.at);
    }
  }
  return segments;
}

/** Each step once, with its whole duration. */
export function stepsOf(exchange: Exchange): Segment[] {
  const durations = new Map<Step, number>();
  for (const { step, duration } of segmentsOf(exchange)) durations.set(step, (durations.get(step) ?? 0) + duration);
  return [...durations].map(([step, duration]) => ({ step, duration }));
}

/** Milliseconds from the first event to the last one of a step. */
export function durationOf(exchange: Exchange): number {
  return segmentsOf(exchange).reduce((sum, { duration }) => sum + duration, 0);
}

export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
