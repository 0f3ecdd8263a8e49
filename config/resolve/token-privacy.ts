/** Warns if the token, which is in the URL of the handshake, would also be in the URL of a request to the backend. */
import type { IdentitySource } from "../../aws/identity-source";
import type { Authorizer, Route } from "../model";
import type { Scope } from "./scope";

/** Backends log their URLs, and so do proxies before them. */
export function warnOfTokenInUrl(authorizer: Authorizer, routes: readonly Route[], { report }: Scope): void {
  const integration = routes.find(({ event }) => event === "CONNECT")?.integration;
  if (authorizer.kind === "none" || integration === undefined || integration.type === "AWS_PROXY") return;
  for (const token of authorizer.identitySources.filter(isQueryParameter)) {
    const section = { querystring: "query", path: "path", header: undefined };
    for (const { target, source } of integration.mappings) {
      const key = section[target.location];
      if (key === undefined || !("name" in source) || source.text !== token.text) continue;
      report.warn(
        ["routes", "$connect", key, target.name],
        "puts the token into the URL that the backend gets.",
        "Map a claim of it: `context.authorizer.<key>`.",
      );
    }
    const isReplaced = integration.mappings.some(
      ({ target }) => target.location === "querystring" && target.name === token.name,
    );
    if (integration.type === "HTTP" || isReplaced) continue;
    report.warn(
      ["routes", "$connect", "integration"],
      `\`http-proxy\` puts the token into the URL that the backend gets: it passes \`${token.name}\` on.`,
      `Use \`http\` for \`$connect\`, or replace the value: \`query: {${token.name}: "'-'"}\`.`,
    );
  }
}

const isQueryParameter = (source: IdentitySource): source is Extract<IdentitySource, { kind: "request" }> =>
  source.kind === "request" && source.location === "querystring";
