/** The options of the command, its help, and the rules for combinations of options. */
import { DEFAULTS } from "../../contract/defaults";
import { type Help, helpText } from "../../terminal/help";
import { type CommandLine, HELP_OPTION, type OptionTable, parseOptions } from "../../terminal/options";
import { pair, seconds, text, UsageError, wholeNumber } from "../../terminal/values";
import { EXIT_HELP } from "./exit-codes";

const CONNECTION = "What to connect to";
const TOKEN = "The token";
const EXPECTED = "What is expected";
const SESSION = "A session";
const LOAD = "Load";
const TRANSPORT = "Transport";
const OUTPUT = "Output";
const MOST = 10_000;

export const OPTIONS = {
  header: { group: CONNECTION, short: "H", value: pair(":"), multiple: true, help: "request header" },
  query: { group: CONNECTION, short: "q", value: pair("="), multiple: true, help: "query parameter" },
  origin: {
    group: CONNECTION,
    value: text("ORIGIN"),
    help: "origin of the page that connects; with --suite, another origin must be rejected",
  },
  subprotocol: {
    group: CONNECTION,
    short: "s",
    value: text("NAME"),
    multiple: true,
    help: "offer a subprotocol; the server must choose one",
  },
  "connect-to": {
    group: CONNECTION,
    value: text("HOST:PORT"),
    help: "connect to this address; Host and SNI stay the URL's",
  },

  token: {
    group: TOKEN,
    value: text("TOKEN"),
    help: "the token; other users of this machine can see it, so prefer the next two",
  },
  "token-env": { group: TOKEN, value: text("NAME"), help: "read the token from this environment variable" },
  "token-file": { group: TOKEN, value: text("FILE"), help: "read the token from this file; - is standard input" },
  "token-parameter": {
    group: TOKEN,
    value: text("NAME"),
    default: DEFAULTS.tokenParameter,
    help: "query parameter that carries the token",
  },
  "token-header": {
    group: TOKEN,
    value: text("NAME"),
    help: "send the token in this header instead; in Authorization with Bearer",
  },
  "token-cookie": { group: TOKEN, value: text("NAME"), help: "send the token in this cookie instead" },
  iam: {
    group: TOKEN,
    help: "sign the handshake with the AWS credentials of the environment, instead of sending a token",
  },
  "mint-secret-env": {
    group: TOKEN,
    value: text("NAME"),
    help: "sign a five-minute HS256 token with the secret in this environment variable",
  },
  "mint-issuer": { group: TOKEN, value: text("ISS"), help: "issuer of that token" },
  "mint-audience": { group: TOKEN, value: text("AUD"), help: "audience of that token" },
  "mint-claim": {
    group: TOKEN,
    value: pair("="),
    multiple: true,
    help: "another claim of that token, such as sub or org_id",
  },

  "expect-status": {
    group: EXPECTED,
    value: wholeNumber("STATUS", 100, 599),
    help: "HTTP status that the handshake must be answered with (default: 101)",
  },
  send: { group: EXPECTED, value: text("TEXT"), multiple: true, help: "send a message" },
  expect: {
    group: EXPECTED,
    short: "e",
    value: text("TEXT"),
    multiple: true,
    help: 'wait for a message that contains TEXT, matches /regex/, or has the members of {"json":1}; with --suite, a message that the backend sends without being asked',
  },
  pings: { group: EXPECTED, value: wholeNumber("N", 0, MOST), help: "pings to send (default: 1; with --suite: 5)" },
  repeat: {
    group: EXPECTED,
    short: "n",
    value: wholeNumber("N", 1, MOST),
    help: "connect N times, and show percentiles (default: 1; with --suite: 3)",
  },
  suite: {
    group: EXPECTED,
    help: "the whole test: rejected clients, pings, a message through @connections, close",
  },
  parameter: {
    group: EXPECTED,
    value: pair("="),
    multiple: true,
    help: "--suite: a query parameter that $connect requires",
  },
  endpoint: { group: EXPECTED, value: text("URL"), help: "--suite: WS_API_ENDPOINT (default: the URL as https)" },
  region: {
    group: EXPECTED,
    value: text("REGION"),
    help: "--suite, --iam: region of the API (default: from the host name, else AWS_REGION)",
  },
  "no-token-status": {
    group: EXPECTED,
    value: wholeNumber("STATUS", 100, 599),
    multiple: true,
    help: "--suite: status for a client without a token (default: 401, with --iam 403). An authorizer that accepts the token in several places answers 403",
  },
  identify: {
    group: EXPECTED,
    value: text("TEXT"),
    help: "--suite: a message that the API answers with the connectionId",
  },

  interactive: {
    group: SESSION,
    short: "i",
    help: "send the lines of standard input as messages, and print what arrives",
  },
  listen: { group: SESSION, short: "l", help: "print messages until the server closes the connection" },
  wait: {
    group: SESSION,
    value: seconds,
    default: 2000,
    help: "--interactive: time for answers after the end of a file or pipe",
  },

  concurrency: { group: LOAD, value: wholeNumber("N", 1, 500), help: "clients at once, each with one connection" },
  duration: {
    group: LOAD,
    value: seconds,
    help: "for how long each client pings, or sends --send and waits for --expect, one round trip after the other",
  },

  timeout: {
    group: TRANSPORT,
    value: seconds,
    help: "for each phase (default: 10 for DNS, TCP, proxy, TLS and a message, 35 for the upgrade)",
  },
  deadline: {
    group: TRANSPORT,
    value: seconds,
    help: "for everything, retries included (default: none; with --suite: 90)",
  },
  ca: { group: TRANSPORT, value: text("FILE"), help: "PEM file of the certificate authorities to trust" },
  insecure: { group: TRANSPORT, short: "k", help: "accept any certificate" },

  json: { group: OUTPUT, help: "print the report as JSON" },
  junit: { group: OUTPUT, value: text("FILE"), help: "write the report as JUnit XML too" },
  verbose: { group: OUTPUT, short: "v", help: "print each state of the connection, and each retry" },
  help: { group: OUTPUT, ...HELP_OPTION },
} as const satisfies OptionTable;

