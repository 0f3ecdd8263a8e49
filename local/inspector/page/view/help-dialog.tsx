/** The keys of the page. */
import { KEYS, LIST_KEYS } from "../model/keys";
import { closeDialog, Dialog } from "./dialog";

export function HelpDialog() {
  return (
    <Dialog name="help" title="Keys">
      <dl class="keys">
        {[...Object.values(KEYS), ...LIST_KEYS].map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="buttons">
        <button type="button" onClick={closeDialog}>
          Close
        </button>
      </p>
    </Dialog>
  );
}
