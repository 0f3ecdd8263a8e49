/** Compares what Terraform plans for a module with what it plans for the stack. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { terraformEnvironment } from "../../../harness/aws";
import { run, succeed } from "../../../harness/programs";
import { ROOT, tool } from "../../../harness/tools";

const SECRET = "0123456789abcdef".repeat(4);
const values = z.record(z.string(), z.unknown());
const resource = z.object({ address: z.string(), values });
const resources = z.object({ resources: z.optional(z.array(resource)) });
const plan = z.object({
  planned_values: z.object({
    outputs: z.optional(z.record(z.string(), z.object({ value: z.optional(z.unknown()) }))),
    root_module: z.extend(resources, { child_modules: z.optional(z.array(resources)) }),
  }),
});

/** Values by address, without the module's prefix. */
type Planned = ReadonlyMap<string, unknown>;

export interface Comparison {
  /** Environments with an example in the module. */
  readonly environments: readonly string[];
  /** What each environment's stack and module plan. */
  readonly plans: readonly { readonly stack: Planned; readonly module: Planned }[];
  /** Output of `terraform fmt`, `validate` and `test` if one of them fails. */
  readonly failures: readonly string[];
}

/** Synthesizes a configuration as stacks and as a module, and plans both. `aws` is the URL of moto. */
export async function compare(configuration: unknown, aws: string): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), "module-"));
  try {
    const env = {
      ...terraformEnvironment({ aws, dir: folder }),
      TF_VAR_origin_secret: SECRET,
      TF_VAR_hs256_secret: SECRET,
    };
    writeFileSync(join(folder, "gateway.yaml"), JSON.stringify(configuration));
    const synth = [join(ROOT, "scripts/run.mjs"), "cli/main.ts", "synth"];
    await succeed(process.execPath, synth, { cwd: folder, env });
    await succeed(process.execPath, [...synth, "--module"], { cwd: folder, env });
    const module = join(folder, "module");
    const environments = readdirSync(join(module, "examples"));
    const plans = [];
    for (const environment of environments) {
      plans.push({
        stack: await planned(join(folder, "cdktf.out/stacks", environment), env),
        module: await planned(join(module, "examples", environment), env),
      });
    }
    return { environments, plans, failures: await failures(module, environments, env) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function failures(cwd: string, environments: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  // The variables of the tests are in the tests.
  const { TF_VAR_origin_secret: _, TF_VAR_hs256_secret: __, ...rest } = env;
  const failed: string[] = [];
  const commands = [
    ["fmt", "-check", "-diff", "-recursive"],
    ["init", "-backend=false"],
    ["test"],
    // Terraform does not validate a module that expects providers for several regions, unless another one calls it.
    ...environments.map((environment) => [`-chdir=examples/${environment}`, "validate"]),
  ];
  for (const args of commands) {
    const { code, stdout, stderr } = await run(tool("terraform"), [...args, "-no-color"], { cwd, env: rest });
    if (code !== 0 || /Warning: Quoted references/.test(stdout))
      failed.push(`terraform ${args.join(" ")}: ${stdout}${stderr}`);
  }
  return failed;
}

/** Plans a root module. Returns the values of all resources, and of the outputs, by address. */
async function planned(cwd: string, env: NodeJS.ProcessEnv): Promise<Planned> {
  await succeed(tool("terraform"), ["init", "-no-color"], { cwd, env });
  await succeed(tool("terraform"), ["plan", "-no-color", "-out=plan"], { cwd, env });
  const { stdout } = await succeed(tool("terraform"), ["show", "-json", "plan"], { cwd, env });
  const { outputs = {}, root_module } = plan.parse(JSON.parse(stdout)).planned_values;
  const { child_modules = [], resources: own = [] } = root_module;
  const all = [...own, ...child_modules.flatMap(({ resources: inner = [] }) => inner)];
  return new Map<string, unknown>([
    ...all.map(({ address, values: given }) => [address.replace("module.gateway.", ""), comparable(given)] as const),
    ...Object.entries(outputs).map(([name, { value }]) => [`output.${name}`, value] as const),
  ]);
}

/** The zip is in another folder, with the same contents. */
const comparable = ({ filename, ...rest }: Readonly<Record<string, unknown>>): unknown => ({
  ...rest,
  ...(typeof filename === "string" ? { filename: filename.split("/").at(-1) } : {}),
});
