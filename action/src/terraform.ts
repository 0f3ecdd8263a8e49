/** Runs Terraform's commands on one synthesized stack, and reads their JSON. */
import { join } from "node:path";
import { codeOf } from "../../terminal/error";
import { type Cancellation, cancelled } from "./cancellation";
import { type Diagnostic, type PlannedChange, type PrintedOutputs, parseEvent, type TerraformEvent } from "./events";
import type { FailureReason } from "./failure-reasons";
import type { LockInfo } from "./lock";
import { log } from "./log";
import { type Ended, runProgram } from "./program";
import type { Stack } from "./stack";
import { failureOf, LockedFailure, problemOf, unreleasedLock } from "./terraform-failure";

export interface Options {
  readonly binary: string;
  readonly stack: Stack;
  readonly env: NodeJS.ProcessEnv;
  readonly lockTimeout: string;
  readonly cancellation: Cancellation;
  readonly onEvent: (event: TerraformEvent) => void;
  /** A folder that is deleted after the run: a plan file contains secrets in clear text. */
  readonly scratch: string;
  /** Whether a plan that has become stale is made again. */
  readonly replan: boolean;
}

export interface PlanOptions {
  /** `false` for a plan that will not be applied. */
  readonly lock?: boolean;
  readonly destroy?: boolean;
  /** Addresses to limit the plan to, with what they depend on; empty for all resources. */
  readonly targets?: readonly string[] | undefined;
  /** Whether Terraform reads the resources from AWS first. @default true */
  readonly refresh?: boolean;
  /** Whether the outputs are read while Terraform plans, for {@link Terraform.output}. @default false */
  readonly outputs?: boolean;
}

export interface Planned {
  /** Whether applying the plan would change anything. */
  readonly hasChanges: boolean;
  readonly changes: readonly PlannedChange[];
}

export class Terraform {
  /** Time spent inside Terraform. */
  elapsedMs = 0;
  /** The lock of this run, if Terraform could not release it; some backends do not say more than that. */
  unreleased: LockInfo | "unknown" | undefined;
  /** Addresses that every plan replaces. */
  readonly replace: string[] = [];
  private last: (Planned & { readonly options: PlanOptions }) | undefined;
  /** The outputs in the state, if they are known, or are being read. */
  private outputs: Promise<unknown> | undefined;
  /** The number of commands that run now, and the time since which at least one does. */
  private running = 0;
  private started = 0;
  private readonly planFile: string;
  private readonly warned = new Set<string>();

  constructor(private readonly options: Options) {
    this.planFile = join(options.scratch, "plan");
  }

  /** `readonly`: only the providers in the stack's lock file may be used. */
  async init({ readonly = false } = {}): Promise<void> {
    const lock = readonly ? ["-lockfile=readonly"] : [];
    // Without it, init rejects a folder that an earlier step has initialized for another state. A `cloud` block has no such option.
    const reconfigure = this.options.stack.backend === "cloud" ? [] : ["-reconfigure"];
    await this.run(["init", "-json", "-input=false", ...reconfigure, ...lock], "init-failed");
  }

  /** Adds the checksums for these platforms to the stack's lock file. */
  async lockProviders(platforms: readonly string[]): Promise<void> {
    const args = platforms.map((platform) => `-platform=${platform}`);
    await this.run(["providers", "lock", "-no-color", ...args], "init-failed");
  }

  async plan(options: PlanOptions = {}): Promise<Planned> {
    const { destroy = false, lock = true, targets = [], refresh = true, outputs = false } = options;
    const args = ["plan", "-json", "-input=false", "-detailed-exitcode", `-out=${this.planFile}`];
    args.push(...(lock ? [`-lock-timeout=${this.options.lockTimeout}`] : ["-lock=false"]));
    if (destroy) args.push("-destroy");
    if (!refresh) args.push("-refresh=false");
    args.push(...targets.map((address) => `-target=${address}`));
    if (!destroy) args.push(...this.replace.map((address) => `-replace=${address}`));
    // 0: no changes, 2: changes. https://developer.hashicorp.com/terraform/cli/commands/plan#detailed-exitcode
    const changes: PlannedChange[] = [];
    const { code } = await this.run(args, "plan-failed", [0, 2], (event) => {
      if (event.type === "planned_change") changes.push(event.change);
      // Terraform refreshes when it has the state's lock: until the plan is made, nothing else changes the outputs.
      if (event.type === "refresh_start" && outputs) this.outputs ??= this.runOutput();
    });
    this.last = { hasChanges: code === 2, changes, options };
    return this.last;
  }

  /** The last plan as JSON. */
  async show(): Promise<unknown> {
    const { stdout } = await this.run(["show", "-json", this.planFile], "plan-failed");
    return JSON.parse(stdout);
  }

  /**
   * Applies exactly the last plan. If another run has changed the state since, it is made again once, and applied if it
   * would do the same.
   */
  async apply(reason: FailureReason = "apply-failed"): Promise<void> {
    const { last } = this;
    try {
      await this.applyPlan(reason);
    } catch (error) {
      if (codeOf(error) !== "plan-changed" || !last || !this.options.replan) throw error;
      log.line("Another run changed the state after the plan. The plan is made again.");
      const { hasChanges, changes } = await this.plan(last.options);
      if (!hasChanges) return log.line("The other run has applied the same changes.");
      if (textOf(changes) !== textOf(last.changes)) throw error;
      await this.applyPlan(reason);
    }
  }

  private async applyPlan(reason: FailureReason): Promise<void> {
    const lock = `-lock-timeout=${this.options.lockTimeout}`;
    await this.run(["apply", "-json", "-input=false", "-auto-approve", lock, this.planFile], reason, [0], (event) => {
      if (event.type === "outputs" && isComplete(event.outputs)) this.outputs = Promise.resolve(event.outputs);
      else this.options.onEvent(event);
    });
  }

