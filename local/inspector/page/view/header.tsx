/** The header: whether the page is live, the filters, and the actions on everything. */
import { clear, exportFile, openFile } from "../actions";
import { FRAMES } from "../model/filter";
import { KEYS } from "../model/keys";
import { connection, dialog, file, filters, routes, setFilters, statuses, togglePause } from "../state";

const STATES = {
  waiting: "connecting…",
  live: "live",
  lost: "the gateway does not answer, reconnecting…",
  paused: "paused",
};

export function Header() {
  const isPaused = connection.value === "paused";
  return (
    <header>
      <h1>
        Gateway inspector <small>{file.value ? "file" : STATES[connection.value]}</small>
      </h1>
      <search class="filters">
        <input
          id="search"
          type="search"
          aria-label="Search"
          placeholder="Search (/)"
          spellcheck={false}
          value={filters.value.text}
          onInput={(event) => setFilters({ text: event.currentTarget.value })}
        />
        <Filter name="state" label="State" options={["connecting", "open", "refused", "closed"]} />
        <Filter name="route" label="Route" options={[FRAMES, ...routes.value.split("\n").filter(Boolean)]} />
        <Filter name="status" label="Status" options={["bad", ...statuses.value.split("\n").filter(Boolean)]} />
      </search>
      <div class="actions">
        <button
          type="button"
          class="first"
          title={keyOf("connect")}
          onClick={() => {
            dialog.value = "connect";
          }}
        >
          Connect
        </button>
        <button
          type="button"
          title={keyOf("pause")}
          aria-pressed={isPaused}
          disabled={Boolean(file.value)}
          onClick={togglePause}
        >
          {isPaused ? "Continue" : "Pause"}
        </button>
        <details class="menu">
          <summary>More</summary>
          <div class="items">
            <Item command="clear" title="Clear" act={() => void clear()} />
            <Item command="har" title="Export HAR" act={() => exportFile("har")} />
            <Item command="lines" title="Export JSON Lines" act={() => exportFile("jsonl")} />
            <Item command="open" title="Open a file" act={openFile} />
            <Item
              command="help"
              title="Keys"
              act={() => {
                dialog.value = "help";
              }}
            />
          </div>
        </details>
      </div>
    </header>
  );
}

const keyOf = (command: keyof typeof KEYS): string => `Key: ${KEYS[command][0]}`;

interface ItemProps {
  readonly command: keyof typeof KEYS;
  readonly title: string;
  readonly act: () => void;
}

/** An item of the menu, which it closes. */
function Item({ command, title, act }: ItemProps) {
  return (
    <button
      type="button"
      onClick={({ currentTarget }) => {
        currentTarget.closest("details")?.removeAttribute("open");
        act();
      }}
    >
      {title}
      <kbd>{KEYS[command][0]}</kbd>
    </button>
  );
}

/** Of options that are neither a route nor a status. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["bad", "failed"],
  [FRAMES, "frames only"],
]);

function Filter({
  name,
  label,
  options,
}: {
  name: "state" | "route" | "status";
  label: string;
  options: readonly string[];
}) {
  const value = filters.value[name];
  return (
    <select aria-label={label} value={value} onChange={(event) => setFilters({ [name]: event.currentTarget.value })}>
      <option value="">{label}</option>
      {[...new Set([...options, ...(value === "" ? [] : [value])])].map((option) => (
        <option key={option} value={option}>
          {NAMES.get(option) ?? option}
        </option>
      ))}
    </select>
  );
}
