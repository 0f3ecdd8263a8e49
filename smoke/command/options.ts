/** The command's options as one table: it parses them, and it writes the help. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf, OptionsError } from "../errors";

interface Option {
  /** Placeholder of the value; without one the option is a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly short?: string;
  readonly group: "What to connect to" | "The token" | "What is expected" | "Transport" | "Output";
  readonly help: string;
}

export const OPTIONS = {
  header: { value: "NAME:VALUE", multiple: true, short: "H", group: "What to connect to", help: "request header" },
  query: { value: "NAME=VALUE", multiple: true, short: "q", group: "What to connect to", help: "query parameter" },
  subprotocol: {
    value: "NAME",
    multiple: true,
    short: "s",
    group: "What to connect to",
    help: "offer a subprotocol; the server must choose one",
  },
  "connect-to": { value: "HOST:PORT", group: "What to connect to", help: "connect there; Host and SNI stay the URL's" },

  token: {
    value: "TOKEN",
    group: "The token",
    help: "the token; other users of this machine can see it, so prefer the next two",
  },
  "token-env": { value: "NAME", group: "The token", help: "read the token from this environment variable" },
  "token-file": { value: "FILE", group: "The token", help: "read the token from this file, - for standard input" },
  "token-parameter": { value: "NAME", group: "The token", help: "query parameter that carries it (token)" },
  "mint-secret-env": {
    value: "NAME",
    group: "The token",
    help: "mint a five-minute HS256 token from the secret in this variable",
  },
  "mint-issuer": { value: "ISS", group: "The token", help: "its issuer" },
  "mint-audience": { value: "AUD", group: "The token", help: "its audience" },
  "mint-claim": {
    value: "NAME=VALUE",
    multiple: true,
    group: "The token",
    help: "a further claim, such as sub or org_id",
  },

  "expect-status": {
    value: "STATUS",
    group: "What is expected",
    help: "the handshake is answered with this status (101)",
  },
  send: { value: "TEXT", multiple: true, group: "What is expected", help: "send a message" },
  expect: {
    value: "TEXT",
    multiple: true,
    short: "e",
    group: "What is expected",
    help: 'a message comes that holds TEXT, matches /regex/, or has the members of {"json":1}; with --suite, one that the backend sends by itself',
  },
  pings: { value: "N", group: "What is expected", help: "answered pings (1; with --suite 5)" },
  repeat: {
    value: "N",
    short: "n",
    group: "What is expected",
    help: "connect N times, and show percentiles (1; with --suite 3)",
  },
  suite: { group: "What is expected", help: "the whole test: refusals, pings, a message through @connections, close" },
  parameter: {
    value: "NAME=VALUE",
    multiple: true,
    group: "What is expected",
    help: "--suite: a parameter that $connect requires",
  },
  endpoint: { value: "URL", group: "What is expected", help: "--suite: WS_API_ENDPOINT (the URL as https)" },
  region: {
    value: "REGION",
    group: "What is expected",
    help: "--suite: of the API (from the endpoint's name, or AWS_REGION)",
  },
  identify: {
    value: "TEXT",
    group: "What is expected",
    help: "--suite: a message that is answered with its connectionId",
  },

  timeout: {
    value: "SECONDS",
    group: "Transport",
    help: "for each phase: DNS, TCP, proxy, TLS (10), upgrade (35), message (10)",
  },
  deadline: { value: "SECONDS", group: "Transport", help: "for everything, retries included (none; with --suite 90)" },
  ca: { value: "FILE", group: "Transport", help: "PEM of the certificate authorities to trust" },
  insecure: { short: "k", group: "Transport", help: "accept any certificate" },

  json: { group: "Output", help: "the report as JSON" },
  junit: { value: "FILE", group: "Output", help: "write the report as JUnit XML too" },
  verbose: { short: "v", group: "Output", help: "show each state of the connection, and each retry" },
  help: { short: "h", group: "Output", help: "this text" },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;
const TABLE: Readonly<Record<string, Option>> = OPTIONS;

/** The command line, taken apart. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly positionals: readonly string[];

  /** @throws OptionsError for an unknown option, or one without its value */
  constructor(argv: readonly string[]) {
    const config = Object.entries(TABLE).map(([name, { value, multiple, short }]) => [
      name,
      { type: value ? "string" : "boolean", multiple: multiple ?? false, ...(short ? { short } : {}) },
    ]);
    const options: ParseArgsConfig["options"] = Object.fromEntries(config);
    try {
      const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
      this.#values = new Map(Object.entries(values));
      this.positionals = positionals;
    } catch (error) {
      // Node explains at length how to pass such a word as a value, which nobody here wants.
      throw new OptionsError(`${messageOf(error).split(/(?<=')\. /, 1)}.`);
    }
  }

  flag(name: OptionName): boolean {
    return this.#values.get(name) === true;
  }

  has(name: OptionName): boolean {
    return this.#values.has(name);
  }

  one(name: OptionName): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  list(name: OptionName): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** `NAME=VALUE` or `NAME:VALUE`; a later one of the same name replaces the first. @throws OptionsError */
  pairs(name: OptionName, separator: "=" | ":"): Record<string, string> {
    const entries = this.list(name).map((text) => {
      const at = text.indexOf(separator);
      if (at < 1) throw new OptionsError(`--${name} ${text}: write it as NAME${separator}VALUE.`);
      return [text.slice(0, at).trim(), separator === ":" ? text.slice(at + 1).trim() : text.slice(at + 1)];
    });
    return Object.fromEntries(entries);
  }

  /** A whole number. @throws OptionsError */
  count(name: OptionName, least = 1, most = 10_000): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new OptionsError(`--${name} ${text}: give a whole number from ${least} to ${most}.`);
  }

  /** Seconds, as milliseconds. @throws OptionsError */
  milliseconds(name: OptionName): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
    if (value > 0) return value * 1000;
    throw new OptionsError(`--${name} ${text}: give seconds, such as 10 or 0.5.`);
  }
}

/** The options of the help text, by group. */
export function optionHelp(): string {
  const rows = Object.entries(TABLE).map(([name, { value, short, group, help }]) => ({
    group,
    left: `${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups
    .map((group) => {
      const own = rows.filter((row) => row.group === group);
      return [`${group}:`, ...own.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`)].join("\n");
    })
    .join("\n\n");
}
