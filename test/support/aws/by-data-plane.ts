/** Evaluates one expression with the local data plane, in a sample event. */

import { hasApiKey } from "../../../local/data-plane/api-key";
import type { Kind, RouteName } from "./kinds";
import { ANY_MODEL, compileSample, Recorder, type Sample, type SampleParts } from "./sample";

const TARGET = "integration.request.querystring.v";
const RESPONSE_TARGET = "method.response.header.X-Out";
const STATUSES = [200, 204, 404, 500];

/**
 * Returns the result of the expression in a sample event, or undefined if it has none. The API is built without the control
 * plane, so that texts that it rejects can be evaluated too.
 *
 * @param candidates keys of the templates or models that the expression can select
 */
export async function byDataPlane(
  kind: Kind,
  text: string,
  on: RouteName,
  candidates: readonly string[],
): Promise<string | undefined> {
  const httpClient = new Recorder();
  const run = (parts: SampleParts) => compileSample(parts, httpClient);
  switch (kind) {
    case "mapping source": {
      const { event, route } = run({ on, integration: { requestParameters: { [TARGET]: text } } });
      await route.integrate?.(event, true);
      const values = new URL(`http://x${httpClient.sent?.path}`).searchParams.getAll("v");
      return values.length === 0 ? undefined : values.join("|");
    }
    case "mapping target":
      return target(text, on, run, httpClient);
    case "request parameter": {
      const { event, route } = run({ on: "$connect", route: { requestParameters: { [text]: { required: true } } } });
      const [parameter] = route.required;
      return parameter && `${parameter.name}=${parameter.read(event)}`;
    }
    case "identity source": {
      const { event, route } = run({ on: "$connect", identitySource: text });
      const refused = event.request && (await route.authorize?.(event, event.request));
      return refused?.check === "identity-sources" ? undefined : "present";
    }
    case "route selection": {
      const { event, compiled } = run({ on, api: { routeSelectionExpression: text } });
      return compiled.selectRoute(event);
    }
    case "request template selection": {
      const integration = { templateSelectionExpression: text, requestTemplates: byIndex(candidates) };
      const { event, route } = run({ on, integration: { ...integration, passthroughBehavior: "NEVER" } });
      await route.integrate?.(event, true);
      return candidates[Number(httpClient.sent?.body)];
    }
    case "response template selection": {
      const { event, route } = run({
        on,
        responses: [{ responseTemplates: byIndex(candidates), templateSelectionExpression: text }],
      });
      const result = await route.integrate?.(event, true);
      return result?.kind === "response" ? candidates[Number(result.body.toString())] : undefined;
    }
    case "model selection": {
      // The model of `$default` is used for every key without a model, so it is tried last.
      for (const key of [...candidates.filter((each) => each !== "$default"), "$default"]) {
        const requestModels = { [key]: ANY_MODEL.name };
        const { event, route } = run({ on, route: { modelSelectionExpression: text, requestModels } });
        if (route.validate !== undefined && (await route.validate(event)) === undefined) return key;
      }
      return undefined;
    }
    case "API key selection": {
      const { event } = run({ on });
      return ["from the handshake", "from the authorizer"].find((key) =>
        hasApiKey(event.connection, text, { apiKeys: new Set([key]) }),
      );
    }
    case "response parameter": {
      const { event, route } = run({ on, responses: [{ responseParameters: { [RESPONSE_TARGET]: text } }] });
      const result = await route.integrate?.(event, true);
      return result?.kind === "response" ? result.headers.find(([name]) => name === "X-Out")?.[1] : undefined;
    }
    case "response key": {
      const responses = [{ integrationResponseKey: text, responseTemplates: { $default: "hit" } }, {}];
      const selected: number[] = [];
      for (const status of STATUSES) {
        httpClient.status = status;
        const { event, route } = run({ on, responses: text === "$default" ? responses.slice(0, 1) : responses });
        const result = await route.integrate?.(event, true);
        if (result?.kind === "response" && result.body.toString() === "hit") selected.push(status);
      }
      return selected.length === 0 ? undefined : selected.join();
    }
    case "route key": {
      const { compiled } = run({ on, route: { routeKey: text } });
      return compiled.routes.has(text) && text !== "" ? "a route" : undefined;
    }
  }
}

/** Builds templates that render to the index of their key. */
const byIndex = (keys: readonly string[]) => Object.fromEntries(keys.map((key, index) => [key, String(index)]));

async function target(
  text: string,
  on: RouteName,
  run: (parts: SampleParts) => Sample,
  httpClient: Recorder,
): Promise<string | undefined> {
  const name = text.split(".").slice(3).join(".");
  const integration = {
    requestParameters: { [text]: "'value'" },
    integrationUri: `https://backend.example.com/{${name}}`,
  };
  const { event, route } = run({ on, integration });
  await route.integrate?.(event, true);
  const { path = "/", headers = [] } = httpClient.sent ?? {};
  const { pathname, searchParams } = new URL(`http://x${path}`);
  if (searchParams.get(name) === "value") return "query";
  if (pathname === "/value") return "path";
  return headers.some((header, i) => i % 2 === 0 && header === name && headers[i + 1] === "value")
    ? "header"
    : undefined;
}
