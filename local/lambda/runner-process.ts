/**
 * The process of an execution environment: Node.js with `runner.cjs`, and the two channels to it.
 *
 * Why a process and not a worker thread: only a process survives `process.abort`, `process.kill(process.pid)` and a
 * crash in native code, has environment variables and a working directory of its own, and can be stopped in an endless
 * loop. It is not slower either: the events that arrive in one turn of the event loop are sent in one write, which at
 * 64 at once costs 25 µs an event, both ends together, against 29 µs for a `MessagePort`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { parseArn } from "../../aws/arn";
import { projectFile } from "../project-file";
import type { LambdaFunction } from "./types";

/** Two channels, because a failed write would also close the other direction, with answers in it that are not yet read. */
export interface RunnerProcess {
  readonly child: ChildProcess;
  readonly events: Duplex;
  readonly answers: Duplex;
}

/** Plain JavaScript, started without a build. */
const RUNNER = projectFile("local/lambda/runner.cjs");
/** A function has one core: helper threads of the garbage collector, and many small collections, would cost it more. */
const COLLECTOR = ["--single-threaded-gc", "--min-semi-space-size=16"];

export function startRunner(fn: LambdaFunction, taskRoot: string): RunnerProcess {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${fn.memoryMb}`, ...COLLECTOR, RUNNER, taskRoot, fn.functionArn, fn.handler],
    { cwd: taskRoot, env: variablesOf(fn, taskRoot), stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] },
  );
  return { child, events: channel(child, 3), answers: channel(child, 4) };
}

function channel({ stdio }: ChildProcess, descriptor: 3 | 4): Duplex {
  const stream = stdio[descriptor];
  if (stream instanceof Duplex) return stream;
  throw new TypeError("The runner was started without its channels");
}

/**
 * A function's environment variables: its own and the reserved ones of the runtime, none of the gateway's.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function variablesOf(fn: LambdaFunction, taskRoot: string): Record<string, string> {
  const region = parseArn(fn.functionArn)?.region || "us-east-1";
  return {
    ...fn.environmentVariables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    _HANDLER: fn.handler,
  };
}

/** Lambda's text for a runtime that exited by itself. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
}
