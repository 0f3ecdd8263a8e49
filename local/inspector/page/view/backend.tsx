/** The call of the backend: the mapped values, the request and the response. */
import { type EventOf, type Exchange, find } from "../model/exchange";
import { formatMs } from "../model/timing";
import { Block, Pairs, Section } from "./parts";

export function Backend({ exchange }: { exchange: Exchange }) {
  const request = find(exchange, "integration-request");
  const response = find(exchange, "integration-response");
  return (
    <>
      {request && <Mapping request={request} />}
      {request && (
        <Section title={`Request: ${request.integrationType} ${request.method}`}>
          <Block name="URL" text={request.target} />
          <Pairs values={request.headers} />
          <Block name="request body" text={request.body} />
        </Section>
      )}
      {response && (
        <Section title={`Response: ${response.status}, ${formatMs(response.durationMs)}, ${response.bytes} bytes`}>
          {response.responseKey && <p>{`integration response ${response.responseKey}`}</p>}
          <Pairs values={response.headers ?? {}} />
          <Block name="response body" text={response.body} />
        </Section>
      )}
    </>
  );
}

function Mapping({ request }: { request: EventOf<"integration-request"> }) {
  const mapped = Object.entries(request.mapped);
  if (mapped.length === 0) return null;
  return (
    <Section title="Mapping">
      <table>
        <thead>
          <tr>
            <th scope="col">parameter</th>
            <th scope="col">from</th>
            <th scope="col">value</th>
          </tr>
        </thead>
        <tbody>
          {mapped.map(([target, source]) => (
            <tr key={target}>
              <td>{target}</td>
              <td>{source}</td>
              <td>{request.values[target] ?? <em class="bad">no value</em>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
