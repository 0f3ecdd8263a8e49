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
  authorizer: ["detail"],
  refused: ["message", "detail"],
};
const TYPES = new Set([
  ...Object.keys(STRINGS),
  ...["check", "route", "integration-failure", "opened", "closed", "management"],
]);
/** Texts by their names. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  connecting: ["headers"],
  "integration-request": ["headers", "mapped", "values"],
};

const OPTIONAL_TEXTS = ["headers", "context"];
/** Milliseconds from 1970 to the last time that a Date can have. */
const LAST_TIME = 8.64e15;

/** Checks the members that the page reads without a check of its own. */
function isEvent(value: unknown): value is TraceEvent {
  if (typeof value !== "object" || value === null) return false;
  const member = (name: string): unknown => Reflect.get(value, name);
  const isString = (one: unknown): boolean => typeof one === "string";
  const isTexts = (one: unknown): boolean =>
    typeof one === "object" && one !== null && Object.values(one).every(isString);
  const type = String(member("type"));
  const at = member("at");
  return (
    TYPES.has(type) &&
    typeof at === "number" &&
    Math.abs(at) <= LAST_TIME &&
    (STRINGS[type] ?? []).every((name) => isString(member(name))) &&
    (TEXTS[type] ?? []).every((name) => isTexts(member(name))) &&
    OPTIONAL_TEXTS.every((name) => isTexts(member(name) ?? {})) &&
    (type !== "connecting" || URL.canParse(`ws://localhost${member("path")}`))
  );
}
