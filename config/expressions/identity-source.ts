/**
 * Parses identity sources with `aws/identity-source`, and adds error messages for `gateway.yaml`. It also rejects sources
 * that no handshake can have, because API Gateway would answer 401 to every client.
 */
import { CONTEXT_VARIABLES, contextVariables } from "../../aws/context-variables";
import { type IdentitySource, type InvalidIdentity, parseIdentitySource } from "../../aws/identity-source";
import { didYouMean, nearest } from "../../terminal/nearest";
import { explainSource, type Mistake } from "./mapping-source";

const AT_HANDSHAKE = contextVariables("template").filter((name) => CONTEXT_VARIABLES[name].atHandshake);

/**
 * Parses an identity source.
 *
 * @param stageVariables names of the environment's stage variables
 * @returns the source, or the mistake in it
 */
export function readIdentitySource(text: string, stageVariables: ReadonlySet<string>): IdentitySource | Mistake {
  const source = parseIdentitySource(text);
  if ("invalid" in source) return explain(text, source);
  switch (source.kind) {
    case "request":
      return source;
    case "authorizer":
      return { mistake: "no client could connect: the authorizer's context has no value before it has run" };
    case "context": {
      if (AT_HANDSHAKE.includes(source.name)) return source;
      const close = nearest(source.name, AT_HANDSHAKE);
      return {
        mistake: `no client could connect: \`context.${source.name}\` has no value before the authorizer has run`,
        hint: close && `Did you mean \`context.${close}\`?`,
      };
    }
    case "stageVariable": {
      if (stageVariables.has(source.name)) return source;
      const hint = didYouMean(source.name, stageVariables) ?? "Define it under `stage.variables`.";
      return { mistake: `no client could connect: there is no stage variable \`${source.name}\``, hint };
    }
  }
}

function explain(text: string, found: InvalidIdentity): Mistake {
  switch (found.invalid) {
    case "HTTP API":
      return {
        mistake: "this is the form of HTTP APIs, which WebSocket APIs reject",
        hint: `Write \`route.${text.slice(1)}\`.`,
      };
    case "kind":
      return explainKind(found.source);
    case "form": {
      const mistake =
        "expected `route.request.querystring.NAME`, `route.request.header.NAME`, `context.NAME` or `stageVariables.NAME`";
      // A bare name is probably a query parameter, because a static text cannot identify a client.
      if (/^[\w$-]+$/.test(text)) return { mistake, hint: `Did you mean \`route.request.querystring.${text}\`?` };
      return { ...explainSource(text, found), mistake };
    }
    case "location": {
      const mistake = `a request has no \`${found.location}\`; expected \`querystring\` or \`header\``;
      return { ...explainSource(text, found), mistake };
    }
    default:
      return explainSource(text, found);
  }
}

function explainKind(source: Extract<InvalidIdentity, { invalid: "kind" }>["source"]): Mistake {
  switch (source.kind) {
    case "request":
      return {
        mistake: `\`${source.location}\` cannot identify a client`,
        hint: `Write \`route.request.${source.location.replace("multivalue", "")}.${source.name}\`.`,
      };
    case "body":
      return { mistake: "no client could connect: a handshake has no body" };
    default:
      return { mistake: "a static text cannot identify a client" };
  }
}
