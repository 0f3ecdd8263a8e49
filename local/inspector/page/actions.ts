/** What the user does with the gateway, and with files. Each action says its result in {@link message}. */
import { type Answer, post } from "./api";
import { eventsOf, readEvents, toJsonLines } from "./model/files";
import { toHar } from "./model/har";
import { exchanges, file, handshakeShown, message, own, places, select, selectedRow, showFile } from "./state";

/** Runs an action. What the gateway answers, and a failure, is shown. */
export async function act(
  action: string,
  body: object,
  done: (answer: Answer) => string | Promise<string>,
): Promise<void> {
  try {
    const answer = await post(action, body);
    message.value = answer.message ?? (await done(answer));
  } catch (error) {
    message.value = `The gateway does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The endpoint of `@connections` for the selected connection. */
function endpoint(): string {
  const row = selectedRow.value;
  const place = places.value.find(({ apiId, stage }) => apiId === row?.apiId && stage === row.stage);
  return place?.endpoint ?? "";
}

const ANSWERED = ({ answer }: Answer): string => `@connections answered ${answer}`;

export const canSend = (): boolean =>
  file.value === undefined && isOpen() && own.value.has(selectedRow.value?.id ?? "");
export const isOpen = (): boolean => file.value === undefined && selectedRow.value?.state === "open";

/** Sends as the selected client, which the inspector has opened. */
export function send(text: string): Promise<void> {
  remember(text);
  return act("send", { connectionId: selectedRow.value?.id, text }, () => "sent");
}

export function push(text: string): Promise<void> {
  remember(text);
  return act("push", { endpoint: endpoint(), connectionId: selectedRow.value?.id, text }, ANSWERED);
}

export function close(code: number | undefined, reason: string): Promise<void> {
  return act("close", { connectionId: selectedRow.value?.id, code, reason }, () => "closed as the client");
}

export function disconnect(): Promise<void> {
  return act("disconnect", { endpoint: endpoint(), connectionId: selectedRow.value?.id }, ANSWERED);
}

export function connect(body: object): Promise<void> {
  return act("connect", body, async ({ connectionId = "", handshake }) => {
    if (connectionId !== "") {
      // Before, the connection would not be open for the keys that follow.
      await handshakeShown(connectionId);
      select(connectionId);
    }
    return handshake === 101 ? "connected" : `refused with ${handshake}`;
  });
}

export function clear(): Promise<void> {
  return act("clear", {}, () => "cleared");
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    message.value = `copied: ${what}`;
  } catch {
    message.value = "The browser does not allow this page to copy.";
  }
}

const HISTORY = "inspector-messages";
const REMEMBERED = 50;

/** Messages that were sent or pushed, the latest last. They are kept until the tab is closed. */
export function sentMessages(): string[] {
  const kept: unknown = JSON.parse(sessionStorage.getItem(HISTORY) ?? "[]");
  return Array.isArray(kept) ? kept.map(String) : [];
}

function remember(text: string): void {
  const kept = [...sentMessages().filter((one) => one !== text), text].slice(-REMEMBERED);
  try {
    sessionStorage.setItem(HISTORY, JSON.stringify(kept));
  } catch {
    // The message is too large for the browser's storage.
  }
}

/** Saves what the timeline shows. */
export function exportFile(format: "har" | "jsonl"): void {
  const shown = exchanges.value;
  const events = eventsOf(shown);
  const text =
    format === "jsonl"
      ? toJsonLines(events)
      : `${JSON.stringify(toHar(shown, events, location.origin.replace(/^http/, "ws")), null, 1)}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `gateway-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  message.value = `exported ${shown.length} exchanges`;
}

/** Kept: a browser may remove an element without a reference before the user has chosen. */
const picker = document.createElement("input");
picker.type = "file";
picker.accept = ".har,.jsonl,.json,.txt";
picker.onchange = () => {
  void showChosen(picker.files?.[0]);
  // The same file can be chosen again.
  picker.value = "";
};

export function openFile(): void {
  picker.click();
}

async function showChosen(chosen: File | undefined): Promise<void> {
  if (chosen === undefined) return;
  try {
    showFile(chosen.name, readEvents(await chosen.text()));
    message.value = `opened ${chosen.name}`;
  } catch (error) {
    message.value = error instanceof Error ? error.message : String(error);
  }
}
