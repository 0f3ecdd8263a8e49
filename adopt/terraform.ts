/** Runs Terraform to show what an apply would do. It changes nothing. */
import { spawn } from "node:child_process";
import * as z from "zod/mini";
import { messageOf } from "../terminal/error";
import { AdoptError } from "./errors";

export interface TerraformOptions {
  /** Folder with the synthesized stack. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** One resource of a plan that would not stay as it is. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
  /** Arguments that would change, with their values before and after. */
  readonly attributes: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
}

export interface Plan {
  /** Number of resources that the apply would import. */
  readonly imports: number;
  /** Resources that are managed already and stay as they are. */
  readonly unchanged: number;
  readonly changes: readonly PlannedChange[];
}

const document = z.object({
  resource_changes: z._default(
    z.array(
      z.object({
        address: z.string(),
        mode: z.string(),
        change: z.object({
          actions: z.array(z.string()),
          before: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
          after: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
          importing: z.optional(z.nullable(z.unknown())),
        }),
      }),
    ),
    [],
  ),
});

/** Name of the plan's file in the folder of the stack. */
export const PLAN_FILE = "adopt.tfplan";

/** Plans. @throws {AdoptError} `terraform-failed` with what Terraform printed */
export async function plan(options: TerraformOptions): Promise<Plan> {
  await terraform(["init", "-input=false", "-no-color"], options);
  const planned = await terraform(["plan", "-input=false", "-no-color", "-lock=false", `-out=${PLAN_FILE}`], options);
  const found = importsAlone(planned);
  // `terraform show` starts the provider again, for seconds.
  if (found !== undefined) return { ...found, changes: [] };
  const shown = document.parse(JSON.parse(await terraform(["show", "-json", PLAN_FILE], options)));
  const managed = shown.resource_changes.filter(({ mode }) => mode === "managed");
  const isNothing = (actions: readonly string[]) => actions.every((action) => action === "no-op");
  return {
    imports: managed.filter(({ change }) => change.importing).length,
    unchanged: managed.filter(({ change }) => !change.importing && isNothing(change.actions)).length,
    changes: managed
      .filter(({ change }) => !isNothing(change.actions))
      .map(({ address, change }) => ({ address, actions: change.actions, attributes: attributesOf(change) })),
  };
}

/** Reads what `terraform plan` prints. Returns undefined unless the apply would import and do nothing else. */
export function importsAlone(text: string): Pick<Plan, "imports" | "unchanged"> | undefined {
  const [, count] = /^Plan: (\d+) to import, 0 to add, 0 to change, 0 to destroy\.$/m.exec(text) ?? [];
  if (count === undefined) return undefined;
  const refreshed = text.match(/^(?!data\.).+: Refreshing state\.\.\./gm)?.length ?? 0;
  return { imports: Number(count), unchanged: refreshed - Number(count) };
}

function attributesOf(change: {
  readonly before?: Readonly<Record<string, unknown>> | null | undefined;
  readonly after?: Readonly<Record<string, unknown>> | null | undefined;
}) {
  const { before, after } = change;
  if (!before || !after) return [];
  return Object.keys({ ...before, ...after })
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}

async function terraform(args: readonly string[], { cwd, env, signal }: TerraformOptions): Promise<string> {
  const child = spawn("terraform", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], signal });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => (signal.aborted ? undefined : reject(notStarted(error)))).once("close", resolve);
  });
  if (signal.aborted)
    throw new AdoptError(
      "interrupted",
      "Stopped while Terraform was planning. The files are written, and nothing was changed on AWS.",
    );
  if (code !== 0)
    throw new AdoptError("terraform-failed", `terraform ${args[0]} failed: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

const notStarted = (error: unknown) =>
  new AdoptError(
    "terraform-failed",
    `Terraform could not be started: ${messageOf(error)}.`,
    "Install Terraform 1.5 or later, or run adopt with --no-plan.",
  );
