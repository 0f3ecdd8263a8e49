/** The command: parses the command line, runs the test, prints the report and returns the exit code. */

import { type Carrier, carry } from "../../contract/token";
import { messageOf } from "../../terminal/error";
import { disk, type Files, readFile, requireWritable } from "../../terminal/files";
import { exitCodeOf, runCommand, type Shell } from "../../terminal/shell";
import { UsageError } from "../../terminal/values";
import { type CheckOptions, runCheck } from "../check";
import { parseExpectation } from "../expectation";
import { signatureOf } from "../identity";
import { runLoad } from "../load";
import { renderJunit } from "../report/junit";
import { renderLoad } from "../report/load";
import { renderJson, renderText } from "../report/text";
import { Clock } from "../retry";
import { runSmoke } from "../run";
import type { ProbeOptions, SmokeOptions, SmokeReport } from "../types";
import { EXIT, exitCodeOfReport } from "./exit-codes";
import { type Arguments, parseArguments, smokeHelp } from "./options";
import { runSession } from "./session";
import { tokenOf, tokenPlaceOf } from "./token";

const RUN = {
  invocation: "npm run smoke --",
  failed: EXIT.internal,
  explain: (error: unknown) => `The smoke test itself failed: ${messageOf(error)}`,
};

/** Runs the command. Returns the exit code. */
export async function smokeCommand(argv: readonly string[], shell: Shell, files: Files = disk): Promise<number> {
  return await runCommand(shell, RUN, async (invocation) => {
    const args = parseArguments(argv);
    if (args.values.help) {
      shell.out(smokeHelp(invocation));
      return EXIT.passed;
    }
    const { junit, json } = args.values;
    if (junit !== undefined) requireWritable(files, junit);
    if (args.values.interactive || args.values.listen) return await session(args, shell, files);
    if (args.values.concurrency !== undefined) return await load(args, shell, files);
    const report = await run(args, shell, files);
    shell.out(json ? renderJson(report) : renderText(report, { color: shell.color }));
    const isWritten = junit === undefined || isJunitWritten(junit, report, shell, files);
    const code = shell.signal.aborted ? exitCodeOf(shell.signal) : exitCodeOfReport(report);
    return code === EXIT.passed && !isWritten ? EXIT.internal : code;
  });
}

/** Writes the JUnit file. The report is already printed, so a file that cannot be written only changes the exit code. */
function isJunitWritten(file: string, report: SmokeReport, shell: Shell, files: Files): boolean {
  try {
    files.write(file, renderJunit(report));
    return true;
  } catch (error) {
    shell.err(`${file} could not be written: ${messageOf(error)}.\n`);
    return false;
  }
}

async function session(args: Arguments, shell: Shell, files: Files): Promise<number> {
  const { interactive, listen, wait, json, deadline } = args.values;
  const { base, token } = target(args, shell, files);
  const options = { ...identified(args, base, token), interactive, listen, json, waitMs: wait };
  const code = await withDeadline(deadline, options, ({ signal, ...more }) =>
    runSession({ ...more, signal }, { ...shell, signal: signal ?? shell.signal }),
  );
  return shell.signal.aborted ? exitCodeOf(shell.signal) : code;
}

async function load(args: Arguments, shell: Shell, files: Files): Promise<number> {
  const { concurrency = 1, duration = 0, send, expect, timeout, json } = args.values;
  if (send.length > 1 || expect.length > 1) {
    throw new UsageError("A round trip has one message and one answer.", "Give --send and --expect once.");
  }
  if (expect.length > send.length) throw new UsageError("--expect needs --send here.", "Give the message to answer.");
  const { base, token } = target(args, shell, files);
  const report = await runLoad({
    ...identified(args, base, token),
    concurrency,
    durationMs: duration,
    send: send[0],
    expect: expect[0] === undefined ? undefined : parseExpectation(expect[0]),
    answerTimeoutMs: timeout,
  });
  shell.out(json ? `${JSON.stringify(report, null, 2)}\n` : renderLoad(report, shell));
  if (shell.signal.aborted) return exitCodeOf(shell.signal);
  return report.passed ? EXIT.passed : EXIT.failed;
}

async function run(args: Arguments, shell: Shell, files: Files): Promise<SmokeReport> {
  const { base, token } = target(args, shell, files);
  return args.values.suite ? await suite(args, shell, base, token) : await check(args, base, token);
}

