/** The list of connections, with state, stage, user, age and last event. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConnectionRow } from "../../connections";
import { own, rows, select, selected, total } from "../state";
import { VirtualList } from "./virtual-list";

/** Milliseconds since the epoch, to the second. */
const now = signal(Date.now());

const LINE = 52;

export function ConnectionList() {
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const shown = rows.value;
  return (
    <>
      <button type="button" class="everything" aria-pressed={selected.value === ""} onClick={() => select("")}>
        All connections
        <small>{shown.length === total.value ? `${total.value}` : `${shown.length} of ${total.value}`}</small>
      </button>
      <VirtualList
        items={shown}
        keyOf={({ id }) => id}
        lineHeight={LINE}
        active={selected.value}
        onMove={select}
        role="listbox"
        container={{
          id: "connections",
          "aria-label": "Connections",
          tabIndex: 0,
          ...(selected.value !== "" && { "aria-activedescendant": optionId(selected.value) }),
        }}
        line={({ id, state }, index) => ({
          id: optionId(id),
          role: "option",
          class: `connection ${state}`,
          "aria-selected": selected.value === id,
          "aria-setsize": shown.length,
          "aria-posinset": index + 1,
          onClick: () => select(id),
        })}
      >
        {(row) => <Connection row={row} />}
      </VirtualList>
    </>
  );
}

function Connection({ row }: { row: ConnectionRow }) {
  const { id, state, code, stage, user, since, lastAt, last } = row;
  const end = state === "open" || state === "connecting" ? now.value : lastAt;
  return (
    <>
      <b>
        <span class="id">{id}</span>
        {own.value.has(id) && <span class="own">mine</span>}
        <span class="age">{age(end - since)}</span>
      </b>
      <span class="facts">
        <span class="state">{code === undefined ? state : `${state} ${code}`}</span>
        {`, ${stage}`}
        {user !== "" && `, ${user}`}
        {last !== "" && `, ${last}`}
      </span>
    </>
  );
}

const optionId = (id: string): string => `connection-${id}`;

function age(milliseconds: number): string {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
