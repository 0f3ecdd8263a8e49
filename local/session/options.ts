/** The options of `npm run local`: the table, its help, and the typed settings of a run. */
import { type Help, helpText } from "../../terminal/help";
import { HELP_OPTION, type OptionTable, parseOptions, rejectWords } from "../../terminal/options";
import { USAGE } from "../../terminal/shell";
import { pair, text, UsageError, wholeNumber } from "../../terminal/values";
import type { FaultSettings } from "../data-plane/faults";
import { LIMITS, type Limits } from "../data-plane/limits";
import type { Switches } from "../data-plane/switches";
import type { PrintMode } from "../trace/print";
import {
  backend,
  behaviour,
  fault,
  faultRows,
  kebab,
  limit,
  type SomeSwitches,
  SWITCH_NAMES,
  SWITCH_VALUES,
} from "./values";

export interface Options {
  readonly help: boolean;
  readonly host: string;
  readonly port: number;
  /** Replacement URLs by origin of an integration. `*` stands for all origins. */
  readonly backends: ReadonlyMap<string, string>;
  /** The configuration. If undefined, it is found by its name. */
  readonly config: string | undefined;
  readonly environment: string | undefined;
  /** A synthesized folder or `cdk.tf.json`. If undefined, `config` is synthesized first. */
  readonly stack: string | undefined;
  /** Whether to serve only APIs that are deployed through the control plane. */
  readonly empty: boolean;
  readonly zipFolders: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly limits: Partial<Limits>;
  readonly switches: Partial<Switches>;
  readonly apiKeys: readonly string[];
  readonly faults: FaultSettings;
  readonly seed: number | undefined;
  /** Claims of the printed token. */
  readonly claims: Readonly<Record<string, string>>;
  readonly reload: boolean;
  readonly inspector: boolean;
  readonly once: boolean;
  readonly print: PrintMode;
}

const WHAT = "What to serve";
const WHERE = "Where to listen";
const HOW = "How API Gateway is imitated";
const RUN = "The run";

export const OPTIONS = {
  config: {
    group: WHAT,
    short: "c",
    value: text("FILE"),
    help: "configuration to synthesize (default: gateway.yaml, gateway.yml or gateway.json)",
  },
  environment: {
    group: WHAT,
    short: "e",
    value: text("NAME"),
    help: "environment of the configuration (default: the only one)",
  },
  stack: {
    group: WHAT,
    short: "s",
    value: text("PATH"),
    help: "serve this synthesized folder, or Terraform JSON file, of any project",
  },
  empty: {
    group: WHAT,
    help: "serve no API at first: for cdktf deploy, Terraform or the AWS CLI. Functions are fetched from AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL, so set one of them here too",
  },
  "zip-folder": {
    group: WHAT,
    value: text("FOLDER"),
    multiple: true,
    help: "where the zips of functions are that are deployed to a Lambda endpoint (default: cdktf.out)",
  },
  variable: {
    group: WHAT,
    value: pair("="),
    multiple: true,
    help: "Terraform input variable; TF_VAR_name works too",
  },
  backend: {
    group: WHAT,
    short: "b",
    value: backend,
    multiple: true,
    help: "send HTTP integrations to this URL instead; with an origin, only those of that origin",
  },

  port: {
    group: WHERE,
    short: "p",
    value: wholeNumber("NUMBER", 0, 65_535),
    default: 3000,
    help: "port to listen on; 0 for any free port",
  },
  host: {
    group: WHERE,
    value: text("ADDRESS"),
    default: "localhost",
    help: "address to listen on; the default is 127.0.0.1 and ::1, reachable from this machine only",
  },
  "tls-cert": { group: WHERE, value: text("FILE"), help: "certificate (PEM): serve wss:// and https:// only" },
  "tls-key": { group: WHERE, value: text("FILE"), help: "private key of the certificate (PEM)" },

  "api-key": {
    group: HOW,
    value: text("KEY"),
    multiple: true,
    help: "API key that is accepted where a route requires one (default: any)",
  },
  limit: {
    group: HOW,
    value: limit,
    multiple: true,
    help: `another value for ${Object.keys(LIMITS).map(kebab).join(", ")}`,
  },
  switch: {
    group: HOW,
    value: behaviour,
    multiple: true,
    help: `disputed behaviour of AWS, the default first: ${SWITCH_NAMES.map((name) => `${kebab(name)}=${SWITCH_VALUES[name].join("|")}`).join(", ")}`,
  },
  fault: {
    group: HOW,
    value: fault,
    multiple: true,
    help: "rehearse a failure that AWS is known for; the names are below",
  },
  seed: {
    group: HOW,
    value: wholeNumber("NUMBER", 0, 999_999_999),
    help: "repeat the faults of an earlier run, which printed this number",
  },

  claim: {
    group: RUN,
    value: pair("="),
    multiple: true,
    help: "a claim of the token in the printed URL, such as sub=alice",
  },
  "no-reload": { group: RUN, help: "do not watch the configuration and the authorizer's source" },
  "no-inspector": { group: RUN, help: "do not serve /_inspector" },
  once: { group: RUN, help: "run the smoke test, then exit: 0 if it passed, 1 if not" },
  json: {
    group: RUN,
    help: "print JSON, one object a line: first what is ready (url, endpoint, token, …), then the events of the trace",
  },
  quiet: { group: RUN, short: "q", help: "do not print the trace" },
  help: { group: RUN, ...HELP_OPTION },
} as const satisfies OptionTable;

