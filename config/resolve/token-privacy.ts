/** Warns if the token, which is in the URL of the handshake, would also be in the URL of a request to the backend. */
import type { Authorizer, Route } from "../model";
import type { Scope } from "./scope";

/** Backends log their URLs, and so do proxies before them. */
export function warnOfTokenInUrl(authorizer: Authorizer, routes: readonly Route[], { report }: Scope): void {
  const integration = routes.find(({ event }) => event === "CONNECT")?.integration;
  if (integration === undefined || integration.type === "AWS_PROXY") return;
  for (const name of tokenParametersOf(authorizer)) {
    const section = { querystring: "query", path: "path", header: undefined };
    for (const { target, source } of integration.mappings) {
      const key = section[target.location];
      if (key === undefined || source.text !== `route.request.querystring.${name}`) continue;
      report.warn(
        ["routes", "$connect", key, target.name],
        "puts the token into the URL that the backend gets.",
        "Map a claim of it: `context.authorizer.<key>`.",
      );
    }
    const isReplaced = integration.mappings.some(
      ({ target }) => target.location === "querystring" && target.name === name,
    );
    if (integration.type === "HTTP" || isReplaced) continue;
    report.warn(
      ["routes", "$connect", "integration"],
      `\`http-proxy\` puts the token into the URL that the backend gets: it passes \`${name}\` on.`,
      `Use \`http\` for \`$connect\`, or replace the value: \`query: {${name}: "'-'"}\`.`,
    );
  }
}

/** Returns the query parameters that may have the token. What a function of the user's own requires is probably one. */
function tokenParametersOf(authorizer: Authorizer): readonly string[] {
  if (authorizer.kind === "lambda")
    return authorizer.identitySources.flatMap((source) =>
      source.kind === "request" && source.location === "querystring" ? [source.name] : [],
    );
  if (authorizer.kind !== "verify") return [];
  const { tokenParameter, tokenPlaces = [] } = authorizer.function.settings;
  const names = tokenPlaces.flatMap((place) => ("query" in place ? [place.query] : []));
  return tokenParameter === undefined ? names : [tokenParameter, ...names];
}
