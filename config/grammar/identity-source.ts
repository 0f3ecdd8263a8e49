/**
 * Identity sources of a WebSocket authorizer, such as `route.request.querystring.token`. API Gateway answers 401 to a
 * client that lacks one, so a source that nobody can send locks everybody out.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
 */

import { didYouMean, nearest } from "../../terminal/nearest";
import { AT_HANDSHAKE, CONTEXT_VARIABLES } from "./context-variables";
import { type GrammarMistake, parseMappingSource } from "./mapping";

/** What is wrong with a source, or undefined. */
export function checkIdentitySource(text: string, stageVariables: ReadonlySet<string>): GrammarMistake | undefined {
  if (text.startsWith("$request.")) {
    return {
      mistake: "this is the form of HTTP APIs, which WebSocket APIs refuse",
      hint: `Write \`route.${text.slice(1)}\`.`,
    };
  }
  const source = parseMappingSource(text);
  if ("mistake" in source) {
    const mistake = source.mistake.startsWith("expected a source")
      ? "expected `route.request.querystring.NAME`, `route.request.header.NAME`, `context.NAME` or `stageVariables.NAME`"
      : source.mistake.replace(/; expected .*/, "; expected `querystring` or `header`");
    // A bare name: as a mapping it may be meant for a static text, which identifies nobody.
    if (/^[\w$-]+$/.test(text)) return { mistake, hint: `Did you mean \`route.request.querystring.${text}\`?` };
    return { ...source, mistake };
  }
  switch (source.kind) {
    case "request":
      if (source.location === "querystring" || source.location === "header") return undefined;
      return {
        mistake: `\`${source.location}\` cannot identify a client`,
        hint: `Write \`route.request.${source.location.replace("multivalue", "")}.${source.name}\`.`,
      };
    case "context":
      if (AT_HANDSHAKE.includes(source.name)) return undefined;
      return {
        mistake: `no client could connect: \`context.${source.name}\` has no value before the authorizer has run`,
        ...suggestion(nearest(source.name, AT_HANDSHAKE)),
      };
    case "stageVariable": {
      if (stageVariables.has(source.name)) return undefined;
      const hint = didYouMean(source.name, stageVariables) ?? "Define it under `stage.variables`.";
      return { mistake: `no client could connect: there is no stage variable \`${source.name}\``, hint };
    }
    case "authorizer":
      return { mistake: "no client could connect: the authorizer's context has no value before it has run" };
    case "body":
      return { mistake: "no client could connect: a handshake has no body" };
    case "static":
      return { mistake: "a static text identifies nobody" };
  }
}

const suggestion = (name: string | undefined) =>
  name && CONTEXT_VARIABLES.includes(name) ? { hint: `Did you mean \`context.${name}\`?` } : {};
