/** Reads a file of events: one that the inspector exported, or the output of `npm run local -- --json`. */
import type { TraceEvent } from "../../../trace/trace";
import type { Numbered } from "../../history";
import type { Exchange } from "./exchange";
import { parseObject } from "./summary";

/** The events of exchanges, in their order. */
export function eventsOf(exchanges: readonly Exchange[]): Numbered[] {
  const numbered = exchanges.flatMap(({ events, numbers }) =>
    events.map((event, i): Numbered => [numbers[i] ?? 0, event]),
  );
  return numbered.sort(([a], [b]) => a - b);
}

/** One event a line, as `--json` prints them. */
export function toJsonLines(events: readonly Numbered[]): string {
  return events.map(([, event]) => `${JSON.stringify(event)}\n`).join("");
}

/**
 * Returns the events of a HAR file of the inspector, or of JSON Lines.
 *
 * @throws {Error} whose message is for the user, where the file has none
 */
export function readEvents(text: string): Numbered[] {
  const log = Object(parseObject(text)?.log);
  const found: unknown[] = Array.isArray(log._events)
    ? log._events.map((pair: unknown) => (Array.isArray(pair) ? pair[1] : undefined))
    : text.split("\n").map(parseObject);
  const events = found.filter(isEvent);
  if (events.length === 0) {
    throw new Error(
      "The file has no events: open a HAR or JSON Lines file that the inspector exported, or the output of --json.",
    );
  }
  return events.map((event, i) => [i + 1, event]);
}

const STRINGS: Readonly<Record<string, readonly string[]>> = {
  connecting: ["requestId", "path"],
  frame: ["direction", "cause", "text"],
  "integration-request": ["method", "target", "body"],
  "integration-response": ["body"],
  "function-log": ["line"],
  "access-log": ["line"],
  notice: ["message"],
  fault: ["fault", "detail"],
};
const TYPES = new Set([
  ...Object.keys(STRINGS),
  ...["check", "authorizer", "route", "integration-failure", "opened", "refused", "closed", "management"],
]);
const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  connecting: ["headers"],
  "integration-request": ["headers", "mapped", "values"],
};

/** Checks the members that the page reads without a check of its own. */
function isEvent(value: unknown): value is TraceEvent {
  if (typeof value !== "object" || value === null) return false;
  const has = (name: string, type: string): boolean => typeof Reflect.get(value, name) === type;
  const type = String(Reflect.get(value, "type"));
  return (
    TYPES.has(type) &&
    has("at", "number") &&
    (STRINGS[type] ?? []).every((name) => has(name, "string")) &&
    (OBJECTS[type] ?? []).every((name) => has(name, "object") && Reflect.get(value, name) !== null)
  );
}