export type Arguments = CommandLine<typeof OPTIONS>;
type OptionName = keyof typeof OPTIONS;

export const HELP: Help = {
  summary: "Connects to a WebSocket endpoint and reports what happened, phase by phase.",
  usage: "$0 URL [options]",
  examples: [
    "$0 wss://host/prod --token-env TOKEN --query stocks=aapl",
    "$0 wss://host/prod --expect-status 401",
    "$0 wss://host/prod --suite --token-env TOKEN --parameter stocks=aapl",
    "$0 wss://host/prod --interactive --token-env TOKEN",
    "$0 wss://host/prod --concurrency 50 --duration 10 --token-env TOKEN",
  ],
  options: OPTIONS,
  notes: [
    "The variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY choose the proxy; loopback is never proxied. Redirects are reported, not followed. No compression is offered. Standard input is read for --interactive and for --token-file - only.",
    "Tokens, and values whose name marks a secret, are shown as ***. --suite signs its request to @connections, and --iam the handshake, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.",
  ],
  exitCodes: EXIT_HELP,
};

export const smokeHelp = (invocation: string): string => helpText(HELP, invocation);

export const TOKEN_OPTIONS = ["token", "token-env", "token-file", "mint-secret-env"] as const satisfies OptionName[];

interface Rule {
  readonly options: readonly OptionName[];
  /** Returns whether the options have no effect, given the rest of the command line. */
  readonly idle: (args: Arguments) => boolean;
  /** The rest of the error message after the option's name. */
  readonly why: string;
}

/** Rules for options without effect. They are errors, because the user expects an effect. */
const RULES: readonly Rule[] = [
  {
    options: ["parameter", "endpoint", "no-token-status", "identify"],
    idle: ({ values }) => !values.suite,
    why: "goes with --suite. A query parameter of one connection is --query.",
  },
  {
    options: ["region"],
    idle: ({ values }) => !values.suite && !values.iam,
    why: "goes with --suite or --iam.",
  },
  {
    options: ["send", "expect-status"],
    idle: ({ values }) => values.suite,
    why: "is for one connection; --suite has its own expectations.",
  },
  {
    options: ["send", "expect", "pings"],
    idle: ({ values }) => (values["expect-status"] ?? 101) !== 101,
    why: "needs a connection; with an --expect-status other than 101 there is none.",
  },
  {
    options: ["suite", "send", "expect", "expect-status", "pings", "repeat", "junit"],
    idle: ({ values }) => values.interactive || values.listen,
    why: "does not go with --interactive or --listen.",
  },
  {
    options: ["wait"],
    idle: ({ values }) => !values.interactive,
    why: "goes with --interactive.",
  },
  {
    options: ["suite", "interactive", "listen", "expect-status", "pings", "repeat", "junit", "deadline"],
    idle: ({ values }) => values.concurrency !== undefined || values.duration !== undefined,
    why: "does not go with --concurrency and --duration.",
  },
  {
    options: ["concurrency", "duration"],
    idle: ({ values }) => values.concurrency === undefined || values.duration === undefined,
    why: "needs the other of --concurrency and --duration.",
  },
  {
    options: ["mint-issuer", "mint-audience", "mint-claim"],
    idle: ({ given }) => !given.has("mint-secret-env"),
    why: "goes with --mint-secret-env, which names the secret's variable.",
  },
  {
    options: ["token-parameter", "token-header", "token-cookie"],
    idle: ({ given }) => !TOKEN_OPTIONS.some((name) => given.has(name)),
    why: `goes with a token: ${TOKEN_OPTIONS.map((name) => `--${name}`).join(", ")}.`,
  },
  {
    options: TOKEN_OPTIONS,
    idle: ({ values }) => values.iam,
    why: "cannot be combined with --iam: the client signs, and sends no token.",
  },
];

/** Parses the command line. @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  const args = parseOptions(OPTIONS, argv);
  if (args.values.help) return args;
  for (const { options, idle, why } of RULES) {
    const given = options.find((name) => args.given.has(name));
    if (given !== undefined && idle(args)) throw new UsageError(`--${given} ${why}`);
  }
  return args;
}
