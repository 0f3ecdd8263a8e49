/** Who decided about a handshake, and from what: the checks, and the authorizer with the token's claims and its policy. */
import { type Exchange, find } from "../model/exchange";
import { formatMs } from "../model/timing";
import { Block, Pairs, Section } from "./parts";

export function Checks({ exchange }: { exchange: Exchange }) {
  const checks = exchange.events.filter((event) => event.type === "check");
  const refused = find(exchange, "refused");
  const route = find(exchange, "route");
  if (checks.length === 0 && refused === undefined && route === undefined) return null;
  return (
    <Section title="Checks">
      <ul class="checks">
        {checks.map(({ check, passed, detail }) => (
          <li key={check} class={passed ? "ok" : "bad"}>
            {`${passed ? "✓" : "✗"} ${check}${detail ? `: ${detail}` : ""}`}
          </li>
        ))}
        {route && (
          <li class={route.found ? "ok" : "bad"}>
            {route.found ? `✓ route ${route.routeKey}` : `✗ no route has the key ${JSON.stringify(route.selected)}`}
          </li>
        )}
        {refused && <li class="bad">{`✗ refused: ${refused.status} ${refused.message}, by ${refused.check}`}</li>}
      </ul>
    </Section>
  );
}

export function Authorizer({ exchange }: { exchange: Exchange }) {
  const authorizer = find(exchange, "authorizer");
  if (authorizer === undefined) return null;
  const { outcome, durationMs, principalId, context, token, policy, detail, functionArn } = authorizer;
  return (
    <Section title={`Authorizer: ${outcome}, ${formatMs(durationMs)}`}>
      <p>{detail}</p>
      {token && (
        <>
          <h4>Claims</h4>
          <Block name="claims" text={JSON.stringify(token.claims)} />
          <h4>Token header</h4>
          <Block name="token header" text={JSON.stringify(token.header)} />
        </>
      )}
      {context && (
        <>
          <h4>Context</h4>
          <Pairs values={{ principalId, ...context }} />
        </>
      )}
      {policy && (
        <>
          <h4>Policy</h4>
          <Block name="policy" text={JSON.stringify(policy)} />
        </>
      )}
      <Pairs values={{ function: functionArn }} />
    </Section>
  );
}

/** Why the backend, or a mapping, failed. */
export function Failures({ exchange }: { exchange: Exchange }) {
  const failure = find(exchange, "integration-failure");
  if (failure === undefined) return null;
  return (
    <Section title={`Integration failed: ${failure.reason}, ${formatMs(failure.durationMs)}`}>
      <p>{failure.detail}</p>
    </Section>
  );
}
