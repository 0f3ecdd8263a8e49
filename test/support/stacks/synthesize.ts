/** Synthesizes a changed copy of the tutorial's environment, for the matchers and as plain data. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import type {} from "cdktf/lib/testing/adapters/jest";
import type { Environment } from "../../../config/model";
import type { Modules } from "../../../contract/authorizer-bundle";
import { textInZip } from "../../../contract/zip-file";
import { WebSocketStack } from "../../../stacks/websocket-stack";
import { authorizerModules, environment } from "./environment";

/** Synthesizes cdktf's JSON for the matchers. Aspects run, as in a real synthesis. */
export function synthesize(change: Partial<Environment> = {}): string {
  const stack = new WebSocketStack(
    Testing.app({ stackTraces: false }),
    { ...environment, ...change },
    { authorizerModules },
  );
  return Testing.synth(stack, true);
}

/** The parts of cdk.tf.json that tests read. */
export interface Terraform {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
  readonly variable?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: { readonly aws: readonly Readonly<Record<string, unknown>>[] };
}

export function terraform(change: Partial<Environment> = {}): Terraform {
  return JSON.parse(synthesize(change));
}

/** The authorizer's settings in the zip of a synthesized folder. */
export function packagedSettings(change: Partial<Environment> = {}): unknown {
  const outdir = mkdtempSync(join(tmpdir(), "settings-"));
  try {
    synthesizeTo(outdir, [{ ...environment, ...change }]);
    const stack = join(outdir, "stacks", environment.name);
    const json: Terraform = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8"));
    const zipFile = join(stack, String(resource(json, "aws_lambda_function").filename));
    return JSON.parse(textInZip(zipFile, "settings.json") ?? "null");
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** All resources of one type. */
export function resources(json: Terraform, type: string): readonly Readonly<Record<string, unknown>>[] {
  return Object.values(json.resource[type] ?? {});
}

/** Returns the resource of one type that has these properties. @throws if there is not exactly one */
export function resource(json: Terraform, type: string, properties: object = {}): Readonly<Record<string, unknown>> {
  const wanted = Object.entries(properties);
  const found = resources(json, type).filter((one) => wanted.every(([key, value]) => one[key] === value));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} of ${type} have ${JSON.stringify(properties)}`);
  }
  return only;
}

/** Synthesizes a whole app to a folder, as main.ts does. */
export function synthesizeTo(
  outdir: string,
  environments: readonly Environment[],
  modules: Modules = authorizerModules,
): void {
  const app = new App({ outdir, stackTraces: false });
  for (const one of environments) new WebSocketStack(app, one, { authorizerModules: modules });
  app.synth();
}
