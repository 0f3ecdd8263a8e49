/** The options of `startGateway`. They are checked, because tests in JavaScript have no compiler that does. */
import { CodedError } from "../terminal/error";
import { didYouMean } from "../terminal/nearest";
import { FAULT_NAMES, type FaultSettings, LIMIT_FAULTS } from "./data-plane/faults";
import { LIMITS, type Limits } from "./data-plane/limits";
import type { Switches } from "./data-plane/switches";
import { SWITCH_NAMES, SWITCH_VALUES } from "./session/values";

export interface StartGatewayOptions {
  /** The configuration to synthesize. Default: `gateway.yaml`, `.yml` or `.json` in the working directory. */
  readonly config?: string;
  /** In place of a configuration: a synthesized folder, or a Terraform JSON file, of any project. It starts faster. */
  readonly stack?: string;
  /** Environment of the configuration. Default: the only one. */
  readonly environment?: string;
  /** Stage to connect to. Default: the first. */
  readonly stage?: string;
  /**
   * The backend to call in place of the configured one: its URL, or URLs by the origin that they replace, or a function
   * that starts the backend with the gateway's endpoint and returns its URL.
   */
  readonly backend?:
    | string
    | Readonly<Record<string, string>>
    | ((gateway: GatewayForBackend) => string | Promise<string>);
  /** Default 0: any free port. */
  readonly port?: number;
  /** Other limits than API Gateway's, such as `{ idleSeconds: 1 }`. */
  readonly limits?: Partial<Limits>;
  /** Behaviour of AWS on which sources disagree. */
  readonly switches?: Partial<Switches>;
  /** Failures to rehearse, such as `{ "lost-disconnect": 0.5 }`. */
  readonly faults?: FaultSettings;
  /** The same seed and the same events give the same failures. Default: a random one. */
  readonly seed?: number;
  /** API keys that are accepted where a route requires one. Default: any. */
  readonly apiKeys?: readonly string[];
  /** Terraform's input variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where `TF_VAR_…`, `AWS_ENDPOINT_URL…` and the cache folder are read from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether to serve `/_inspector`. @default false */
  readonly inspector?: boolean;
}

/** What a backend needs of the gateway that it pushes to. */
export interface GatewayForBackend {
  /** The endpoint for the API Gateway Management SDK: `http://localhost:49152/prod`, without `/@connections`. */
  readonly endpoint: string;
  /** `WS_API_ENDPOINT` and the variables of the AWS SDKs, for a backend that is a process. The keys are not real. */
  readonly env: Readonly<Record<string, string>>;
  /** The value of the origin secret's header; empty where there is none. */
  readonly originSecret: string;
}

/** What an option's value is, in words and as a check. */
type Kind = readonly [expected: string, is: (value: unknown) => boolean];

const TEXT: Kind = ["a text", (value) => typeof value === "string" && value !== ""];
const OBJECT: Kind = ["an object", isObject];

const OPTIONS: Readonly<Record<keyof StartGatewayOptions, Kind>> = {
  config: TEXT,
  stack: TEXT,
  environment: TEXT,
  stage: TEXT,
  backend: [
    "a URL such as http://localhost:8080, URLs by origin, or a function",
    (value) => typeof value === "string" || typeof value === "function" || (isObject(value) && !(value instanceof URL)),
  ],
  port: ["a whole number up to 65535", (value) => isWhole(value) && value <= 65_535],
  limits: OBJECT,
  switches: OBJECT,
  faults: OBJECT,
  seed: ["a whole number", isWhole],
  apiKeys: ["a list of texts", (value) => Array.isArray(value) && value.every((key) => typeof key === "string")],
  variables: OBJECT,
  env: OBJECT,
  inspector: ["true or false", (value) => typeof value === "boolean"],
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** @throws CodedError for a name that does not exist, or a value of another kind */
export function checkOptions(options: StartGatewayOptions): void {
  if (!isObject(options)) throw invalid("argument of startGateway", options, "an object");
  checkNames("option", options, Object.keys(OPTIONS));
  const given = new Map<string, unknown>(Object.entries(options));
  for (const [name, [expected, is]] of Object.entries(OPTIONS)) {
    const value = given.get(name);
    // An API key is a secret.
    const shown = name === "apiKeys" ? `a ${typeof value}` : value;
    if (value !== undefined && !is(value)) throw invalid(name, shown, expected);
  }
  checkNames("limit", options.limits, Object.keys(LIMITS));
  checkNames("switch", options.switches, SWITCH_NAMES);
  checkNames("fault", options.faults, FAULT_NAMES);
  for (const [name, value] of Object.entries(options.limits ?? {})) {
    if (!(typeof value === "number" && value >= 0)) throw invalid(`limit ${name}`, value, "a number from 0");
  }
  for (const name of SWITCH_NAMES) {
    const value = options.switches?.[name];
    const choices: readonly unknown[] = SWITCH_VALUES[name];
    if (value !== undefined && !choices.includes(value)) throw invalid(`switch ${name}`, value, choices.join(" or "));
  }
  const { backend } = options;
  if (typeof backend !== "function") backendsOf(backend);
}

/** @throws CodedError for a fault that does not exist, or that can only be given at the start */
export function checkRunningFaults(faults: object): void {
  checkNames("fault", faults, FAULT_NAMES);
  const fixed = LIMIT_FAULTS.find((name) => Object.hasOwn(faults, name));
  if (fixed === undefined) return;
  throw new CodedError(
    "fixed-fault",
    `The fault ${fixed} cannot begin later.`,
    "Give it to startGateway, as `faults`.",
  );
}

/** URLs by the origin that they replace. @throws CodedError `invalid-value` for one that is none */
export function backendsOf(backend: string | Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  const given = typeof backend === "object" ? Object.entries(backend) : [["*", backend] as const];
  return new Map(
    given.map(([origin, url]) => [
      origin === "*" ? origin : new URL(checkedUrl(origin)).origin,
      checkedUrl(url).replace(/\/$/, ""),
    ]),
  );
}

function checkedUrl(url: string): string {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw invalid("backend", url, "a URL such as http://localhost:8080");
}

function checkNames(kind: string, given: object = {}, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, names) ?? `Choose of ${names.join(", ")}.`;
  throw new CodedError("unknown-name", `There is no ${kind} ${unknown}.`, hint);
}

function invalid(what: string, value: unknown, expected: string): CodedError {
  return new CodedError("invalid-value", `The ${what} is ${String(value)}: expected ${expected}.`);
}
