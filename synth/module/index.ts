/** Writes a plain Terraform module from gateway.yaml, for teams without Node.js in their pipelines. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../../config/model";
import { exampleFile, moduleFiles, testFile, ZIP } from "./files";
import { partsOf } from "./parts";
import { readme } from "./readme";
import { covers, render, type Template, templateOf } from "./template";

/** A written module. */
export interface Written {
  /** Paths of the files in the module's folder. */
  readonly files: readonly string[];
  /** Names of environments that differ from the module's in more than its variables. */
  readonly uncovered: readonly string[];
}

/**
 * Writes the module of an environment.
 *
 * @param others the configuration's other environments: each gets an example, if the module's variables can express it
 */
export function writeModule(environment: Environment, others: readonly Environment[], folder: string): Written {
  const template = templateOf(environment);
  const parts = partsOf(template);
  const covered = others.filter((other) => covers(template, other));
  const { zip } = template.base;
  const files = new Map<string, string | Buffer>([
    ...moduleFiles(parts),
    ["README.md", readme(parts, environment)],
    ["tests/module.tftest.hcl", testFile(parts, template)],
    ...(zip ? [[ZIP, zip] as const] : []),
    ...[environment, ...covered].flatMap((one) => exampleOf(one, template)),
  ]);
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return {
    files: [...files.keys()],
    uncovered: others.filter((other) => !covered.includes(other)).map(({ name }) => name),
  };
}

/** The files of an environment's root module. */
function exampleOf(environment: Environment, template: Template): (readonly [string, string | Buffer])[] {
  const values = template.settings.flatMap(({ name, valueIn }) => {
    const value = valueIn(environment);
    return JSON.stringify(value) === JSON.stringify(valueIn(template.environment)) ? [] : [[name, value] as const];
  });
  const { zip } = render(environment);
  const ownZip = zip !== undefined && !(template.base.zip?.equals(zip) ?? false);
  const folder = `examples/${environment.name}`;
  // Provider blocks are those of this environment: region, accounts and tags.
  const providers = partsOf({ ...template, marked: render(environment).hcl, settings: [] }).providers;
  const main = exampleFile({ ...partsOf(template), providers }, values, ownZip);
  return [[`${folder}/main.tf`, main], ...(ownZip ? [[`${folder}/${ZIP}`, zip] as const] : [])];
}
