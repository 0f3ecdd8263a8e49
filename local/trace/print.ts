/** Prints the trace: as lines for a person (when, which connection, what happened and why), or as JSON. */
import { type Color, painter } from "../../terminal/color";
import { escapeControls } from "../../terminal/control-characters";
import type { TraceEvent, TraceListener } from "./trace";

export type PrintMode = "text" | "json" | "quiet";

/** A listener that writes each event; undefined for "quiet", so that the trace stays inactive and costs nothing. */
export function createPrinter(
  mode: PrintMode,
  write: (text: string) => void,
  color: boolean,
): TraceListener | undefined {
  if (mode === "quiet") return undefined;
  if (mode === "json") return (event: TraceEvent) => write(`${JSON.stringify(event)}\n`);
  return (event: TraceEvent) => write(renderText(event, { color }));
}

export interface TextOptions {
  readonly color: boolean;
}

type Mark = "ok" | "no" | "in" | "out" | "note";

const MARKS: Readonly<Record<Mark, { readonly sign: string; readonly color: Color }>> = {
  ok: { sign: "✓", color: "green" },
  no: { sign: "✗", color: "red" },
  in: { sign: "←", color: "cyan" },
  out: { sign: "→", color: "cyan" },
  note: { sign: "·", color: "gray" },
};

interface Line {
  readonly mark: Mark;
  readonly text: string;
  /** Indented lines below, such as request parameters. */
  readonly more?: readonly string[];
}

/** One or more lines, each with a line end. */
export function renderText(event: TraceEvent, options: TextOptions): string {
  const { mark, text, more = [] } = describe(event);
  const { sign, color } = MARKS[mark];
  const paint = painter(options.color);
  const connection = "connectionId" in event && event.connectionId ? event.connectionId : "-";
  const start = `${paint("gray", new Date(event.at).toISOString().slice(11, 23))} ${connection.padEnd(16)} `;
  const below = more.map((part) => `${" ".repeat(32)}${paint("gray", escapeControls(part))}\n`);
  return `${start}${paint(color, sign)} ${escapeControls(text)}\n${below.join("")}`;
}

function describe(event: TraceEvent): Line {
  switch (event.type) {
    case "connecting":
      return { mark: "in", text: `connecting ${event.path} from ${event.sourceIp}` };
    case "check":
      return { mark: event.passed ? "ok" : "no", text: withDetail(event.check, event.detail) };
    case "authorizer":
      return {
        mark: event.outcome === "allow" ? "ok" : "no",
        text: `authorizer: ${event.outcome} (${ms(event.durationMs)}), ${event.detail}`,
        more: pairs(event.context ?? {}),
      };
    case "route":
      return event.found
        ? { mark: "ok", text: `route ${event.routeKey}` }
        : {
            mark: "no",
            text: `no route has the key ${JSON.stringify(event.selected)}, and there is no $default route`,
          };
    case "integration-request":
      return {
        mark: "out",
        text: `${event.routeKey}: ${event.integrationType} ${event.method} ${event.target}`,
        more: [
          ...mappings(event),
          `headers ${headersText(event.headers)}`,
          ...(event.body ? [`body ${event.body}`] : []),
        ],
      };
    case "integration-response":
      return {
        mark: event.status < 400 ? "ok" : "no",
        text: `${event.routeKey}: ${event.status} (${ms(event.durationMs)}, ${event.bytes} bytes)${key(event.responseKey)}`,
        more: [...(event.body ? [`body ${event.body}`] : []), ...(isIgnored(event) ? [IGNORED] : [])],
      };
    case "integration-failure":
      return { mark: "no", text: `${event.routeKey}: ${event.reason} (${ms(event.durationMs)}), ${event.detail}` };
    case "opened":
      return {
        mark: "ok",
        text: `open (${ms(event.durationMs)})${event.protocol ? `, protocol ${event.protocol}` : ""}`,
      };
    case "refused":
      return {
        mark: "no",
        text: withDetail(
          `refused: ${event.status} ${event.message}, by ${event.check} (${ms(event.durationMs)})`,
          event.detail === event.message ? "" : event.detail,
        ),
      };
    case "frame":
      return { mark: event.direction, text: `${event.cause} of ${event.bytes} bytes: ${event.text}` };
    case "closed":
      return {
        mark: "note",
        text: `closed by ${event.by}: ${withDetail(String(event.code), event.reason)} (${ms(event.durationMs)})`,
      };
    case "management":
      return {
        mark: event.status < 400 ? "ok" : "no",
        text: withDetail(`@connections ${event.method}: ${event.status}`, event.detail),
      };
    case "fault":
      return { mark: "note", text: `fault ${event.fault}: ${event.detail}` };
    case "access-log":
      return { mark: "note", text: `access log: ${event.line}` };
    case "function-log":
      return { mark: "note", text: `${event.functionName}: ${event.line}` };
    case "notice":
      return { mark: "note", text: `${event.code}: ${event.message}` };
  }
}

const ms = (duration: number): string => `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms`;
const withDetail = (text: string, detail: string | undefined): string => (detail ? `${text}: ${detail}` : text);
const key = (responseKey: string | undefined): string => (responseKey ? `, integration response ${responseKey}` : "");

/** The status of a non-proxy integration does not reject a client. */
function isIgnored({ routeKey, status, responseKey }: Extract<TraceEvent, { type: "integration-response" }>): boolean {
  return routeKey === "$connect" && status >= 400 && responseKey !== undefined;
}
const IGNORED = "the client connects anyway: an integration of type HTTP does not pass on the backend's status";

function headersText(headers: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
}

function mappings({ mapped, values }: Extract<TraceEvent, { type: "integration-request" }>): string[] {
  return Object.entries(mapped).map(([name, source]) => {
    const value = values[name];
    if (value === undefined) return `${name} ← ${source} has no value, so it is left out`;
    return `${name} ← ${source}${source.startsWith("'") ? "" : `: ${value}`}`;
  });
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} = ${value}`);
}
