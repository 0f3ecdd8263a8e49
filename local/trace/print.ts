/** Printers of the trace: for a person, for a machine, or none. */

import { renderText } from "./text";
import type { TraceEvent, TraceListener } from "./trace";

export type PrintMode = "text" | "json" | "quiet";

/** What listens to the trace and writes; undefined where nothing is to be written, so that nothing is built either. */
export function createPrinter(
  mode: PrintMode,
  write: (text: string) => void,
  color: boolean,
): TraceListener | undefined {
  if (mode === "quiet") return undefined;
  if (mode === "json") return (event: TraceEvent) => write(`${JSON.stringify(event)}\n`);
  return (event: TraceEvent) => write(renderText(event, { color }));
}
