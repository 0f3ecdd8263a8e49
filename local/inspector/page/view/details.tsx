/** The details of an exchange: the reason of a failure first, then each step with its values. */
import { canSend, copy, isOpen, push, send } from "../actions";
import { curlOf } from "../model/commands";
import { type Exchange, find } from "../model/exchange";
import { pretty } from "../model/pretty";
import { formatMs, stepsOf } from "../model/timing";
import { draft } from "../state";
import { Backend } from "./backend";
import { Authorizer, Checks, Failures } from "./decision";
import { Block, Pairs, Section } from "./parts";

export function Details({ exchange, reason }: { exchange: Exchange; revision: number; reason: string }) {
  const connecting = find(exchange, "connecting");
  const frames = exchange.events.filter((event) => event.type === "frame");
  const logs = exchange.events.filter((event) => event.type === "function-log" || event.type === "access-log");
  return (
    <div class="details">
      {reason !== "" && <p class="reason">{reason}</p>}
      <Actions exchange={exchange} />
      <Time exchange={exchange} />
      <Failures exchange={exchange} />
      <Checks exchange={exchange} />
      <Authorizer exchange={exchange} />
      {connecting && (
        <Section title="Client">
          <Block name="URL" text={connecting.path} />
          <Pairs values={{ address: connecting.sourceIp, ...connecting.headers }} />
        </Section>
      )}
      {frames
        .filter(({ direction }) => direction === "in")
        .map((frame, i) => (
          <Section key={i} title={`Message of the client, ${frame.bytes} bytes`}>
            <Block name="message" text={frame.text} />
          </Section>
        ))}
      <Backend exchange={exchange} />
      {frames
        .filter(({ direction }) => direction === "out")
        .map((frame, i) => (
          <Section key={i} title={`To the client: ${frame.cause}, ${frame.bytes} bytes`}>
            <Block name={frame.cause} text={frame.text} />
          </Section>
        ))}
      {logs.length > 0 && (
        <Section title="Log">
          <Block name="log" text={logs.map(({ line }) => pretty(line)).join("\n")} />
        </Section>
      )}
    </div>
  );
}

function Time({ exchange }: { exchange: Exchange }) {
  const steps = stepsOf(exchange);
  if (steps.length === 0) return null;
  return (
    <ul class="legend" aria-label="Time">
      {steps.map(({ step, duration }) => (
        <li key={step} class={step}>
          {`${step} ${formatMs(duration)}`}
        </li>
      ))}
    </ul>
  );
}

/** Sends again what the trace has in full: not shortened, and not masked. */
function Actions({ exchange }: { exchange: Exchange }) {
  const request = find(exchange, "integration-request");
  const frame = find(exchange, "frame");
  const isWhole =
    frame !== undefined &&
    !frame.text.includes("<masked, ") &&
    new TextEncoder().encode(frame.text).length === frame.bytes;
  const again = exchange.kind === "message" ? send : push;
  const isPossible = exchange.kind === "message" ? canSend() : isOpen();
  return (
    <p class="buttons">
      {frame && (
        <>
          <button type="button" disabled={!isWhole || !isPossible} onClick={() => void again(frame.text)}>
            {exchange.kind === "message" ? "Send again" : "Push again"}
          </button>
          <button type="button" onClick={() => edit(frame.text)}>
            Edit
          </button>
        </>
      )}
      {request?.target.startsWith("http") && (
        <button type="button" onClick={() => void copy(curlOf(request), "the request as a curl command")}>
          Copy as curl
        </button>
      )}
      <button
        type="button"
        onClick={() => void copy(JSON.stringify(exchange.events, null, 2), "the events of this line as JSON")}
      >
        Copy events
      </button>
    </p>
  );
}

function edit(text: string): void {
  draft.value = text;
  document.getElementById("draft")?.focus();
}
