/** Compares the API on AWS with `gateway.yaml`, and reports what has drifted in the file's own terms. */
import { canonicalJson, type Json } from "../../aws/canonical-json";
import { parse } from "../../config/document/parse";
import { locate, nodeAt, type Path } from "../../config/document/tree";
import type { Environment } from "../../config/model";
import { json } from "../compare/arguments";
import { type Comparison, compare } from "../compare/compare";
import type { SynthesizedStack } from "../compare/stack";
import { unmanagedOf } from "../findings/unmanaged";
import type { Live, LiveStage } from "../read/live";
import { settingOf } from "./settings";

export interface Drift {
  /** Line in gateway.yaml, from 1. 0: the file has no such setting. */
  readonly line: number;
  /** Setting, such as `routes.$connect.url`. */
  readonly setting: string;
  /** Terraform's resource and argument. Undefined: the whole resource. */
  readonly resource: string;
  readonly argument: string | undefined;
  readonly file: Json | undefined;
  readonly aws: Json | undefined;
}

/**
 * Returns what differs.
 *
 * @param text text of gateway.yaml
 */
export function driftOf(
  text: string,
  environment: Environment,
  stack: SynthesizedStack,
  live: Live,
  stage: LiveStage,
): readonly Drift[] {
  const where = placesIn(text, environment);
  const comparison = compare(stack, live, stage);
  return [
    ...known(comparison).map(({ path, argument, live: aws, stack: file }) => ({
      ...where(path, argument),
      resource: path,
      argument,
      file,
      aws,
    })),
    ...comparison.absent.map(({ path }) => ({
      ...where(path, undefined),
      resource: path,
      argument: undefined,
      file: "managed",
      aws: undefined,
    })),
    ...authorizerSettings(environment, live).map(({ argument, file, aws }) => ({
      ...where("authorizer_function", argument),
      resource: "authorizer_function",
      argument,
      file,
      aws,
    })),
    ...added(environment, live, stage, comparison).map((resource) => ({
      line: 0,
      setting: "",
      resource,
      argument: undefined,
      file: undefined,
      aws: "present",
    })),
  ];
}

/**
 * Returns a function that finds the setting of a resource or of its argument: its name, and its line in gateway.yaml.
 *
 * @param text text of gateway.yaml
 */
function placesIn(text: string, { name, adopted }: Environment) {
  const { root, position } = parse(text);
  const exists = (path: Path) => nodeAt(root, path) !== undefined;
  const at = (path: Path): Pick<Drift, "line" | "setting"> => {
    const places = [["environments", name, ...path], path];
    // The most exact place that the file has: the setting, the map that would contain it, or the first of its keys.
    const place =
      places.find(exists) ??
      places.find((each) => exists(each.slice(0, -1))) ??
      (exists(path.slice(0, 1)) ? path : undefined);
    const line = place === undefined ? 0 : position(locate(root, place, "key").at).line;
    return { line, setting: path.join(".") };
  };
  return (path: string, argument: string | undefined) => {
    const kept = adopted?.keep[path];
    const isKept = kept !== undefined && (kept === false || argument === undefined || argument in kept);
    return at(
      isKept ? ["adopted", "keep", path, ...(argument === undefined ? [] : [argument])] : settingOf(path, argument),
    );
  };
}

/** A value that refers to a resource outside of the API, such as a function, cannot be compared without the state. */
const known = ({ differences }: Comparison) => differences.filter(({ isUnknown }) => !isUnknown);

/** The settings in the code of the bundled authorizer, which are no arguments of Terraform. */
function authorizerSettings(
  { authorizer }: Environment,
  { bundled }: Live,
): readonly { readonly argument: string; readonly file: Json | undefined; readonly aws: Json | undefined }[] {
  if (authorizer.kind !== "verify" || bundled === undefined) return [];
  const { fetchBudgetMs: _, ...settings } = bundled.settings;
  const file: Readonly<Record<string, unknown>> = { ...authorizer.function.settings, jwks: authorizer.function.jwks };
  const aws: Readonly<Record<string, unknown>> = { ...settings, jwks: bundled.jwks };
  return Object.keys({ ...file, ...aws })
    .filter((name) => canonicalJson(file[name] ?? null) !== canonicalJson(aws[name] ?? null))
    .map((name) => ({ argument: name, file: json(file[name]), aws: json(aws[name]) }));
}

/** Returns what the API has beside the stack's resources, and did not have when it was adopted. */
function added({ adopted }: Environment, live: Live, stage: LiveStage, { ids }: Comparison): string[] {
  if (adopted === undefined) return [];
  const found = unmanagedOf(live, stage, ids).map(({ what, name }) => `${what} ${name}`);
  return found.filter((each) => !adopted.unmanaged.includes(each));
}

export function driftText(file: string, drifts: readonly Drift[]): string {
  if (drifts.length === 0) return "Nothing has drifted: the API is as gateway.yaml describes it.\n";
  const lines = drifts.map(({ line, setting, resource, argument, file: own, aws }) => {
    const place = `${file}${line > 0 ? `:${line}` : ""}`;
    const what = setting === "" ? resource : setting;
    if (argument === undefined && aws === undefined)
      return `${place} ${what}: ${resource} does not exist on AWS any more.`;
    if (argument === undefined) return `${place} ${resource}: exists on AWS, and not in this file.`;
    return `${place} ${what}: ${argument} of ${resource} is ${shown(aws)} on AWS, and ${shown(own)} by this file.`;
  });
  return `${lines.join("\n")}\n\n${drifts.length} ${drifts.length === 1 ? "difference" : "differences"}. A deploy would set each to the value of this file.\n`;
}

const shown = (value: Json | undefined): string =>
  value === undefined || value === null ? "not set" : JSON.stringify(value);
