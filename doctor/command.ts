/** The command: collects the evidence, prints the findings, and returns the exit code. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { INTEGRATION_TIMEOUT_MS } from "../aws/limits";
import { type Environment, environmentNamed, type Loaded, loadConfig } from "../config";
import { findConfigFile } from "../contract/config-file";
import type { ProbeOptions } from "../smoke/types";
import { withEnvFile } from "../terminal/env-file";
import { explain } from "../terminal/error";
import { disk, readFile } from "../terminal/files";
import { exitCodeOf, requiredVariable, runCommand, type Shell } from "../terminal/shell";
import { UsageError } from "../terminal/values";
import { diagnose } from "./causes";
import type { Address, Evidence } from "./evidence";
import { lookInside, reachBackends } from "./inside";
import { type Arguments, doctorHelp, EXIT, parseArguments } from "./options";
import { lookFromOutside } from "./outside";
import { renderFindings } from "./report";
import { judge } from "./token";

/** Runs the command. `wait` is for tests. Returns the exit code. */
export async function doctorCommand(
  argv: readonly string[],
  shell: Shell,
  wait: (milliseconds: number) => Promise<unknown> = delay,
): Promise<number> {
  return await runCommand(shell, { invocation: "npm run doctor --", failed: EXIT.failed }, async (invocation) => {
    const args = parseArguments(argv);
    if (args.values.help) {
      shell.out(doctorHelp(invocation));
      return EXIT.healthy;
    }
    const evidence = await collect(args, shell, wait);
    if (shell.signal.aborted) return exitCodeOf(shell.signal);
    const findings = diagnose(evidence);
    const { url } = evidence.address;
    const shown = `${url.protocol}//${url.host}${url.pathname}`;
    shell.out(
      args.values.json
        ? `${JSON.stringify({ url: shown, answer: evidence.answer.kind, findings }, null, 2)}\n`
        : renderFindings(shown, evidence, findings),
    );
    return evidence.answer.kind === "connected" && findings.length === 0 ? EXIT.healthy : EXIT.found;
  });
}

async function collect(
  args: Arguments,
  shell: Shell,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Evidence> {
  const { values } = args;
  const { signal } = shell;
  const env = withEnvFile(shell.env, shell.cwd);
  const address = addressOf(args, env);
  const settings = settingsOf(args, shell, address);
  const options: Omit<ProbeOptions, "url"> = {
    env,
    signal,
    insecure: values.insecure,
    phaseTimeoutMs: values.timeout,
    upgradeTimeoutMs: UPGRADE_MS,
    ...(values.ca === undefined ? {} : { ca: readFile(disk, values.ca) }),
  };
  shell.err("Connecting as the client does\n");
  const [outside, verdict] = await Promise.all([
    lookFromOutside(address, options, { tokenParameter: values["token-parameter"], message: values.send }),
    settings === undefined ? undefined : judge(settings, address, env),
  ]);
  const isFine = outside.answer.kind === "connected" && outside.reply === undefined;
  if (!isFine) shell.err("Reading the API\n");
  const { api, region } = values;
  const inside = isFine ? undefined : await lookInside(address, outside.answer, { env, signal, api, region, wait });
  const backends = inside?.kind === "read" ? await reachBackends(inside.live, options) : [];
  return { address, ...outside, verdict, inside, backends };
}

/** API Gateway's longest wait for an authorizer and then a backend, with a margin. */
const UPGRADE_MS = 2 * INTEGRATION_TIMEOUT_MS.most + 7_000;

function addressOf({ words, values, given }: Arguments, env: Shell["env"]): Address {
  const [text, ...more] = words;
  if (text === undefined)
    throw new UsageError("There is no URL.", "Give the URL of the client, such as wss://host/prod.");
  if (more.length > 0) throw new UsageError(`One URL is expected, not ${words.length}.`);
  if (!/^(wss?|https?):\/\//i.test(text) || !URL.canParse(text))
    throw new UsageError("This is not a WebSocket URL.", "Give one such as wss://host/prod.");
  const url = new URL(text.replace(/^http/i, "ws"));
  const name = values["token-env"];
  if (given.has("token") && given.has("token-env"))
    throw new UsageError("Give the token in one way: --token or --token-env.");
  const token = name === undefined ? values.token : requiredVariable(env, name);
  if (token !== undefined) url.searchParams.set(values["token-parameter"], token);
  for (const [key, value] of values.query) url.searchParams.set(key, value);
  return {
    url,
    path: url.pathname.split("/").filter(Boolean),
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(values.header.map(([key, value]) => [key.toLowerCase(), value])),
  };
}

/** The environment of the configuration, if there is one: the given one, or the only one that has the stage of the URL. */
function settingsOf(
  { values: { config, environment } }: Arguments,
  { cwd, env }: Shell,
  { path }: Address,
): Environment | undefined {
  const file = resolve(cwd, config ?? findConfigFile(cwd, env));
  const isNamed = config !== undefined || Boolean(env.GATEWAY_CONFIG);
  if (!isNamed && !existsSync(file)) return undefined;
  const { environments } = configurationIn(file);
  const [found, ...others] = environments.filter(({ stage }) => path.includes(stage.name));
  const byStage = others.length === 0 ? found?.name : undefined;
  return environmentNamed(environments, environment ?? byStage);
}

/** @throws UsageError if the configuration is not valid */
function configurationIn(file: string): Loaded {
  try {
    return loadConfig(file, { local: true });
  } catch (error) {
    throw new UsageError(explain(error));
  }
}
