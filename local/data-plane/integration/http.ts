/** HTTP and HTTP_PROXY integrations: request, call and response. */

import { headerOwner } from "../../../aws/headers";
import type { Mapping } from "../../../aws/parameter-mapping";
import { isSecretName } from "../../../terminal/mask";
import type { IntegrationEntry } from "../../api/types";
import { maskHeaders, maskNamed, maskUrl, PREVIEW_BYTES, preview } from "../../trace/masking";
import { parameterMappings, type ReadSource, readSource } from "../expressions/parameter-mapping";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import type { Services } from "../services";
import { isTraced, traceEvent } from "../tracing";
import type { HttpOutcome, HttpRequest } from "./http-client";
import { compileHttpRequest } from "./http-request";
import { compileResponses } from "./integration-response";
import { compileRequestBody } from "./request-template";
import { failure, type Integrate, type IntegrationResult } from "./result";

export function compileHttp(
  integration: IntegrationEntry,
  services: Services,
  secrets: ReadonlySet<string>,
): Integrate {
  const proxy = integration.integrationType === "HTTP_PROXY";
  const bodyOf = proxy ? (event: RouteEvent) => event.body : compileRequestBody(integration, services);
  const mapped = parameterMappings(integration.requestParameters).map((mapping) => ({
    ...mapping,
    read: readSource(mapping.source),
  }));
  const requestOf = compileHttpRequest(integration, mapped);
  const respond = compileResponses(integration, services);
  const { integrationType } = integration;
  const hidden = new Set([...secrets, ...secretTargets(mapped, secrets)]);
  const shown: Shown = {
    hidden,
    sources: mapped,
    mapped: Object.fromEntries(
      mapped.map(({ target, source }) => [
        target.text,
        source.kind === "static" ? maskNamed(target.name, source.text, hidden) : source.text,
      ]),
    ),
  };

  return async (event, wantsBody) => {
    const body = bodyOf(event);
    if (typeof body !== "string") return body;
    const made = requestOf(event, body);
    if (made === undefined) {
      return failure(
        500,
        TEXT.internal,
        "configuration",
        `the integration's URI is not an http(s) URL: ${integration.integrationUri}`,
      );
    }
    const traced = isTraced(services);
    // A body that the client does not get is for the trace only. An error's body says what the backend dislikes.
    const request: HttpRequest = { ...made, keep: wantsBody ? "all" : traced ? PREVIEW_BYTES : 0 };
    if (traced) traceRequest(services, event, integrationType, request, shown);
    const started = services.clock.now();
    const outcome = await services.httpClient.send(request);
    event.outcome.integrationLatency = services.clock.now() - started;
    if (outcome.kind !== "response") return failed(outcome, request, services);

    event.outcome.integrationStatus = outcome.status;
    if (proxy) {
      if (isTraced(services)) traceResponse(services, event, outcome, undefined, hidden);
      const replied = wantsBody ? outcome.body : NONE;
      return { kind: "response", status: outcome.status, headers: passedOn(outcome.headers), body: replied };
    }
    const response = {
      status: outcome.status,
      headers: outcome.headers,
      body: wantsBody ? outcome.body.toString() : "",
    };
    const { key, result } = respond(event, response, String(outcome.status));
    if (isTraced(services)) traceResponse(services, event, outcome, key, hidden);
    return result;
  };
}

const NONE = Buffer.alloc(0);

/** The mappings as the trace shows them. */
interface Shown {
  readonly sources: readonly (Mapping & { readonly read: ReadSource })[];
  /** Request parameter to its mapping expression. */
  readonly mapped: Readonly<Record<string, string>>;
  readonly hidden: ReadonlySet<string>;
}

function failed(
  outcome: Exclude<HttpOutcome, { kind: "response" }>,
  { origin, timeoutMs }: HttpRequest,
  { switches, limits }: Services,
): IntegrationResult {
  switch (outcome.kind) {
    case "timeout":
      return failure(504, TEXT.timeout, "timeout", `${origin} did not respond within ${timeoutMs} ms`);
    case "unreachable":
      return failure(switches.unreachableStatus, TEXT.internal, "unreachable", `${origin}: ${outcome.detail}`);
    case "too-large":
      return failure(
        500,
        TEXT.internal,
        "too-large",
        `the response of ${origin} is larger than ${limits.messageBytes} bytes`,
      );
  }
}

/** Headers of a proxy's answer for the client's handshake, without those of the connection and of the 101 itself. */
export function passedOn(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const owner = headerOwner(name);
    if (value === undefined || owner === "connection" || owner === "handshake") return [];
    return (Array.isArray(value) ? value : [value]).map((one) => [name, one]);
  });
}

/** Parameters that carry a secret: mapped from one, or a static header, which can be the origin secret. */
function secretTargets(mapped: readonly Mapping[], secrets: ReadonlySet<string>): string[] {
  return mapped
    .filter(({ target, source }) => {
      if (source.kind === "static") return target.location === "header";
      const name = nameOf(source);
      return isSecretName(name) || secrets.has(name.toLowerCase());
    })
    .map(({ target }) => target.name.toLowerCase());
}

/** What the client or the authorizer calls the value. */
function nameOf(source: Mapping["source"]): string {
  return source.kind === "request" ? source.name : (source.text.split(".").at(-1) ?? "");
}

function traceRequest(
  services: Services,
  event: RouteEvent,
  integrationType: string,
  { origin, path, method, headers, body = "" }: HttpRequest,
  { sources, mapped, hidden }: Shown,
): void {
  const values = sources.flatMap(({ target, read }) => {
    const value = read(event);
    return value === undefined ? [] : [[target.text, maskNamed(target.name, preview(String(value)), hidden)] as const];
  });
  traceEvent(services, event, {
    type: "integration-request",
    integrationType,
    method,
    target: maskUrl(`${origin}${path}`, hidden),
    headers: maskHeaders(headers, hidden),
    body: preview(body.toString()),
    mapped,
    values: Object.fromEntries(values),
  });
}

function traceResponse(
  services: Services,
  event: RouteEvent,
  outcome: Extract<HttpOutcome, { kind: "response" }>,
  responseKey: string | undefined,
  hidden: ReadonlySet<string>,
): void {
  traceEvent(services, event, {
    type: "integration-response",
    status: outcome.status,
    durationMs: event.outcome.integrationLatency ?? 0,
    bytes: outcome.bytes,
    body: preview(outcome.body.toString()),
    headers: maskHeaders(
      Object.entries(outcome.headers).flatMap(([name, value]) => [name, String(value)]),
      hidden,
    ),
    ...(responseKey !== undefined && { responseKey }),
  });
}
