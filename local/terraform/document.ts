/** Finds and parses the Terraform JSON of a synthesized stack, or of any folder with `*.tf.json` files. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { TerraformError } from "./error";
import type { Value } from "./values";

const value: z.ZodType<Value> = z.json();
const body = z.record(z.string(), value);
const bodies = z.record(z.string(), body).default({});
const typed = z.record(z.string(), z.record(z.string(), body)).default({});
const schema = z.object({
  provider: z.record(z.string(), z.union([body, z.array(body)])).default({}),
  variable: bodies,
  locals: body.default({}),
  data: typed,
  resource: typed,
  output: bodies,
  module: z.record(z.string(), z.unknown()).default({}),
});

export type Body = Readonly<Record<string, Value>>;

export interface Document extends z.output<typeof schema> {
  /** Name of the file in messages. */
  readonly file: string;
  /** Terraform's working folder, to which paths are relative. */
  readonly folder: string;
}

/**
 * Reads the Terraform JSON of a stack.
 *
 * @param path a `.tf.json` file, a stack's folder, or a `cdktf.out` with one stack in it
 */
export function readDocument(path: string): Document {
  if (!existsSync(path)) throw unreadable(path, "does not exist", "Synthesize the project first");
  if (statSync(path).isFile()) return parse(path, dirname(path));
  const files = readdirSync(path).filter((name) => name.endsWith(".tf.json"));
  if (files.length > 0) return merge(files.map((name) => parse(join(path, name), path)));
  const stacks = join(path, "stacks");
  const names = existsSync(stacks) ? readdirSync(stacks) : [];
  const [only] = names;
  if (only !== undefined && names.length === 1) return readDocument(join(stacks, only));
  if (names.length > 1)
    throw unreadable(path, `has several stacks: ${names.join(", ")}`, "Use the folder of one of them");
  if (readdirSync(path).some((name) => name.endsWith(".tf"))) {
    throw unreadable(
      path,
      "has only HCL files",
      "The local gateway reads Terraform's JSON syntax, which cdktf synth writes",
    );
  }
  throw unreadable(path, "has no Terraform JSON", "Synthesize the project, and use the folder with cdk.tf.json");
}

function parse(file: string, folder: string): Document {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw unreadable(file, `is not JSON: ${messageOf(error)}`, "Synthesize the project again");
  }
  const result = schema.safeParse(json);
  if (result.success) return { ...result.data, file: basename(file), folder };
  const [issue] = result.error.issues;
  throw unreadable(file, `is not valid Terraform JSON at ${issue?.path.join(".")}: ${issue?.message}`, "");
}

function merge(documents: readonly Document[]): Document {
  const [first, ...others] = documents;
  if (!first) throw unreadable("", "has no Terraform JSON", "");
  for (const other of others) {
    for (const part of ["provider", "variable", "locals", "output", "module"] as const) {
      Object.assign(first[part], other[part]);
    }
    for (const part of ["data", "resource"] as const) {
      for (const [type, named] of Object.entries(other[part])) first[part][type] = { ...first[part][type], ...named };
    }
  }
  return { ...first, file: [first, ...others].map((document) => document.file).join(", ") };
}

function unreadable(path: string, problem: string, hint: string): TerraformError {
  return new TerraformError("file", `${path} ${problem}`, hint);
}
