/** The keys of the page, for the handler and for the list that `?` shows. */

export const KEYS = {
  help: ["?", "this list"],
  refusal: ["r", "the latest refusal or failure, open, with its reason"],
  search: ["/", "search"],
  connect: ["c", "connect"],
  compose: ["m", "write a message for the selected connection: Enter sends it, Ctrl+Enter pushes it"],
  close: ["x", "close the selected connection"],
  pause: ["Space", "pause, and continue"],
  clear: ["Shift+X", "clear: forget what has happened so far"],
  all: ["a", "all connections"],
  connections: ["1", "to the list of connections"],
  timeline: ["2", "to the timeline"],
  bottom: ["g", "to the end of the timeline, and follow it"],
  har: ["h", "export as HAR"],
  lines: ["l", "export as JSON Lines"],
  open: ["o", "open a file that was exported"],
} as const;

export type Command = keyof typeof KEYS;

/** Keys of the lists, which the lists handle. */
export const LIST_KEYS = [
  ["↑ ↓", "the line before, the line after"],
  ["Home End", "the first line, the last line"],
  ["Enter, → ←", "open and close a line"],
  ["Esc", "close a dialog, leave a field, return from a file"],
] as const;

/** The part of a KeyboardEvent that is read. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Returns the command of a key; undefined where it has none. */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyPress): Command | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const name = key === " " ? "Space" : key.length === 1 && shiftKey && /[A-Z]/.test(key) ? `Shift+${key}` : key;
  for (const command of commands) if (KEYS[command][0] === name) return command;
  return undefined;
}

const commands = Object.keys(KEYS).filter((name): name is Command => name in KEYS);
