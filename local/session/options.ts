/** The command line of `npm run local`, from text to typed values. */
import { parseArgs } from "node:util";
import { LIMITS, type Limits } from "../data-plane/limits";
import type { Switches } from "../data-plane/switches";
import type { PrintMode } from "../trace/print";
import { meant } from "./nearest";

export class UsageError extends Error {
  readonly code = "USAGE";
  override readonly name = "UsageError";
}

export interface Options {
  readonly help: boolean;
  readonly host: string;
  readonly port: number;
  /** Origin that an integration names to where it is served; `*` for all. */
  readonly backends: ReadonlyMap<string, string>;
  readonly config: string | undefined;
  readonly environment: string | undefined;
  /** A synthesized folder or `cdk.tf.json`; undefined: `gateway.yaml` is synthesized first. */
  readonly stack: string | undefined;
  /** Serve nothing but what is deployed through the control plane. */
  readonly empty: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly limits: Partial<Limits>;
  readonly switches: Partial<Switches>;
  readonly apiKeys: readonly string[];
  readonly reload: boolean;
  readonly inspector: boolean;
  readonly once: boolean;
  readonly print: PrintMode;
}

export interface OptionDescription {
  readonly type: "string" | "boolean";
  readonly multiple?: true;
  readonly short?: string;
  /** What the value is called in the help. */
  readonly value?: string;
  readonly help: string;
}

/** Every value of every switch, its default first; the compiler knows when a switch is missing. */
const SWITCH_VALUES: { readonly [Name in keyof Switches]: readonly Switches[Name][] } = {
  requiredParameters: ["enforced", "ignored"],
  plainGetStatus: [403, 426],
  inputParams: ["available", "empty"],
  pingResetsIdle: [false, true],
  deleteStatus: [204, 200],
  tooLargeBody: ["message", "empty"],
  openConnections: ["follow-deployments", "keep-deployment"],
  frameLimit: ["enforced", "ignored"],
  otherStage: ["gone", "allowed"],
  permessageDeflate: ["accepted", "ignored"],
  unreachableStatus: [500, 502, 504],
  lostHandshake: ["silent", "disconnect"],
};

export const OPTIONS = {
  port: {
    type: "string",
    short: "p",
    value: "number",
    help: "Port to listen on; 0 for any that is free. Default: 3000",
  },
  host: { type: "string", value: "address", help: "Address to listen on. Default: 127.0.0.1, this machine only" },
  backend: {
    type: "string",
    multiple: true,
    short: "b",
    value: "[origin=]url",
    help: "Serve HTTP integrations from here instead; of one origin only, if named",
  },
  config: { type: "string", short: "c", value: "file", help: "Configuration to synthesize. Default: gateway.yaml" },
  environment: {
    type: "string",
    short: "e",
    value: "name",
    help: "Environment of the configuration. Default: the only one",
  },
  stack: {
    type: "string",
    short: "s",
    value: "path",
    help: "Serve this synthesized folder, or Terraform JSON file, of any project",
  },
  empty: {
    type: "boolean",
    help: "Serve nothing at first: for cdktf deploy, Terraform or the AWS CLI. Functions are looked up where AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL says, so set one here too",
  },
  variable: {
    type: "string",
    multiple: true,
    value: "name=value",
    help: "Terraform input variable; TF_VAR_name works too",
  },
  "tls-cert": { type: "string", value: "file", help: "Certificate (PEM): serve wss:// and https://" },
  "tls-key": { type: "string", value: "file", help: "Its private key (PEM)" },
  "api-key": {
    type: "string",
    multiple: true,
    value: "key",
    help: "API key that passes where a route asks for one. Default: any",
  },
  limit: {
    type: "string",
    multiple: true,
    value: "name=number",
    help: `One of ${Object.keys(LIMITS).map(kebab).join(", ")}`,
  },
  switch: {
    type: "string",
    multiple: true,
    value: "name=value",
    help: `Disputed behaviour, its default first: ${Object.entries(SWITCH_VALUES)
      .map(([name, values]) => `${kebab(name)}=${values.join("|")}`)
      .join(", ")}`,
  },
  "no-reload": { type: "boolean", help: "Do not watch the configuration and the authorizer's source" },
  "no-inspector": { type: "boolean", help: "Do not serve /_inspector" },
  once: { type: "boolean", help: "Run the smoke test, then exit: 0 if it passed, 1 if not" },
  json: { type: "boolean", help: "Print the trace as JSON, one event a line" },
  quiet: { type: "boolean", short: "q", help: "Do not print the trace" },
  help: { type: "boolean", short: "h", help: "Print this" },
} as const satisfies Readonly<Record<string, OptionDescription>>;

