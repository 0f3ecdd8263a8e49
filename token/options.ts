/** The options of the command `token`: the table, its help, and the typed settings of a run. */
import { parseJson } from "../aws/json";
import { type Help, helpText } from "../terminal/help";
import { HELP_OPTION, type OptionTable, parseOptions, rejectWords } from "../terminal/options";
import { USAGE } from "../terminal/shell";
import { pair, text, UsageError, type Value, wholeNumber } from "../terminal/values";

const YEAR = 31_536_000;

const jsonClaim: Value<readonly [path: string, value: unknown]> = {
  placeholder: "PATH=JSON",
  parse(given) {
    const [path, json] = pair("=", "PATH=JSON").parse(given);
    const value = parseJson(json);
    if (value === undefined) throw new UsageError('expected JSON after the =, such as 3, true or ["admin"].');
    return [path, value];
  },
};

const TOKEN = "The token";
const ISSUER = "Its issuer";

export const OPTIONS = {
  sub: { group: TOKEN, value: text("ID"), default: "local-developer", help: "the user" },
  claim: {
    group: TOKEN,
    value: pair("=", "PATH=TEXT"),
    multiple: true,
    help: "another claim, such as org_id=acme or realm_access.roles=admin; it may also replace one, such as aud",
  },
  "claim-json": { group: TOKEN, value: jsonClaim, multiple: true, help: "the same, for numbers, lists and others" },
  ttl: { group: TOKEN, value: wholeNumber("SECONDS", 1, YEAR), default: 300, help: "how long it is valid" },

  config: {
    group: ISSUER,
    short: "c",
    value: text("FILE"),
    help: "configuration (default: gateway.yaml, gateway.yml or gateway.json)",
  },
  environment: {
    group: ISSUER,
    short: "e",
    value: text("NAME"),
    help: "environment of the configuration (default: the only one)",
  },
  issuer: { group: ISSUER, value: text("ISS"), help: "issuer of the configuration, if several have a shared secret" },
  "secret-env": {
    group: ISSUER,
    value: text("NAME"),
    help: "environment variable with the secret (default: that of Terraform, such as TF_VAR_hs256_secret)",
  },
  help: HELP_OPTION,
} as const satisfies OptionTable;

export interface Settings {
  readonly help: boolean;
  readonly sub: string;
  /** Paths of claims and their values. */
  readonly claims: readonly (readonly [path: string, value: unknown])[];
  /** In seconds. */
  readonly ttl: number;
  /** The configuration. If undefined, it is found by its name. */
  readonly config: string | undefined;
  readonly environment: string | undefined;
  readonly issuer: string | undefined;
  readonly secretEnv: string | undefined;
}

const HELP: Help = {
  summary: "Prints a token of any user that the configured authorizer accepts, signed with HS256.",
  usage: "$0 [options]",
  examples: ["$0 --sub bob --claim org_id=acme --ttl 60", "$0 --claim-json realm_access.roles='[\"admin\"]'"],
  options: OPTIONS,
  notes: [
    "The configuration must have an issuer with `secret`. The secret is read from the environment or from .env. Claims that the configuration requires are set to an accepted value.",
  ],
  exitCodes: [
    [0, "the token was printed"],
    [1, "the configuration has no such issuer, or its secret is not set"],
    [USAGE, "the command line is not valid"],
  ],
};

/** @param invocation how the user runs the command, such as `npm run token --` */
export const tokenHelp = (invocation: string): string => helpText(HELP, invocation);

/** Parses the command line. @throws UsageError */
export function parseArguments(argv: readonly string[]): Settings {
  const { values, words } = parseOptions(OPTIONS, argv);
  rejectWords(words, OPTIONS);
  const { claim, "claim-json": json, "secret-env": secretEnv, ...rest } = values;
  return { ...rest, claims: [...claim, ...json], secretEnv };
}
