/** Writes a message, to send as the selected client or to push to it as a backend. ↑ and ↓ go through the earlier ones. */
import { useRef } from "preact/hooks";
import { canSend, isOpen, push, send, sentMessages } from "../actions";
import { draft, message, selected } from "../state";

export function Composer() {
  /** How many messages back the draft is. */
  const back = useRef(0);
  if (selected.value === "") return null;
  const run = (action: (text: string) => Promise<void>): void => {
    back.current = 0;
    void action(draft.value);
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): void => {
    const { key, shiftKey, ctrlKey, currentTarget } = event;
    if (key === "Enter" && !shiftKey) {
      event.preventDefault();
      if (ctrlKey && isOpen()) run(push);
      else if (canSend()) run(send);
      else
        message.value = isOpen()
          ? "Another program opened this connection: Ctrl+Enter pushes to it."
          : "This connection is not open.";
      return;
    }
    const { selectionStart, selectionEnd, value } = currentTarget;
    const older = key === "ArrowUp" && !value.slice(0, selectionStart).includes("\n");
    const newer = key === "ArrowDown" && !value.slice(selectionEnd).includes("\n");
    if (!older && !newer) return;
    const sent = sentMessages();
    back.current = Math.min(Math.max(back.current + (older ? 1 : -1), 0), sent.length);
    draft.value = sent[sent.length - back.current] ?? "";
    event.preventDefault();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        run(send);
      }}
    >
      <textarea
        id="draft"
        aria-label="Message"
        placeholder={'Message, such as {"action":"…"} (Enter sends, Ctrl+Enter pushes, ↑ earlier ones)'}
        rows={2}
        spellcheck={false}
        value={draft.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      <button
        type="submit"
        disabled={!canSend()}
        title={canSend() ? "Enter" : "Possible on a connection that this page opened"}
      >
        Send
      </button>
      <button type="button" disabled={!isOpen()} title="Ctrl+Enter" onClick={() => run(push)}>
        Push
      </button>
    </form>
  );
}
