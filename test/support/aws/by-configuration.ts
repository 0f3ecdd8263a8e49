/** Checks one expression with the configuration. */
import { parseConfig } from "../../../config";
import { ConfigError } from "../../../config/errors";
import { type Kind, type RouteName, STAGE_VARIABLES } from "./kinds";

const DECLARED = ["querystring.stocks", "querystring.token", "querystring.a.b", "querystring.$x", "querystring.none"];
const DECLARED_HEADERS = ["header.X-Tenant", "header.accept"];

/** Returns whether gateway.yaml accepts the text, or undefined if it has no option for this kind. */
export function byConfiguration(kind: Kind, text: string, on: RouteName): boolean | undefined {
  const part = configurationWith(kind, text, on);
  if (part === undefined) return undefined;
  const authorizer = { issuer: "https://login.example.com/", audience: "quotes" };
  const base = { name: "quotes", backend: "https://api.example.com", authorizer };
  const stage = { variables: STAGE_VARIABLES };
  const yaml = JSON.stringify({ ...base, stage, ...part });
  try {
    parseConfig(yaml, "gateway.yaml", () => "");
    return true;
  } catch (error) {
    if (error instanceof ConfigError && error.code === "config-invalid") return false;
    throw error;
  }
}

function configurationWith(kind: Kind, text: string, on: RouteName): object | undefined {
  const declared = [...DECLARED, ...DECLARED_HEADERS].map((name) => [`route.request.${name}`, "optional"] as const);
  const requestParameters = on === "$connect" ? { requestParameters: Object.fromEntries(declared) } : {};
  switch (kind) {
    case "mapping source":
      return { routes: { [on]: { ...requestParameters, query: { v: text } } } };
    case "mapping target": {
      const [, location, name = ""] = /^integration\.request\.(querystring|header|path)\.(.*)$/s.exec(text) ?? [];
      const source = { [name]: "context.stage" };
      if (location === "querystring") return { routes: { [on]: { query: source } } };
      if (location === "header") return { routes: { [on]: { headers: source } } };
      return location === "path" ? { routes: { [on]: { url: `/x/{${name}}`, path: source } } } : undefined;
    }
    case "request parameter":
      return { routes: { $connect: { requestParameters: { [text]: "required" } } } };
    case "identity source": {
      const token = "route.request.querystring.token";
      const sources = text === token ? [token] : [token, text];
      const authorizer = { issuer: "https://login.example.com/", audience: "quotes", identitySources: sources };
      return { authorizer };
    }
    case "route selection":
      return { routeSelectionExpression: text };
    case "request template selection":
      return { routes: { [on]: { templateSelectionExpression: text } } };
    case "response template selection":
      return { routes: { [on]: { responses: { $default: { templateSelectionExpression: text } } } } };
    case "response key":
      return { routes: { [on]: { responses: { [text]: {} } } } };
    case "route key":
      return { routes: { [text]: {} } };
    default:
      return undefined;
  }
}
