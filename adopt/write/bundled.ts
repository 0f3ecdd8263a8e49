/** Prepares the switch from the authorizer's function to the bundled authorizer, as a change of its own. */
import { parseIdentitySource } from "../../aws/identity-source";
import { parseMappingSource } from "../../aws/parameter-mapping";
import { DEFAULTS } from "../../contract/defaults";
import { UsageError } from "../../terminal/values";
import type { Project } from "../project";
import { connectAuthorizer, type Live } from "../read/live";
import { type Tree, withoutUndefined } from "./tree";

/**
 * Returns the project with the bundled authorizer. Its gateway.yaml is a second change: the action tests it on a candidate
 * stage before clients use it, and the function stays until then.
 *
 * @throws UsageError without an issuer or an audience
 */
export function withBundledAuthorizer(
  project: Project,
  live: Live,
  { issuer, audience }: { readonly issuer: string | undefined; readonly audience: string | undefined },
): Project {
  if (issuer === undefined || audience === undefined)
    throw new UsageError(
      "The bundled authorizer needs the issuer and the audience of the tokens.",
      "Give --issuer and --audience.",
    );
  const keep = Object.entries(project.keep).filter(([path]) => path.split("/")[0] !== "lambda_authorizer");
  const authorizer = withoutUndefined({
    issuer,
    audience,
    tokenParameter: tokenParameter(live),
    context: context(live),
  });
  return { ...project, settings: { ...project.settings, authorizer }, keep: Object.fromEntries(keep) };
}

/** The query parameter of the first identity source, if it is not the default. */
function tokenParameter(live: Live): string | undefined {
  for (const text of connectAuthorizer(live)?.identitySource ?? []) {
    const source = parseIdentitySource(text);
    if ("kind" in source && source.kind === "request" && source.location === "querystring")
      return source.name === DEFAULTS.tokenParameter ? undefined : source.name;
  }
  return undefined;
}

/** The keys of `context.authorizer` that mappings read. A key without a known claim has the claim of its name. */
function context({ integrations }: Live): Tree | undefined {
  const sources = integrations.flatMap(({ requestParameters }) => Object.values(requestParameters));
  const keys = sources.flatMap((text) => {
    const source = parseMappingSource(text);
    return "kind" in source && source.kind === "authorizer" && source.key !== "principalId" ? [source.key] : [];
  });
  const defaults: Readonly<Record<string, string>> = DEFAULTS.context;
  if (keys.every((key) => key in defaults)) return undefined;
  return Object.fromEntries(
    [...new Set([...Object.keys(defaults), ...keys])].map((key) => [key, defaults[key] ?? key]),
  );
}
