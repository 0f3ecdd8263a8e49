/** From a command line to a report and an exit code. Everything of the process comes in as {@link Shell}. */
import { type CheckOptions, runCheck } from "../check";
import { OptionsError } from "../errors";
import { parseExpectation } from "../expectation";
import { renderJson } from "../report/json";
import { renderJunit } from "../report/junit";
import { renderText } from "../report/text";
import { Clock } from "../retry";
import { runSmoke } from "../run";
import type { ProbeOptions, SmokeOptions, SmokeReport } from "../types";
import { checkCombinations } from "./combinations";
import { EXIT, exitCodeOf } from "./exit-codes";
import { helpText } from "./help";
import { Arguments } from "./options";
import { readFile, requireWritable, type Shell, writeFile } from "./shell";
import { tokenOf } from "./token";

/** Gives the exit code. */
export async function smokeCommand(argv: readonly string[], shell: Shell): Promise<number> {
  try {
    const args = new Arguments(argv);
    if (args.flag("help")) {
      shell.out(helpText());
      return EXIT.passed;
    }
    checkCombinations(args);
    const junit = args.one("junit");
    if (junit !== undefined) requireWritable(shell, junit);
    const report = await run(args, shell);
    shell.out(args.flag("json") ? renderJson(report) : renderText(report, { color: shell.color }));
    const isWritten = junit === undefined || writeFile(shell, junit, renderJunit(report));
    const code = shell.signal.aborted ? EXIT.cancelled : exitCodeOf(report);
    return code === EXIT.passed && !isWritten ? EXIT.internal : code;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    shell.err(`${error.message}\nFor the options: npm run smoke -- --help\n`);
    return EXIT.usage;
  }
}

async function run(args: Arguments, shell: Shell): Promise<SmokeReport> {
  const [url, ...more] = args.positionals;
  if (url === undefined) throw new OptionsError("Give the URL to connect to, such as wss://host/prod.");
  if (more.length > 0) throw new OptionsError(`One URL, please: ${more.length + 1} were given.`);
  const token = tokenOf(args, shell);
  if (args.flag("insecure")) shell.err("Warning: --insecure accepts any certificate; this proves nothing about TLS.\n");
  const base = probeOptions(args, shell, url);
  return args.flag("suite") ? await suite(args, shell, base, token) : await check(args, base, token);
}

async function check(args: Arguments, base: ProbeOptions, token: string | undefined): Promise<SmokeReport> {
  const parameter = args.one("token-parameter") ?? "token";
  const options: CheckOptions = {
    ...base,
    query: { ...base.query, ...(token === undefined ? {} : { [parameter]: token }) },
    secrets: token === undefined ? [] : [token],
    send: args.list("send"),
    expect: args.list("expect").map(parseExpectation),
    expectStatus: args.count("expect-status", 100, 599),
    repeat: args.count("repeat"),
    pings: args.count("pings", 0),
    answerTimeoutMs: args.milliseconds("timeout"),
  };
  return await withDeadline(args.milliseconds("deadline"), options, runCheck);
}

async function suite(
  args: Arguments,
  shell: Shell,
  base: ProbeOptions,
  token: string | undefined,
): Promise<SmokeReport> {
  if (token === undefined)
    throw new OptionsError("--suite needs a good token: --token-env, --token-file or --mint-secret-env.");
  const [push, ...more] = args.list("expect");
  if (more.length > 0)
    throw new OptionsError("--suite waits for one message of the backend's own: give --expect once.");
  const options: SmokeOptions = {
    ...base,
    token,
    tokenParameter: args.one("token-parameter") ?? "token",
    parameters: args.pairs("parameter", "="),
    endpoint: args.one("endpoint") ?? endpointOf(base.url),
    onProgress: args.flag("verbose") ? (line) => shell.err(`${line}\n`) : undefined,
    region: args.one("region"),
    identifyMessage: args.one("identify"),
    expectPush: push,
    connects: args.count("repeat"),
    pings: args.count("pings"),
    deadlineMs: args.milliseconds("deadline"),
  };
  return await runSmoke(options);
}

function probeOptions(args: Arguments, shell: Shell, url: string): ProbeOptions {
  const timeout = args.milliseconds("timeout");
  const ca = args.one("ca");
  return {
    url,
    query: args.pairs("query", "="),
    headers: args.pairs("header", ":"),
    subprotocols: args.list("subprotocol"),
    insecure: args.flag("insecure"),
    env: shell.env,
    signal: shell.signal,
    onState: args.flag("verbose") ? (state) => shell.err(`${state}\n`) : undefined,
    connectTo: args.one("connect-to"),
    phaseTimeoutMs: timeout,
    ca: ca === undefined ? undefined : readFile(shell, ca),
  };
}

/** The https form of a stage's address is what `@connections` is posted to. */
function endpointOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol.replace(/^ws/, "http")}//${host}${pathname}`;
}

async function withDeadline<O extends ProbeOptions>(
  ms: number | undefined,
  options: O,
  run: (options: O) => Promise<SmokeReport>,
): Promise<SmokeReport> {
  if (ms === undefined) return await run(options);
  const clock = new Clock(ms, options.signal);
  try {
    return await run({ ...options, signal: clock.signal });
  } finally {
    clock.stop();
  }
}
