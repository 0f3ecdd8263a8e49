/** The cdktf app: creates one stack per environment of a configuration. `main.ts` runs it for the command `cdktf`. */
import { existsSync, readdirSync } from "node:fs";
import { AnnotationMetadataEntryType, App } from "cdktf";
import { endpointIn } from "../aws/endpoints";
import { ConfigError, formatProblems, formatWarnings, loadConfig } from "../config";
import { type Environment, localState } from "../config/model";
import { StackError } from "../stacks/errors";
import { WebSocketStack } from "../stacks/websocket-stack";
import { CodedError, explain } from "../terminal/error";
import type { Variables } from "../terminal/shell";

export interface AppOptions {
  /** The configuration file. */
  readonly config: string;
  /** Folder for the output. Default is `CDKTF_OUTDIR`, or `cdktf.out`. */
  readonly outdir?: string;
  readonly env: NodeJS.ProcessEnv;
  /** For warnings about dates, such as a runtime that AWS deprecates. Default is now. */
  readonly today?: Date;
}

/** The result of a synthesis. */
export interface Synthesized {
  readonly environments: readonly Environment[];
  /** Text for the terminal: the warnings of the configuration and of the guards. */
  readonly warnings: string;
  /** Absolute path of the folder for the output. */
  readonly outdir: string;
}

/** Synthesizes all stacks. @throws an error whose text is {@link synthesisError} */
export function synthesize({ config, outdir, env, today = new Date() }: AppOptions): Synthesized {
  const { environments, warnings } = loadConfig(config, { local: isLocal(env), today });
  environments.forEach(rejectFormerState);
  const app = writeStacks(environments, outdir);
  const texts = [formatWarnings(warnings), ...environments.map(renamedState), guardWarnings(app, env)];
  return { environments, warnings: texts.join(""), outdir: app.outdir };
}

/** Writes a folder for each environment. */
export function writeStacks(environments: readonly Environment[], outdir?: string): App {
  // Stack traces would add paths of this machine to the synthesized files.
  const app = new App({ stackTraces: false, ...(outdir === undefined ? {} : { outdir }) });
  withoutStackTraces(() => {
    for (const one of environments) new IndependentStack(app, one);
    app.synth();
  });
  return app;
}

/** Returns the text of an error for the terminal. */
export function synthesisError(error: unknown): string {
  if (error instanceof ConfigError) return formatProblems(error);
  if (error instanceof StackError) return `${error.message} [${error.code}]\n`;
  return `${explain(error)}\n`;
}

/**
 * Returns whether the API runs on this machine, so that addresses of this machine are valid: the local gateway sets
 * GATEWAY_LOCAL, and its users set the endpoint of API Gateway.
 */
export const isLocal = (env: Variables): boolean => Boolean(env.GATEWAY_LOCAL || endpointIn(env, "APIGATEWAYV2"));

/**
 * Rejects the state file of version 0.1.0, whose name had no project. With another name, Terraform would create a
 * second API.
 */
function rejectFormerState({ name, apiName, state }: Environment): void {
  const former = `terraform.${name}.tfstate`;
  const file = localState(apiName);
  if (!isDefaultState(state) || !existsSync(former) || existsSync(file)) return;
  throw new CodedError(
    "state-renamed",
    `There is a state ${former}, but the state of ${apiName} is now ${file}.`,
    `If it is this project's: mv ${former} ${file}. If not, set state.local.path to ${file}.`,
  );
}

/** A state with a path was chosen, and stays where it is. */
const isDefaultState = (state: Environment["state"]): boolean => state.type === "local" && state.path === undefined;

/** Returns a warning where the only local state of an environment is that of another name, and an empty text otherwise. */
function renamedState({ name, apiName, state }: Environment): string {
  const file = localState(apiName);
  if (!isDefaultState(state) || existsSync(file)) return "";
  const others = readdirSync(".").filter((one) => one.startsWith("terraform.") && one.endsWith(`-${name}.tfstate`));
  if (others.length === 0) return "";
  return `Warning: There is no state ${file} yet, but there is ${others.join(", ")}. If \`name\` was changed, the next deploy creates a second API: restore the name. If this is another API, ignore this.\n`;
}

/**
 * Runs `work` without stack traces. cdktf creates a full stack trace for every token, which takes a third of the time with
 * many routes, and has no option to turn it off. It only appends the trace to the messages of its errors.
 */
function withoutStackTraces(work: () => void): void {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}

/**
 * A stack without references to other stacks. cdktf resolves every value twice, and the first time only finds such
 * references.
 */
class IndependentStack extends WebSocketStack {
  override prepareStack(): void {
    this.ensureBackendExists();
  }
}

/** Returns the warnings of the guards. The cdktf command prints them itself, and sets this variable. */
function guardWarnings(app: App, environment: NodeJS.ProcessEnv): string {
  if (environment.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS !== undefined) return "";
  return app.node
    .findAll()
    .flatMap(({ node }) => node.metadata.map(({ type, data }) => ({ path: node.path, type, data })))
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ path, data }) => `Warning: ${data} [${path}]\n`)
    .join("");
}