/** @param invocation how the user runs the command, such as `npm run local --` */
export function localHelp(invocation: string, { withBackend = false } = {}): string {
  const help: Help = {
    summary: `Serves a synthesized WebSocket API on this machine, without AWS${withBackend ? ", with the example backend" : ""}.`,
    usage: "$0 [options]",
    examples: [
      "$0 --backend http://localhost:8080",
      "$0 --environment staging --port 4000",
      "$0 --stack cdktf.out/stacks/prod --once",
    ],
    options: OPTIONS,
    tables: [{ heading: "Faults, for --fault:", rows: faultRows() }],
    notes: [
      "For development only: connections and deployed APIs are gone when the gateway stops, and SigV4 signatures must be well formed, but are verified only in handshakes, for the access key `local` and that of AWS_ACCESS_KEY_ID.",
    ],
    exitCodes: [
      [0, "stopped, or the smoke test of --once passed"],
      [1, "the configuration cannot be served, or the smoke test of --once failed"],
      [USAGE, "the command line is not valid"],
    ],
  };
  return helpText(help, invocation);
}

/** Parses the command line. @throws UsageError */
export function localOptions(argv: readonly string[]): Options {
  const { values, given, words } = parseOptions(OPTIONS, argv);
  rejectWords(words, OPTIONS);
  if (values.json && values.quiet) throw new UsageError("--json and --quiet exclude each other.");
  if (values.empty && (given.has("stack") || values.once)) {
    throw new UsageError("--empty excludes --stack and --once.");
  }
  if (values.stack !== undefined) {
    const other = (["config", "environment"] as const).find((name) => given.has(name));
    if (other !== undefined) throw new UsageError(`--stack excludes --${other}.`);
    if (/\.ya?ml$/.test(values.stack)) throw new UsageError("--stack takes what was synthesized.", "Use --config.");
  }
  const { "tls-cert": certFile, "tls-key": keyFile } = values;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together.");
  }
  const switches: SomeSwitches = {};
  for (const one of values.switch) Object.assign(switches, one);
  return {
    help: values.help,
    host: values.host,
    port: values.port,
    backends: new Map(values.backend),
    config: values.config,
    environment: values.environment,
    stack: values.stack,
    empty: values.empty,
    zipFolders: values["zip-folder"].length > 0 ? values["zip-folder"] : ["cdktf.out"],
    variables: Object.fromEntries(values.variable),
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined,
    limits: Object.fromEntries(values.limit),
    switches,
    apiKeys: values["api-key"],
    faults: Object.fromEntries(values.fault),
    seed: values.seed,
    claims: Object.fromEntries(values.claim),
    reload: !values["no-reload"],
    inspector: !values["no-inspector"],
    once: values.once,
    print: values.json ? "json" : values.quiet ? "quiet" : "text",
  };
}
