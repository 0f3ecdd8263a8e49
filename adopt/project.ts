/**
 * Turns an API into the files of a project: `gateway.yaml`, its templates, and the record of ids. What no option expresses
 * is found by a comparison of the synthesized stack with the API, so nothing is lost silently.
 */
import type { Kept } from "../config/model";
import type { AdoptionRecord } from "../config/resolve/adopted";
import { ACCESS_LOG_FORMAT } from "../contract/access-log";
import { DEFAULTS } from "../contract/defaults";
import { VARIABLES } from "../contract/names";
import { type Comparison, compare, keepOf } from "./compare/compare";
import { readStack, type SynthesizedStack } from "./compare/stack";
import { AdoptError } from "./errors";
import { unmanagedOf } from "./findings/unmanaged";
import type { Named } from "./names";
import type { Live, LiveBundled, LiveStage } from "./read/live";
import { originSecretOf } from "./read/origin-secret";
import { configurationOf } from "./write/configuration";
import { TemplateFiles } from "./write/templates";
import type { Tree } from "./write/tree";
import { validSettings } from "./write/valid";

/** Files by path, relative to gateway.yaml. */
export type Files = ReadonlyMap<string, string>;

/** Synthesizes a `gateway.yaml` with its files, and returns the parsed `cdk.tf.json` of an environment. */
export type Synthesize = (configuration: string, files: Files, environment: string) => unknown;

export interface ProjectOptions {
  readonly synthesize: Synthesize;
  /** Whether the API is on this machine. */
  readonly local: boolean;
}

/** Settings and what is kept beside them. */
export interface Draft {
  readonly settings: Tree;
  readonly keep: Readonly<Record<string, Kept>>;
}

export interface Project extends Draft {
  readonly names: Named;
  /** Templates and the record, by path. */
  readonly files: Files;
  /** Path of the record. */
  readonly recordFile: string;
  readonly record: AdoptionRecord;
  /** Before anything is kept. */
  readonly comparison: Comparison;
  /** Values of Terraform's sensitive variables, which are in no file. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Plans the project of an API.
 *
 * @throws {AdoptError} `not-expressible` if something of the API would change, with the exact argument
 */
export function planProject(live: Live, stage: LiveStage, options: ProjectOptions): Project {
  const templates = new TemplateFiles("templates");
  const {
    names,
    settings: wanted,
    backendUrl,
    bundled,
  } = configurationOf(live, stage, templates, {
    accessLogFormat: ACCESS_LOG_FORMAT,
    local: options.local,
  });
  const secret = originSecretOf(live, backendUrl);
  const variables = {
    ...(bundled ? signingSecrets(bundled) : {}),
    ...(secret ? { [VARIABLES.originSecret]: secret.value } : {}),
  };
  const settings = validSettings(wanted, { readFile: templates.read, local: options.local });
  const stackOf = (files: Files, draft: Draft, recordFile?: string) => {
    const text = JSON.stringify(fileTree(names, draft, recordFile));
    return readStack(options.synthesize(text, files, names.environment));
  };

  const bare = stackOf(templates.files, { settings, keep: {} });
  const comparison = compare(bare, live, stage, variables);
  const keep = keepOf(comparison);
  const recordFile = `adopted/${names.environment}.json`;
  const filesWith = (record: AdoptionRecord): Files =>
    new Map([...usedIn(settings, templates.files), [recordFile, `${JSON.stringify(record, null, 2)}\n`]]);

  const draft = { settings, keep };
  const unsettled = stackOf(filesWith({ ids: comparison.ids }), draft, recordFile);
  // A resource below one that is left out (`keep: false`) is not in the stack either, so it cannot be imported.
  const described = new Set(unsettled.resources.map(({ path }) => path));
  const ids = Object.fromEntries(Object.entries(comparison.ids).filter(([path]) => described.has(path)));
  const unmanaged = unmanagedOf(live, stage, ids).map(({ what, name }) => `${what} ${name}`);
  const record = {
    ids,
    ...(unsettled.definition === undefined ? {} : { definition: unsettled.definition }),
    parameters: parametersOf(unsettled),
    ...(unmanaged.length === 0 ? {} : { unmanaged }),
  };
  const settled = stackOf(filesWith(record), draft, recordFile);
  requireEqual(compare(settled, live, stage, variables));

  return { names, ...draft, files: filesWith(record), recordFile, record, comparison, variables };
}

/** The secrets with which the bundled authorizer verifies tokens, by Terraform variable. */
function signingSecrets({ configuration, settings }: LiveBundled): Record<string, string> {
  const values = configuration.Environment?.Variables ?? {};
  const names = settings.issuers.flatMap(({ secrets }) => (secrets?.from === "env" ? secrets.names : []));
  return Object.fromEntries(names.flatMap((name) => (values[name] ? [[name.toLowerCase(), values[name]]] : [])));
}

/** Returns the parameters of the handshake that the mappings of each integration read, by its path. */
function parametersOf({ resources }: SynthesizedStack): Readonly<Record<string, string[]>> {
  const found = resources.flatMap(({ type, path, arguments: args }) => {
    if (type !== "aws_apigatewayv2_integration" || typeof args.request_parameters !== "object") return [];
    const sources = Object.values(args.request_parameters ?? {}).map(String);
    return [[path, sources.filter((text) => /^route\.request\.(?!body\b)/.test(text))] as const];
  });
  return Object.fromEntries(found.filter(([path]) => path.startsWith("routes/$connect ")));
}

/** The whole content of gateway.yaml. */
export function fileTree({ environment }: Named, { settings, keep }: Draft, recordFile?: string): Tree {
  const kept = Object.keys(keep).length === 0 ? {} : { keep };
  const adopted = recordFile === undefined ? {} : { adopted: { record: recordFile, ...kept } };
  if (environment === DEFAULTS.environment) return { ...settings, ...adopted };
  return { ...settings, environments: { [environment]: adopted } };
}

/** Returns the files that the settings name. Templates that gateway.yaml does not accept are left out. */
const usedIn = (settings: Tree, files: Files): [string, string][] => {
  const text = JSON.stringify(settings);
  return [...files].filter(([path]) => text.includes(JSON.stringify(path)));
};

function requireEqual({ differences, absent }: Comparison): void {
  const left = [
    ...differences.map(({ path, argument }) => `${argument} of ${path}`),
    ...absent.map(({ path }) => `${path}, which the API does not have`),
  ];
  if (left.length === 0) return;
  throw new AdoptError(
    "not-expressible",
    `Terraform would change ${left.join("; ")}.`,
    "Report this with the output of --json.",
  );
}
