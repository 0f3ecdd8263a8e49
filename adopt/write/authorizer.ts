/** Writes `authorizer`: of a stack of this project the bundled one with its settings, otherwise the function as it is. */
import { functionOfUri, parseFunctionArn } from "../../aws/arn";
import { canonicalJson, type Json } from "../../aws/canonical-json";
import { LAMBDA_RUNTIMES } from "../../aws/lambda-runtimes";
import { ConfigError, parseConfig } from "../../config";
import type { Authorizer } from "../../config/model";
import { DEFAULTS } from "../../contract/defaults";
import { connectAuthorizer, type Live, type LiveBundled, type LiveStage } from "../read/live";
import { NO_BACKEND } from "./backend";
import { candidates, type LiveIssuer } from "./issuers";
import type { TemplateFiles } from "./templates";
import { type Tree, withoutUndefined } from "./tree";

export interface AuthorizerContext {
  readonly live: Pick<Live, "authorizers" | "bundled" | "routes">;
  readonly stage: Pick<LiveStage, "stageVariables">;
  /** Receives the copies of issuers' keys. */
  readonly files: TemplateFiles;
  /** Whether the API is on this machine. */
  readonly local: boolean;
}

export function authorizerOf(context: AuthorizerContext): Json {
  const connect = context.live.routes.find(({ routeKey }) => routeKey === "$connect");
  const authorizer = connectAuthorizer(context.live);
  const arn = functionOfUri(authorizer?.authorizerUri ?? "");
  if (connect?.authorizationType === "AWS_IAM") return "iam";
  if (connect?.authorizationType !== "CUSTOM" || !authorizer || !arn || !parseFunctionArn(arn)) return "none";
  const sources = authorizer.identitySource;
  const { bundled } = context.live;
  const settings = bundled?.isNewest ? settingsOf(bundled, sources, context) : undefined;
  if (settings !== undefined) return settings;
  const isDefault = sources.length === 1 && sources[0] === `route.request.querystring.${DEFAULTS.tokenParameter}`;
  return { lambda: arn, ...(isDefault || sources.length === 0 ? {} : { identitySources: sources }) };
}

type Verify = Extract<Authorizer, { kind: "verify" }>;

/** Returns undefined if no configuration means these settings. */
function settingsOf(bundled: LiveBundled, sources: readonly string[], context: AuthorizerContext): Json | undefined {
  const { settings, jwks } = bundled;
  const meaning = (tree: Tree) => meaningOf(tree, context);
  const issuers = issuersOf(bundled, meaning, context);
  if (issuers === undefined) return undefined;
  const [only, ...more] = issuers;
  const tree = {
    ...(only !== undefined && more.length === 0 ? only : { issuers }),
    ...withoutUndefined({
      tokenParameter: settings.tokenParameter === DEFAULTS.tokenParameter ? undefined : settings.tokenParameter,
      token: settings.tokenPlaces?.length === 1 ? settings.tokenPlaces[0] : settings.tokenPlaces,
      allowedOrigins: settings.allowedOrigins,
      invalidToken: unlessDefault("invalidToken", settings.invalidToken),
      clockSkewSeconds: unlessDefault("clockSkewSeconds", settings.clockSkew),
      maxLifetimeSeconds: unlessDefault("maxLifetimeSeconds", settings.maxLifetime),
      ...functionSettings(bundled),
    }),
  };
  const { fetchBudgetMs: _, ...wanted } = settings;
  const isMeant = (found: Verify | undefined) =>
    found !== undefined &&
    same(found.function.settings, wanted) &&
    same(found.function.jwks, jwks) &&
    same(found.identitySources.map(({ text }) => text).sort(), [...sources].sort());
  return [tree, { ...tree, identitySources: sources }].find((one) => isMeant(meaning(one)));
}

function functionSettings({ configuration, reservedConcurrency, logGroup }: LiveBundled): Tree {
  const { Runtime: runtime, MemorySize, Timeout } = configuration;
  return {
    memoryMb: unlessDefault("memoryMb", MemorySize),
    timeoutSeconds: unlessDefault("timeoutSeconds", Timeout),
    runtime: Object.hasOwn(LAMBDA_RUNTIMES, runtime) ? unlessDefault("runtime", runtime) : undefined,
    reservedConcurrency,
    logRetentionDays: unlessDefault("logRetentionDays", logGroup?.retentionInDays),
  };
}

const unlessDefault = <T extends Json>(name: keyof typeof DEFAULTS, value: T | undefined): T | undefined =>
  value === DEFAULTS[name] ? undefined : value;

/** Returns a map for each issuer. One may stand for several entries of the settings. */
function issuersOf(
  { settings, jwks }: LiveBundled,
  meaning: (tree: Tree) => Verify | undefined,
  { files }: AuthorizerContext,
): readonly Tree[] | undefined {
  const trees: Tree[] = [];
  let left: readonly LiveIssuer[] = settings.issuers;
  while (left.length > 0) {
    const [issuer, next] = left;
    if (issuer === undefined) return undefined;
    const keys = issuer.kind === "jwks" ? jwks[issuer.issuer] : undefined;
    const file = keys === undefined ? undefined : files.json(new URL(issuer.issuer).host, keys);
    const shared = next?.kind === "secret" && next.issuer === issuer.issuer ? next : undefined;
    const found = candidates(issuer, shared, file).flatMap((tree) => {
      const meant = meaning(tree)?.function.settings.issuers ?? [];
      return meant.length > 0 && same(meant, left.slice(0, meant.length)) ? [{ tree, count: meant.length }] : [];
    })[0];
    if (found === undefined) return undefined;
    trees.push(found.tree);
    left = left.slice(found.count);
  }
  return trees;
}

/** Resolves a map under `authorizer`. Returns undefined if gateway.yaml does not accept it. */
function meaningOf(authorizer: Tree, { stage, files, local }: AuthorizerContext): Verify | undefined {
  // Mappings read claims that one issuer alone may not have.
  const routes = { $connect: { query: {} } };
  const text = { name: "a", backend: NO_BACKEND, routes, stage: { variables: stage.stageVariables }, authorizer };
  try {
    const [environment] = parseConfig(JSON.stringify(text), "gateway.yaml", files.read, { local }).environments;
    return environment?.authorizer.kind === "verify" ? environment.authorizer : undefined;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