/** The connection of every mode: its options and its token. */
function target(
  args: Arguments,
  shell: Shell,
  files: Files,
): { readonly base: ProbeOptions; readonly token: string | undefined } {
  const [url, ...more] = args.words;
  if (url === undefined)
    throw new UsageError("There is no URL.", "Give the URL to connect to, such as wss://host/prod.");
  if (more.length > 0) throw new UsageError(`One URL is expected, not ${more.length + 1}.`);
  const token = tokenOf(args, shell.env, files);
  if (args.values.insecure) {
    shell.err("Warning: --insecure accepts any certificate, so this run does not test TLS.\n");
  }
  return { base: probeOptions(args, shell, files, url), token };
}

/** Adds what identifies the client: its token, or a signature. */
function identified(args: Arguments, base: ProbeOptions, token: string | undefined): ProbeOptions {
  const { values } = args;
  const { query, headers } = token === undefined ? NO_TOKEN : carry(token, tokenPlaceOf(args));
  return {
    ...base,
    query: { ...base.query, ...query },
    headers: { ...base.headers, ...headers },
    signature: values.iam ? signatureOf({ ...base, region: values.region }) : undefined,
    secrets: token === undefined ? [] : [token],
  };
}

async function check(args: Arguments, base: ProbeOptions, token: string | undefined): Promise<SmokeReport> {
  const { values } = args;
  const options: CheckOptions = {
    ...identified(args, base, token),
    send: values.send,
    expect: values.expect.map(parseExpectation),
    expectStatus: values["expect-status"],
    repeat: values.repeat,
    pings: values.pings,
    answerTimeoutMs: values.timeout,
  };
  return await withDeadline(values.deadline, options, runCheck);
}

const NO_TOKEN: Partial<Carrier> = {};

async function suite(
  args: Arguments,
  shell: Shell,
  base: ProbeOptions,
  token: string | undefined,
): Promise<SmokeReport> {
  const { values } = args;
  if (token === undefined && !values.iam) {
    throw new UsageError(
      "--suite needs a valid token.",
      "Give --token-env, --token-file or --mint-secret-env, or --iam.",
    );
  }
  const [push, ...more] = values.expect;
  if (more.length > 0) throw new UsageError("--suite waits for one message of the backend.", "Give --expect once.");
  if (values.pings === 0) throw new UsageError("--suite sends at least one ping.", "Give --pings 1 or more.");
  const options: SmokeOptions = {
    ...base,
    token: token ?? "",
    tokenParameter: values["token-parameter"],
    tokenPlace: tokenPlaceOf(args),
    iam: values.iam,
    origin: values.origin,
    expectStatus: values["no-token-status"].length > 0 ? { "no-token": values["no-token-status"] } : undefined,
    parameters: Object.fromEntries(values.parameter),
    endpoint: values.endpoint ?? endpointOf(base.url),
    onProgress: values.verbose ? (line) => shell.err(`${line}\n`) : undefined,
    region: values.region,
    identifyMessage: values.identify,
    expectPush: push,
    connects: values.repeat,
    pings: values.pings,
    deadlineMs: values.deadline,
  };
  return await runSmoke(options);
}

function probeOptions({ values }: Arguments, shell: Shell, files: Files, url: string): ProbeOptions {
  return {
    url,
    query: Object.fromEntries(values.query),
    headers: {
      ...Object.fromEntries(values.header),
      ...(values.origin === undefined ? {} : { Origin: values.origin }),
    },
    subprotocols: values.subprotocol,
    insecure: values.insecure,
    env: shell.env,
    signal: shell.signal,
    onState: values.verbose ? (state) => shell.err(`${state}\n`) : undefined,
    connectTo: values["connect-to"],
    phaseTimeoutMs: values.timeout,
    ca: values.ca === undefined ? undefined : readFile(files, values.ca),
  };
}

/** Returns the endpoint of `@connections`: the stage's URL with https instead of wss. */
function endpointOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol.replace(/^ws/, "http")}//${host}${pathname}`;
}

async function withDeadline<O extends ProbeOptions, T>(
  ms: number | undefined,
  options: O,
  run: (options: O) => Promise<T>,
): Promise<T> {
  if (ms === undefined) return await run(options);
  const clock = new Clock(ms, options.signal);
  try {
    return await run({ ...options, signal: clock.signal });
  } finally {
    clock.stop();
  }
}
