/**
 * Access logs: the stage's format with its `$context` variables filled in, `-` for a variable without a value.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
import { logVariable } from "./expressions/context-variables";
import type { RouteEvent } from "./route-event";
import type { Services } from "./services";

type Format = (event: RouteEvent) => string;
const formats = new Map<string, Format>();

function accessLogFormat(format: string): Format {
  const known = formats.get(format);
  if (known !== undefined) return known;
  const parts = format
    .split(/\$context\.([A-Za-z]\w*(?:\.\w+)*)/)
    .map((part, i) => (i % 2 === 0 ? part : logVariable(part)));
  const compiled: Format = (event) =>
    parts.map((part) => (typeof part === "string" ? part : escaped(part(event)))).join("");
  formats.set(format, compiled);
  return compiled;
}

/** Escapes a value, so that it cannot end its line or, in a JSON format, its string. */
function escaped(value: string | number | undefined): string {
  return value === undefined || value === "" ? "-" : JSON.stringify(String(value)).slice(1, -1);
}

/** Writes the access log. Call it after the event. Does nothing if the stage has no format or the trace no listener. */
export function writeAccessLog(event: RouteEvent, { trace, clock }: Services): void {
  const format = event.stage.accessLogSettings?.format;
  if (format === undefined || !trace.active) return;
  const { apiId, stageName: stage } = event.connection.facts;
  trace.emit({ type: "access-log", at: clock.now(), apiId, stage, line: accessLogFormat(format)(event) });
}
