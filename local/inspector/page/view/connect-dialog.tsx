/** Connects as any user, with claims, headers, an origin and subprotocols of the user's choice. */
import { signal } from "@preact/signals";
import { act, connect, copy } from "../actions";
import type { ConnectRequest, Place } from "../api";
import { wscatOf } from "../model/commands";
import { claimsOf, linesOf, pairsOf } from "../model/form";
import { message, places } from "../state";
import { closeDialog, Dialog } from "./dialog";

/** The stage that was chosen last: apiId and stage. */
const chosen = signal("");
const problem = signal("");

const keyOf = ({ apiId, stage }: Place): string => `${apiId}/${stage}`;

export function ConnectDialog() {
  const all = places.value;
  const place = all.find((one) => keyOf(one) === chosen.value) ?? all[0];
  return (
    <Dialog name="connect" title="Connect">
      {place === undefined ? (
        <p>No stage is deployed.</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            read(event.currentTarget, place, (request) => {
              void connect(request);
              closeDialog();
            });
          }}
        >
          <label>
            Stage
            <select
              aria-label="Stage"
              value={keyOf(place)}
              onChange={(event) => {
                chosen.value = event.currentTarget.value;
              }}
            >
              {all.map((one) => (
                <option key={keyOf(one)} value={keyOf(one)}>{`${one.apiName} / ${one.stage}`}</option>
              ))}
            </select>
          </label>
          <Fields key={keyOf(place)} place={place} />
          <p class="reason" role="alert">
            {problem.value}
          </p>
          <p class="buttons">
            <button type="submit" class="first">
              Connect
            </button>
            <button type="button" onClick={(event) => copyCommand(event.currentTarget.form, place)}>
              Copy as wscat
            </button>
            <button type="button" onClick={closeDialog}>
              Cancel
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

function Fields({ place: { claims, parameters, origin } }: { place: Place }) {
  const { sub, ...others } = claims ?? {};
  return (
    <>
      {claims && (
        <>
          <label>
            User (sub)
            <input name="user" defaultValue={String(sub ?? "")} autofocus spellcheck={false} />
          </label>
          <label>
            Claims (JSON; those of an expired token: {'{"exp": 1}'})
            <textarea name="claims" rows={3} spellcheck={false} defaultValue={JSON.stringify(others)} />
          </label>
          <label class="check">
            <input type="checkbox" name="anonymous" /> without a token
          </label>
        </>
      )}
      <label>
        Query parameters, name=value, one a line
        <textarea name="parameters" rows={2} spellcheck={false} defaultValue={linesOf(parameters, "=")} />
      </label>
      <label>
        Headers, Name: value, one a line
        <textarea name="headers" rows={2} spellcheck={false} />
      </label>
      <label>
        Origin
        <input name="origin" defaultValue={origin} placeholder="https://app.example.com" spellcheck={false} />
      </label>
      <label>
        Subprotocols, separated by commas
        <input name="protocols" spellcheck={false} />
      </label>
    </>
  );
}

/** Reads the form. A mistake is shown in it. */
function read(form: HTMLFormElement, { apiId, stage }: Place, done: (request: ConnectRequest) => void): void {
  const data = new FormData(form);
  const text = (name: string): string => String(data.get(name) ?? "");
  try {
    const origin = text("origin").trim();
    const protocols = text("protocols")
      .split(",")
      .map((one) => one.trim());
    const request = {
      apiId,
      stage,
      claims: data.has("anonymous") ? null : claimsOf(text("user"), text("claims")),
      parameters: pairsOf(text("parameters"), "="),
      headers: pairsOf(text("headers"), ":"),
      protocols: protocols.filter((one) => one !== ""),
      ...(origin !== "" && { origin }),
    };
    problem.value = "";
    done(request);
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
  }
}

function copyCommand(form: HTMLFormElement | null, place: Place): void {
  if (form === null) return;
  read(form, place, (request) => {
    void act("url", request, ({ url = "", headers = {} }) => {
      const { Origin: origin = "", ...others } = headers;
      void copy(wscatOf({ ...request, url, origin, headers: others }), "the connection as a wscat command");
      return message.value;
    });
  });
}