export function parseOptions(argv: readonly string[]): Options {
  const { values } = parse(argv);
  if (values.json && values.quiet) throw new UsageError("--json and --quiet exclude each other.");
  if (values.empty && (values.stack !== undefined || values.once)) {
    throw new UsageError("--empty excludes --stack and --once.");
  }
  const { "tls-cert": certFile, "tls-key": keyFile } = values;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together.");
  }
  return {
    help: values.help ?? false,
    host: values.host ?? "127.0.0.1",
    port: portOf(values.port ?? "3000"),
    backends: new Map((values.backend ?? []).map(backendOf)),
    config: values.config,
    environment: values.environment,
    stack: values.stack,
    empty: values.empty ?? false,
    variables: Object.fromEntries((values.variable ?? []).map((text) => pairOf("variable", text))),
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined,
    limits: Object.fromEntries((values.limit ?? []).map(limitOf)),
    switches: Object.fromEntries((values.switch ?? []).map(switchOf)),
    apiKeys: values["api-key"] ?? [],
    reload: !(values["no-reload"] ?? false),
    inspector: !(values["no-inspector"] ?? false),
    once: values.once ?? false,
    print: values.json ? "json" : values.quiet ? "quiet" : "text",
  };
}

function parse(argv: readonly string[]) {
  const known = Object.keys(OPTIONS);
  for (const word of argv) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name !== undefined && !known.includes(name))
      throw new UsageError(`There is no option --${name}.${meant(name, known, "--")}`);
  }
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new UsageError(`--port must be between 0 and 65535, not ${text}.`);
  return port;
}

function backendOf(text: string): [string, string] {
  const [, from = "*", to = text] = /^(https?:\/\/[^=]+)=(https?:\/\/.+)$/.exec(text) ?? [];
  for (const url of [to, ...(from === "*" ? [] : [from])]) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new UsageError(`--backend takes a URL such as http://localhost:8080, not ${url}.`);
    }
  }
  return [from === "*" ? from : new URL(from).origin, to.replace(/\/$/, "")];
}

function pairOf(option: string, text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new UsageError(`--${option} takes name=value, not ${text}.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function limitOf(text: string): [string, number] {
  const [name, value] = pairOf("limit", text);
  const key = named("limit", name, Object.keys(LIMITS));
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) <= 0) {
    throw new UsageError(`--limit ${name} must be a number above zero, not ${value}.`);
  }
  return [key, Number(value)];
}

function switchOf(text: string): [string, string | number | boolean] {
  const [name, value] = pairOf("switch", text);
  const key = named("switch", name, Object.keys(SWITCH_VALUES));
  const values = SWITCH_VALUES[key as keyof Switches];
  const found = values.find((one) => String(one) === value);
  if (found === undefined) throw new UsageError(`--switch ${name} is one of ${values.join(", ")}, not ${value}.`);
  return [key, found];
}

function named(option: string, name: string, keys: readonly string[]): string {
  const key = keys.find((one) => kebab(one) === name);
  if (key === undefined) throw new UsageError(`There is no ${option} ${name}.${meant(name, keys.map(kebab), "")}`);
  return key;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
