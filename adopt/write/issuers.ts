/** Writes the issuers of the bundled authorizer's settings: with the preset of their identity provider, if that is shorter. */
import * as z from "zod/mini";
import type { Json } from "../../aws/canonical-json";
import { type Preset, presetOf } from "../../config/resolve/presets";
import { PRESET_SCHEMAS } from "../../config/schema/presets";
import { DEFAULTS } from "../../contract/defaults";
import type { LiveBundled } from "../read/live";
import { filled, type Tree, withoutUndefined } from "./tree";

export type LiveIssuer = LiveBundled["settings"]["issuers"][number];

/**
 * Returns maps for gateway.yaml that may mean the issuer, the shortest first. The caller checks what each means.
 *
 * @param shared the entry that has a shared secret for the same issuer, if the next one has
 * @param jwks file with the issuer's keys
 */
export function candidates(issuer: LiveIssuer, shared: LiveIssuer | undefined, jwks: string | undefined): Tree[] {
  const { algorithms } = issuer;
  const forms = [...presets(issuer).map((preset) => withPreset(issuer, preset)), explicit(issuer)].map((form) =>
    withoutUndefined({ ...form, jwks }),
  );
  const isDefault = equal(shared?.algorithms, [DEFAULTS.sharedSecretAlgorithm]);
  const both = forms.flatMap((form) => [
    ...(isDefault ? [{ ...form, secret: secretOf(shared) }] : []),
    { ...form, secret: secretOf(shared), algorithms: [...algorithms, ...(shared?.algorithms ?? [])] },
  ]);
  return [...(shared === undefined ? [] : both), ...forms];
}

function explicit(issuer: LiveIssuer): Tree {
  const { audiences, audienceClaim, requiredClaims, context, algorithms } = issuer;
  const usual = issuer.kind === "secret" ? DEFAULTS.sharedSecretAlgorithm : DEFAULTS.publishedKeysAlgorithm;
  return {
    issuer: issuer.issuer,
    audience: oneOrList(audiences),
    audienceClaim: audienceClaim === DEFAULTS.audienceClaim ? undefined : audienceClaim,
    jwksUri: issuer.jwksUri,
    algorithms: equal(algorithms, [usual]) ? undefined : algorithms,
    secret: secretOf(issuer),
    requiredClaims: claims(requiredClaims),
    types: equal(issuer.types, DEFAULTS.types) ? undefined : issuer.types,
    context: equal(context, DEFAULTS.context) ? undefined : context,
  };
}

/** The issuer without what its preset sets. */
function withPreset(issuer: LiveIssuer, { name, input, facts }: Guess): Tree {
  const { issuer: _, jwksUri: __, audienceClaim: ___, ...rest } = explicit(issuer);
  const { audiences, algorithms = [DEFAULTS.publishedKeysAlgorithm], requiredClaims } = facts;
  const others = Object.entries(issuer.requiredClaims).filter(([claim, one]) => !equal(one, requiredClaims[claim]));
  return {
    [name]: input,
    ...rest,
    audience: audiences === undefined ? rest.audience : undefined,
    algorithms: equal(issuer.algorithms, algorithms) ? undefined : issuer.algorithms,
    requiredClaims: claims(Object.fromEntries(others)),
    context: equal(issuer.context, { ...DEFAULTS.context, ...facts.context }) ? undefined : issuer.context,
  };
}

function secretOf(issuer: LiveIssuer | undefined): Json | undefined {
  if (issuer?.secrets === undefined) return undefined;
  const { from, names } = issuer.secrets;
  return from === "env" && equal(names, DEFAULTS.secretVariables) ? "env" : { [from]: names };
}

const claims = (given: LiveIssuer["requiredClaims"]): Tree | undefined =>
  filled(Object.fromEntries(Object.entries(given).map(([claim, values]) => [claim, oneOrList(values)])));

interface Guess {
  readonly name: string;
  readonly input: Tree;
  readonly facts: Preset;
}

const schemas = z.object(PRESET_SCHEMAS);

/** The presets with the issuer's own values. Only one whose facts are the issuer's is returned. */
function presets(issuer: LiveIssuer): Guess[] {
  return Object.entries(GUESSES).flatMap(([name, guess]): Guess[] => {
    const input = withoutUndefined(guess(issuer));
    const parsed = schemas.safeParse({ [name]: input });
    const facts = parsed.success ? presetOf(parsed.data) : undefined;
    const isThis =
      facts?.issuer === issuer.issuer &&
      (issuer.jwksUri === undefined || facts.jwksUri === issuer.jwksUri) &&
      facts.audienceClaim === issuer.audienceClaim;
    return isThis ? [{ name, input, facts }] : [];
  });
}

const oneOrList = <T extends Json>(values: readonly T[] = []): Json | undefined =>
  values.length === 1 ? values[0] : values.length === 0 ? undefined : values;
const part = (issuer: LiveIssuer, pattern: RegExp): string => pattern.exec(issuer.issuer)?.[1] ?? "";
const host = (issuer: LiveIssuer): string => part(issuer, /^https:\/\/([^/]+)/);
const unless = (usual: string, value: string) => (value === usual ? undefined : value);

/** Functions that return the settings of a preset for an issuer: the reverse of config/resolve/presets.ts. */
const GUESSES: Readonly<Record<keyof typeof PRESET_SCHEMAS, (issuer: LiveIssuer) => Tree>> = {
  cognito: (issuer) => ({
    userPoolId: part(issuer, /([^/]+)$/),
    clientId: oneOrList(issuer.audiences),
    tokenUse: unless(DEFAULTS.tokenUse, String(issuer.requiredClaims.token_use?.[0])),
  }),
  github: ({ requiredClaims }) => ({ repository: oneOrList(requiredClaims.repository) }),
  gitlab: (issuer) => ({
    project: oneOrList(issuer.requiredClaims.project_path),
    host: unless(DEFAULTS.gitlabHost, host(issuer)),
  }),
  auth0: (issuer) => ({ domain: host(issuer), organization: oneOrList(issuer.requiredClaims.org_id) }),
  okta: (issuer) => ({
    domain: host(issuer),
    server: unless(DEFAULTS.oktaServer, part(issuer, /\/oauth2\/([^/]+)$/)),
    clientId: oneOrList(issuer.requiredClaims.cid),
  }),
  entra: (issuer) => ({ tenant: issuer.issuer.includes("{tid}") ? "any" : oneOrList(issuer.requiredClaims.tid) }),
  keycloak: ({ issuer, audiences }) => ({ realm: issuer, clientId: oneOrList(audiences) }),
  google: ({ audiences, requiredClaims }) => ({
    clientId: oneOrList(audiences),
    hostedDomain: oneOrList(requiredClaims.hd),
  }),
  firebase: ({ audiences, requiredClaims }) => ({
    project: audiences[0],
    tenant: oneOrList(requiredClaims["firebase.tenant"]),
  }),
  clerk: (issuer) => ({ domain: host(issuer), origin: oneOrList(issuer.audiences) }),
  supabase: (issuer) => ({ project: part(issuer, /^https:\/\/([^.]+)\.supabase\.co\//) }),
};

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
