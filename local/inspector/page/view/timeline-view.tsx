/** The timeline: a line for each handshake, message, push and close, of one connection or of all. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { copy, isOpen } from "../actions";
import { NO_FILTERS } from "../model/filter";
import { active, dialog, exchanges, expanded, filters, pane, selected, selectedRow, setExpanded } from "../state";
import { Line } from "./line";
import { VirtualList } from "./virtual-list";

/** Increases when the user asks for the end. */
const ends = signal(0);
const isNarrow = signal(false);

const narrow = matchMedia("(max-width: 700px)");
isNarrow.value = narrow.matches;
narrow.addEventListener("change", ({ matches }) => {
  isNarrow.value = matches;
});

export function followEnd(): void {
  active.value = "";
  ends.value += 1;
}

/** The key whose line gets the focus, once it is drawn. */
let focusNext = "";

/** Moves the focus to a line. */
export function focusLine(key: string): void {
  active.value = key;
  focusNext = key;
}

export function TimelineView() {
  const shown = exchanges.value;
  const row = selectedRow.value;
  const isAll = selected.value === "";
  useLayoutEffect(() => {
    if (focusNext === "") return;
    const line = document.querySelector<HTMLElement>(`#timeline [data-key="${CSS.escape(focusNext)}"] > button`);
    if (line === null) return;
    focusNext = "";
    line.focus({ preventScroll: true });
  });
  return (
    <>
      <div class="title">
        <button
          type="button"
          class="back"
          onClick={() => {
            pane.value = "connections";
          }}
        >
          ← Connections
        </button>
        <h2>{isAll ? "All connections" : selected.value}</h2>
        {row && <span class="facts">{[row.state, row.stage, row.user].filter(Boolean).join(", ")}</span>}
        {!isAll && (
          <>
            <button type="button" onClick={() => void copy(selected.value, "the connectionId")}>
              Copy id
            </button>
            <button
              type="button"
              disabled={!isOpen()}
              onClick={() => {
                dialog.value = "close";
              }}
            >
              Close…
            </button>
          </>
        )}
      </div>
      {shown.length === 0 && (
        <p class="empty">
          {filters.value === NO_FILTERS
            ? "Nothing has happened yet. Press c to connect, or ? for all keys."
            : "Nothing passes the filters."}
        </p>
      )}
      <VirtualList
        key={selected.value}
        items={shown}
        keyOf={({ id }) => String(id)}
        lineHeight={isNarrow.value ? 52 : 32}
        open={expanded.value}
        active={active.value}
        onMove={focusLine}
        toEnd={ends.value}
        role="list"
        container={{ id: "timeline", "aria-label": "Timeline", tabIndex: 0 }}
        line={(exchange, index) => ({
          role: "listitem",
          class: `line kind-${exchange.kind} is-${exchange.outcome}`,
          "aria-setsize": shown.length,
          "aria-posinset": index + 1,
          onKeyDown: (event: KeyboardEvent) => onLineKey(event, String(exchange.id)),
        })}
      >
        {(exchange) => <Line exchange={exchange} revision={exchange.events.length} named={isAll} />}
      </VirtualList>
    </>
  );
}

function onLineKey({ key, target }: KeyboardEvent, line: string): void {
  if (!(target instanceof HTMLElement) || target.matches("input, textarea")) return;
  if (key === "ArrowRight") setExpanded(line, true);
  if (key === "ArrowLeft") setExpanded(line, false);
}
