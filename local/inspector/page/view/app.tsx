/** The page: header, connections, timeline, dialogs, and the keys. */
import { useEffect } from "preact/hooks";
import { file, leaveFile, message, pane } from "../state";
import { CloseDialog } from "./close-dialog";
import { Composer } from "./composer";
import { ConnectDialog } from "./connect-dialog";
import { ConnectionList } from "./connection-list";
import { Header } from "./header";
import { HelpDialog } from "./help-dialog";
import { onKey } from "./keyboard";
import { TimelineView } from "./timeline-view";

export function App() {
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <div class={`page show-${pane.value}`}>
      <Header />
      {file.value && (
        <section class="banner" aria-label="File">
          {`The file ${file.value.name} is shown. `}
          <button type="button" onClick={leaveFile}>
            Back to the gateway (Esc)
          </button>
        </section>
      )}
      <main>
        <nav aria-label="Connections">
          <ConnectionList />
        </nav>
        <div class="events">
          <TimelineView />
          <Composer />
        </div>
      </main>
      <p class="result" role="status">
        {message.value}
      </p>
      <ConnectDialog />
      <CloseDialog />
      <HelpDialog />
    </div>
  );
}
