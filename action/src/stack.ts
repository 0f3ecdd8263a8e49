/** What the action needs to know about a synthesized stack, read from its `cdk.tf.json` and the authorizer's zip. */
import { resolve } from "node:path";
import * as z from "zod";
import { parseRequestParameter } from "../../aws/request-parameter";
import { originIn, type TokenPlace } from "../../contract/token";
import { TOKEN_SETTINGS, tokenPlacesOf } from "../../contract/token-settings";
import { textInZip } from "../../contract/zip-file";
import { SETTINGS_FILE } from "../../functions/authorizer/settings";
import { maskUrl } from "../../terminal/mask";

const metadata = z.object({ path: z.string() });
const block = z.looseObject({ "//": z.object({ metadata }).optional() });
const blocks = z.record(z.string(), z.record(z.string(), block));

const document = z.object({
  terraform: z
    .object({ backend: z.record(z.string(), z.unknown()).optional(), cloud: z.unknown().optional() })
    .optional(),
  provider: z.object({ aws: z.array(z.looseObject({ region: z.string().optional() })).optional() }).optional(),
  resource: blocks.default({}),
  data: blocks.default({}),
});

/** The part of the authorizer's settings that a token for the smoke test depends on. */
const settings = z.object({
  ...TOKEN_SETTINGS,
  maxLifetime: z.number().optional(),
  issuers: z.array(
    z.object({
      kind: z.enum(["jwks", "secret"]),
      issuer: z.string(),
      audiences: z.array(z.string()),
      algorithms: z.array(z.string()),
      audienceClaim: z.string().default("aud"),
      requiredClaims: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))).default({}),
      types: z.array(z.string()).default([]),
      context: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
export type TokenSettings = z.infer<typeof settings>;

export interface Stack {
  /** The environment's name. */
  readonly name: string;
  /** Where Terraform runs. */
  readonly directory: string;
  /** `local`, `s3`, `cloud`, … */
  readonly backend: string;
  /** Where the state is, for a person: `s3://bucket/key`. */
  readonly stateLocation: string;
  readonly region: string | undefined;
  /** Address, such as `aws_apigatewayv2_api.api`, to the path of its construct. */
  readonly constructs: ReadonlyMap<string, string>;
  readonly authorizer: TokenSettings | undefined;
  /** Places in which `$connect`'s authorizer accepts the token, the query string first. Empty: no place is known. */
  readonly tokenPlaces: readonly TokenPlace[];
  /** Origin of a page that may connect. `undefined`: every origin may. */
  readonly origin: string | undefined;
  /** Whether clients sign the handshake (IAM authorization). */
  readonly iam: boolean;
  /** Whether `$connect` has no authorizer. */
  readonly open: boolean;
  /** Whether a `$default` route sends every message to the backend. */
  readonly hasDefaultRoute: boolean;
  /** Names of the query parameters that `$connect` requires. */
  readonly requiredParameters: readonly string[];
}

/** @throws ZodError for a document that cdktf does not write */
export function readStack(name: string, directory: string, json: unknown): Stack {
  const { terraform, provider, resource, data } = document.parse(json);
  const all = (type: string) => Object.values(resource[type] ?? {});
  const connect = all("aws_apigatewayv2_route").filter((route) => route.route_key === "$connect");
  const authorizer = authorizerSettings(all("aws_lambda_function"), directory);
  const sources = all("aws_apigatewayv2_authorizer").flatMap((found) => strings(found.identity_sources));
  const { cloud } = terraform ?? {};
  const [backend = "local", settings] =
    Object.entries(cloud === undefined ? (terraform?.backend ?? {}) : { cloud })[0] ?? [];
  return {
    name,
    directory,
    backend,
    stateLocation: stateLocation(backend, settings),
    region: provider?.aws?.[0]?.region,
    constructs: new Map([...paths(resource, ""), ...paths(data, "data.")]),
    authorizer,
    tokenPlaces: tokenPlacesIn(authorizer, sources),
    origin: originIn(authorizer?.allowedOrigins),
    iam: connect.some((route) => route.authorization_type === "AWS_IAM"),
    open: connect.every((route) => route.authorization_type === undefined || route.authorization_type === "NONE"),
    hasDefaultRoute: all("aws_apigatewayv2_route").some((route) => route.route_key === "$default"),
    requiredParameters: connect.flatMap((route) => requiredIn(route.request_parameter)),
  };
}

const text = z.string().optional();
/** The arguments with which backends locate the state, the outermost first. */
const place = z.object({
  organization: text,
  storage_account_name: text,
  container_name: text,
  bucket: text,
  prefix: text,
  key: text,
  address: text,
  path: text,
  schema_name: text,
  workspaces: z.object({ name: z.string() }).optional().catch(undefined),
});

function stateLocation(backend: string, settings: unknown): string {
  const { workspaces, ...others } = place.safeParse(settings).data ?? {};
  const { address, path } = others;
  if (backend === "http" && address) return maskUrl(address);
  if (backend === "local") return path ?? "terraform.tfstate";
  const parts = [...Object.values(others), workspaces?.name].filter(Boolean).join("/");
  if (backend === "s3") return `s3://${parts}`;
  return `${backend === "cloud" ? "HCP Terraform" : backend} ${parts}`.trim();
}

/**
 * The construct path of a resource's address; the address itself where the stack has none. A construct names its main
 * resource `Default`, which is left out.
 */
export function constructOf(stack: Pick<Stack, "constructs">, address: string): string {
  return stack.constructs.get(address.replace(/\[.*$/, ""))?.replace(/(\/Default)+$/, "") ?? address;
}

function paths(section: z.infer<typeof blocks>, prefix: string): [string, string][] {
  return Object.entries(section).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, { "//": comment }]): [string, string][] =>
      comment ? [[`${prefix}${type}.${name}`, comment.metadata.path]] : [],
    ),
  );
}

function authorizerSettings(
  functions: readonly Record<string, unknown>[],
  directory: string,
): TokenSettings | undefined {
  for (const { filename } of functions) {
    const text = typeof filename === "string" && textInZip(resolve(directory, filename), SETTINGS_FILE);
    if (!text) continue;
    try {
      return settings.parse(JSON.parse(text));
    } catch {
      // Another function with a file of that name.
    }
  }
  return undefined;
}

const parameter = z.object({ request_parameter_key: z.string(), required: z.boolean() });

function requiredIn(value: unknown): string[] {
  const declared = z.array(parameter).safeParse(value).data ?? [];
  return queryNames(declared.filter(({ required }) => required).map((found) => found.request_parameter_key));
}

/** An authorizer of the user's own reads the token where its identity sources are. Which cookie it reads is not known. */
function tokenPlacesIn(authorizer: TokenSettings | undefined, sources: readonly string[]): readonly TokenPlace[] {
  const query = queryNames(sources).map((name) => ({ query: name }));
  if (authorizer === undefined) return [...query, ...headerNames(sources).map((name) => ({ header: name }))];
  return [...tokenPlacesOf(authorizer)].sort((a, b) => Number("query" in b) - Number("query" in a));
}

const strings = (value: unknown): string[] => z.array(z.string()).safeParse(value).data ?? [];
const namesIn =
  (location: "querystring" | "header") =>
  (keys: readonly string[]): string[] =>
    keys.flatMap((key) => {
      const source = parseRequestParameter(key);
      return source?.location === location ? [source.name] : [];
    });
const queryNames = namesIn("querystring");
const headerNames = (keys: readonly string[]) => namesIn("header")(keys).filter((name) => !/^cookie$/i.test(name));
