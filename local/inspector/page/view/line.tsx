/** One line of the timeline: what happened, how it ended, and where the time went. Open, it has the details. */
import type { Exchange } from "../model/exchange";
import { reasonOf, titleOf } from "../model/summary";
import { durationOf, formatMs, segmentsOf } from "../model/timing";
import { active, expanded, setExpanded } from "../state";
import { Details } from "./details";

interface LineProps {
  readonly exchange: Exchange;
  /** Increases with each event: the exchange itself stays the same object, which would not be drawn again. */
  readonly revision: number;
  /** Whether the line has the connectionId. */
  readonly named: boolean;
}

export function Line({ exchange, revision, named }: LineProps) {
  const { at, kind, status, outcome, connectionId } = exchange;
  const key = String(exchange.id);
  const isOpen = expanded.value.has(key);
  const reason = reasonOf(exchange);
  const direction = DIRECTIONS[kind];
  return (
    <>
      <button
        type="button"
        class="summary"
        aria-expanded={isOpen}
        onClick={() => {
          active.value = key;
          setExpanded(key, !isOpen);
        }}
        onFocus={() => {
          active.value = key;
        }}
      >
        <time>{timeOf(at)}</time>
        {named && <span class="id">{connectionId}</span>}
        <span class="kind">{`${direction} ${kind}`}</span>
        <span class="status">{status || (outcome === "pending" ? "…" : "")}</span>
        <span class="text">
          {reason !== "" && <b>{reason}</b>}
          {reason !== "" && " "}
          {titleOf(exchange).slice(0, 300)}
        </span>
        <Bar exchange={exchange} />
      </button>
      {isOpen && <Details exchange={exchange} revision={revision} reason={reason} />}
    </>
  );
}

const DIRECTIONS = { handshake: "←", message: "←", push: "→", management: "·", close: "×", note: "·" };

function Bar({ exchange }: { exchange: Exchange }) {
  const segments = segmentsOf(exchange);
  const duration = durationOf(exchange);
  if (segments.length === 0) return <span class="bar" />;
  return (
    <span class="bar" title={segments.map(({ step, duration: ms }) => `${step} ${formatMs(ms)}`).join(", ")}>
      <span class="segments">
        {segments.map(({ step, duration: ms }, i) => (
          <span key={i} class={`segment ${step}`} style={{ flexGrow: String(ms / duration) }} />
        ))}
      </span>
      <span class="ms">{formatMs(duration)}</span>
    </span>
  );
}

/** The local time, to the millisecond. */
function timeOf(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