  /** Marks a resource as complete, so that Terraform updates it instead of replacing it. */
  async untaint(address: string): Promise<void> {
    await this.run(["untaint", "-no-color", `-lock-timeout=${this.options.lockTimeout}`, address], "apply-failed");
  }

  /** Adds an object that exists to the state. */
  async importObject(address: string, id: string): Promise<void> {
    const lock = `-lock-timeout=${this.options.lockTimeout}`;
    await this.run(["import", "-no-color", "-input=false", lock, address, id], "apply-failed");
  }

  /** Removes a resource from the state without destroying it. */
  async removeFromState(address: string): Promise<void> {
    await this.run(
      ["state", "rm", "-no-color", `-lock-timeout=${this.options.lockTimeout}`, address],
      "rollback-failed",
    );
  }

  /** Returns who holds the state's lock. Terraform has no command for it: this one takes the lock, and then changes nothing. */
  async lockHolder(): Promise<LockInfo | undefined> {
    try {
      await this.run(
        ["untaint", "-no-color", "-allow-missing", "-lock-timeout=0s", "terraform_data.none"],
        "init-failed",
      );
      return undefined;
    } catch (error) {
      if (error instanceof LockedFailure) return error.lock;
      throw error;
    }
  }

  async forceUnlock(id: string): Promise<void> {
    await this.run(["force-unlock", "-no-color", "-force", id], "state-locked");
  }

  /** The state as JSON text; empty where there is none yet. */
  async pullState(): Promise<string> {
    return (await this.run(["state", "pull", "-no-color"], "backend-unreachable")).stdout;
  }

  /** Terraform rejects a state of another lineage, and one that is older than the state in the backend. */
  async pushState(file: string): Promise<void> {
    await this.run(
      ["state", "push", "-no-color", `-lock-timeout=${this.options.lockTimeout}`, file],
      "state-not-saved",
    );
  }

  /** Gives a resource another address in the state, without changing it. */
  async moveInState(from: string, to: string): Promise<void> {
    await this.run(["state", "mv", "-no-color", `-lock-timeout=${this.options.lockTimeout}`, from, to], "apply-failed");
  }

  /** The outputs in the state. The command takes about half a second, which is saved where they are already known. */
  async output(): Promise<unknown> {
    return await (this.outputs ?? this.runOutput());
  }

  private runOutput(): Promise<unknown> {
    const read = this.run(["output", "-json"], "outputs-missing").then(({ stdout }) => JSON.parse(stdout));
    // If the plan fails, no one waits for the outputs.
    read.catch(() => {});
    return read;
  }

  /** Shows a warning once, although several commands repeat it. */
  private warn(diagnostic: Diagnostic): void {
    if (OF_PARTS.has(diagnostic.summary)) return;
    const problem = problemOf(diagnostic, this.options.stack);
    const text = `${problem.construct} ${problem.message}`;
    if (!this.warned.has(text)) log.warning(problem, "terraform");
    this.warned.add(text);
  }

  private async run(
    args: readonly string[],
    reason: FailureReason,
    success: readonly number[] = [0],
    onEvent = this.options.onEvent,
  ): Promise<Ended> {
    const { binary, stack, env, cancellation } = this.options;
    cancellation.check();
    if (args[0] !== "output" && args[0] !== "show") this.outputs = undefined;
    const errors: Diagnostic[] = [];
    if (this.running === 0) this.started = performance.now();
    this.running += 1;
    const ended = await runProgram(binary, args, {
      cwd: stack.directory,
      env: terraformEnvironment(env, stack),
      signal: cancellation.signal,
      pauseSeconds: args[0] === "apply" ? PAUSE_SECONDS : 0,
      onLine: (line) => {
        const event = parseEvent(line);
        if (event?.type === "diagnostic") {
          if (event.diagnostic.severity === "error") errors.push(event.diagnostic);
          else this.warn(event.diagnostic);
        }
        if (event) onEvent(event);
      },
    }).finally(() => {
      this.running -= 1;
    });
    if (this.running === 0) this.elapsedMs += performance.now() - this.started;
    this.unreleased = unreleasedLock(errors, ended) ?? this.unreleased;
    if (ended.code !== null && success.includes(ended.code)) return ended;
    if (cancellation.requested) throw cancelled();
    throw failureOf(args[0] ?? "", ended, errors, reason, stack);
  }
}

/** Terraform prints no value of a sensitive output. */
const isComplete = (outputs: PrintedOutputs): boolean =>
  Object.values(outputs).every(({ value }) => value !== undefined);

const textOf = (changes: readonly PlannedChange[]): string =>
  JSON.stringify(changes.map(({ resource, action }) => `${resource.addr} ${action}`).sort());

/** Terraform's warnings about every plan with targets. The action makes such plans only as parts of a whole plan. */
const OF_PARTS: ReadonlySet<string> = new Set(["Resource targeting is in effect", "Applied changes may be incomplete"]);

/** Nearly all of AWS's answers arrive within this time; the runner sends its second signal after 7.5 s. */
const PAUSE_SECONDS = 4;

/**
 * The job's environment without the action's inputs, some of which are secrets that Terraform does not need. A workspace that
 * someone has selected in a folder that the runner keeps would move the state.
 */
function terraformEnvironment(env: Options["env"], { backend }: Stack): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("INPUT_"));
  const own = backend === "cloud" || backend === "remote" ? {} : { TF_WORKSPACE: "default" };
  return { ...Object.fromEntries(kept), ...own, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };
}
