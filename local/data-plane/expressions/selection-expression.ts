/**
 * Selection expressions: `$request.body.action`, `${request.body.a}/${request.body.b}`, `\$default`, static text,
 * `${integration.response.statuscode}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
import type { IncomingHttpHeaders } from "node:http";
import type { RouteEvent } from "../route-event";
import { contextVariable } from "./context-variables";
import { asText, jsonPath, parseJson } from "./json-path";

/** What an integration answered, before any integration response. */
export interface IntegrationAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Select = (event: RouteEvent, answer?: IntegrationAnswer) => string;
type Read = (event: RouteEvent, answer: IntegrationAnswer | undefined) => string | undefined;

const PARTS = /\\\$|\$\{([^}]*)\}|\$([A-Za-z][\w-]*(?:\.[\w-]+|\[[^\]]*\])*)/g;

/** What cannot be resolved is empty. */
export function selectionExpression(expression: string): Select {
  const parts: (string | Read)[] = [];
  let end = 0;
  for (const match of expression.matchAll(PARTS)) {
    parts.push(expression.slice(end, match.index));
    const variable = match[1] ?? match[2];
    parts.push(variable === undefined ? "$" : readVariable(variable));
    end = match.index + match[0].length;
  }
  parts.push(expression.slice(end));
  const filled = parts.filter((part) => part !== "");
  const [only] = filled;
  if (filled.length === 1 && typeof only === "function") return (event, answer) => only(event, answer) ?? "";
  return (event, answer) =>
    filled.map((part) => (typeof part === "string" ? part : (part(event, answer) ?? ""))).join("");
}

function readVariable(variable: string): Read {
  const after = (prefix: string): string | undefined =>
    variable.startsWith(prefix) ? variable.slice(prefix.length) : undefined;

  if (variable === "request.body") return (event) => event.body;
  const body = after("request.body.");
  if (body !== undefined) {
    const find = jsonPath(body);
    return (event) => asText(find(event.json));
  }
  const header = after("request.header.");
  if (header !== undefined) {
    // Messages have no headers; of the handshake's, only the API key is remembered.
    if (header.toLowerCase() === "x-api-key") return (event) => event.connection.facts.apiKey;
    return (event) => event.request?.header(header);
  }
  const context = after("context.");
  if (context !== undefined) {
    const read = contextVariable(context);
    return (event) => asText(read(event));
  }
  const stageVariable = after("stageVariables.");
  if (stageVariable !== undefined) return (event) => event.stage.stageVariables[stageVariable];
  return readAnswer(after("integration.response.") ?? "");
}

function readAnswer(variable: string): Read {
  if (variable === "statuscode") return (_, answer) => answer && String(answer.status);
  const [kind, ...rest] = variable.split(".");
  const name = rest.join(".");
  if (kind === "header") return (_, answer) => headerValues(answer, name).at(-1);
  if (kind === "multivalueheader") return (_, answer) => headerValues(answer, name).join(",");
  if (kind === "body") {
    const find = jsonPath(name);
    return (_, answer) => answer && asText(find(parseJson(answer.body)));
  }
  return () => undefined;
}

export function headerValues(answer: IntegrationAnswer | undefined, name: string): string[] {
  const value = answer?.headers[name.toLowerCase()];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
