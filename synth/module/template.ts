/**
 * Turns the stack of one environment into a template: finds the places of each variable's value by synthesizing the stack
 * again with marks in place of the values.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../config/model";
import { writeStacks } from "../app";
import { SETTINGS, type Setting, type Value } from "./variables";

/** A synthesized stack. */
export interface Rendered {
  /** The text of the Terraform file. */
  readonly hcl: string;
  /** The authorizer's zip. Undefined if the stack has no function. */
  readonly zip: Buffer | undefined;
}

export interface Template {
  readonly environment: Environment;
  readonly base: Rendered;
  /** The Terraform file with marks. */
  readonly marked: string;
  readonly settings: readonly Setting[];
  /** The settings that change the API, so that API Gateway needs a new deployment. */
  readonly deployed: readonly Setting[];
}

/** A setting is a variable only if its value in the template's environment gives the same stack again. */
export function templateOf(environment: Environment): Template {
  const base = render(environment);
  const before = comparable(base.hcl);
  const settings = SETTINGS.filter((setting) => {
    const { hcl } = render(setting.marked(environment, String(setting.mark)));
    return (
      hcl.includes(String(setting.mark)) && before === comparable(filled(hcl, setting, setting.valueIn(environment)))
    );
  });
  const marked = render(settings.reduce((all, setting) => setting.marked(all, String(setting.mark)), environment)).hcl;
  const deployed = settings.filter((setting) => {
    return triggerOf(render(setting.marked(environment, String(setting.mark))).hcl) !== triggerOf(base.hcl);
  });
  return { environment, base, marked, settings, deployed };
}

/** Returns whether the template gives an environment's stack, except its zip. */
export function covers({ marked, settings }: Template, environment: Environment): boolean {
  const text = settings.reduce((hcl, setting) => filled(hcl, setting, setting.valueIn(environment)), marked);
  return comparable(text) === comparable(render(environment).hcl);
}

/** Synthesizes one environment to HCL. */
export function render(environment: Environment): Rendered {
  const outdir = mkdtempSync(join(tmpdir(), "module-"));
  const { SYNTH_HCL_OUTPUT: before } = process.env;
  process.env.SYNTH_HCL_OUTPUT = "true";
  try {
    writeStacks([environment], outdir);
    const stack = join(outdir, "stacks", environment.name);
    const zip = readdirSync(stack, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith(".zip"));
    return {
      hcl: readFileSync(join(stack, "cdk.tf"), "utf8"),
      zip: zip === undefined ? undefined : readFileSync(join(stack, zip)),
    };
  } finally {
    if (before === undefined) delete process.env.SYNTH_HCL_OUTPUT;
    else process.env.SYNTH_HCL_OUTPUT = before;
    rmSync(outdir, { recursive: true, force: true });
  }
}

const TRIGGER = /^(\s*definition = )"([0-9a-f]{64})"$/m;

/** Returns the hash that makes Terraform create a new deployment. */
export const triggerOf = (hcl: string): string => TRIGGER.exec(hcl)?.[2] ?? "";

/** Replaces the expression of that hash. */
export const withTrigger = (hcl: string, expression: string): string =>
  hcl.replace(TRIGGER, (_, key: string) => `${key}${expression}`);

/** Removes what differs between stacks that are equal apart from their variables: the hash, the zip and the state. */
function comparable(hcl: string): string {
  return withTrigger(hcl, "hash")
    .replace(/^(\s*(?:filename|source_code_hash) = ).*$/gm, "$1zip")
    .replace(/^terraform \{\n[\s\S]*?^provider /m, "provider ");
}

/** Puts a value in the places of a setting's mark, as cdktf renders it. */
function filled(hcl: string, { mark, type }: Setting, value: Value): string {
  if (value === undefined) return hcl.replace(new RegExp(`^.*${mark}.*\n`, "gm"), "");
  if (type !== "list(string)") return hcl.replaceAll(String(mark), String(value));
  const items = Array.isArray(value) ? value.map((item) => `"${item}"`).join(",\n") : "";
  return hcl.replaceAll(`[\n"${mark}"\n]`, `[\n${items}\n]`);
}

/** Puts Terraform's variables in the places of the marks. */
export const withVariables = ({ marked, settings }: Template): string =>
  settings.reduce((hcl, { name, mark, type }) => {
    if (type === "number") return hcl.replaceAll(String(mark), `var.${name}`);
    if (type === "list(string)") return hcl.replaceAll(`[\n"${mark}"\n]`, `var.${name}`);
    return hcl.replaceAll(String(mark), `\${var.${name}}`);
  }, marked);
