/** Runs the commands of the keys, while no field or dialog has the focus. */
import { clear, exportFile, isOpen, openFile } from "../actions";
import { type Command, commandOf } from "../model/keys";
import { dialog, exchanges, file, leaveFile, message, select, selected, setExpanded, togglePause } from "../state";
import { focusLine, followEnd } from "./timeline-view";

export function onKey(event: KeyboardEvent): void {
  const { target } = event;
  if (dialog.value !== "") return;
  const isField = target instanceof HTMLElement && target.matches("input, textarea, select");
  if (event.key === "Escape") {
    // Chromium would clear the search field without an event.
    event.preventDefault();
    if (isField) target.blur();
    else if (file.value) leaveFile();
    return;
  }
  // Space and Enter press a button that has the focus.
  const presses = target instanceof HTMLButtonElement && event.key === " ";
  const command = isField || presses ? undefined : commandOf(event);
  if (command === undefined) return;
  event.preventDefault();
  commands[command]();
}

const commands: Readonly<Record<Command, () => void>> = {
  help: () => {
    dialog.value = "help";
  },
  connect: () => {
    dialog.value = "connect";
  },
  close: () => {
    if (isOpen()) dialog.value = "close";
  },
  refusal: showLatestFailure,
  search: () => focus("search"),
  compose,
  pause: () => {
    if (!file.value) togglePause();
  },
  clear: () => void clear(),
  all: () => select(""),
  connections: () => focus("connections"),
  timeline: () => focus("timeline"),
  bottom: followEnd,
  har: () => exportFile("har"),
  lines: () => exportFile("jsonl"),
  open: openFile,
};

function focus(id: string): void {
  document.getElementById(id)?.focus();
}

function compose(): void {
  if (selected.value === "") message.value = "Select a connection first.";
  focus("draft");
}

/** Opens the latest line that failed, of the selected connection or of all. */
function showLatestFailure(): void {
  const failed = exchanges.value.findLast(({ outcome }) => outcome === "bad");
  if (failed === undefined) {
    message.value = "Nothing has failed.";
    return;
  }
  setExpanded(String(failed.id), true);
  focusLine(String(failed.id));
}
