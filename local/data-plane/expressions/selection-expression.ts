/** Evaluates selection expressions. A variable without a value becomes an empty text, as in AWS's table of examples. */
import type { IncomingHttpHeaders } from "node:http";
import { compileJsonPath } from "../../../aws/json-path";
import { parseSelectionExpression, type SelectionVariable, type Selects } from "../../../aws/selection-expression";
import type { RouteEvent } from "../route-event";
import { asText } from "./json-text";
import { readSource } from "./parameter-mapping";

/** The answer of an integration, before an integration response changes it. */
export interface IntegrationAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Returns the key that an expression selects for an event. */
export type Select = (event: RouteEvent, answer?: IntegrationAnswer) => string;
type Read = (event: RouteEvent, answer: IntegrationAnswer | undefined) => string | undefined;

/** Compiles an expression. The control plane has validated it, so an invalid one selects the empty text. */
export function selectionExpression(text: string, selects: Selects): Select {
  const expression = parseSelectionExpression(text, selects);
  if ("invalid" in expression) return () => "";
  const parts = expression.parts.map((part) => (typeof part === "string" ? part : readVariable(part)));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return typeof only === "string" ? () => only : (event, answer) => only(event, answer) ?? "";
  }
  return (event, answer) =>
    parts.map((part) => (typeof part === "string" ? part : (part(event, answer) ?? ""))).join("");
}

function readVariable(variable: SelectionVariable): Read {
  switch (variable.kind) {
    case "payload":
      return (event) => event.body;
    case "body": {
      const find = compileJsonPath(variable.path);
      return (event) => asText(find(event.json));
    }
    case "status":
      return (_, answer) => answer && String(answer.status);
    case "response header": {
      const { name, multivalue } = variable;
      return multivalue
        ? (_, answer) => headerValues(answer, name).join(",")
        : (_, answer) => headerValues(answer, name).at(-1);
    }
    case "response body":
      return () => undefined;
    default: {
      const read = readSource(variable);
      return (event) => asText(read(event));
    }
  }
}

/** Returns all values of a header, whose name is case-insensitive. */
export function headerValues(answer: IntegrationAnswer | undefined, name: string): string[] {
  const value = answer?.headers[name.toLowerCase()];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
