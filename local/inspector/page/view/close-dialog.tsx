/** Closes the selected connection: as the client, with a code, or as a backend. */
import { canSend, close, disconnect, isOpen } from "../actions";
import { closeDialog, Dialog } from "./dialog";

export function CloseDialog() {
  return (
    <Dialog name="close" title="Close the connection">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          const code = String(data.get("code") ?? "");
          void close(code === "" ? undefined : Number(code), String(data.get("reason") ?? ""));
          closeDialog();
        }}
      >
        <label>
          Code: 1000, 3000 to 4999, or none
          <input name="code" inputMode="numeric" pattern="[0-9]*" defaultValue="1000" autofocus />
        </label>
        <label>
          Reason
          <input name="reason" />
        </label>
        <p class="buttons">
          <button type="submit" disabled={!canSend()}>
            Close as the client
          </button>
          <button
            type="button"
            disabled={!isOpen()}
            onClick={() => {
              void disconnect();
              closeDialog();
            }}
          >
            Disconnect as a backend
          </button>
          <button type="button" onClick={closeDialog}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}
