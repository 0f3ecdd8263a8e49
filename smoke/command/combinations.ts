/** Which options go together. One that would have no effect is refused: who gave it expects that it has one. */
import { OptionsError } from "../errors";
import type { Arguments, OptionName } from "./options";

interface Rule {
  readonly options: readonly OptionName[];
  /** Whether the rest of the command line leaves the options without effect. */
  readonly idle: (args: Arguments) => boolean;
  /** What goes with what, after the option's name. */
  readonly why: string;
}

const TOKEN_OPTIONS = ["token", "token-env", "token-file", "mint-secret-env"] as const satisfies readonly OptionName[];

const RULES: readonly Rule[] = [
  {
    options: ["parameter", "endpoint", "region", "identify"],
    idle: (args) => !args.flag("suite"),
    why: "goes with --suite. A query parameter of one connection is --query.",
  },
  {
    options: ["send", "expect-status"],
    idle: (args) => args.flag("suite"),
    why: "is for one connection; --suite has its own expectations.",
  },
  {
    options: ["send", "expect", "pings"],
    idle: (args) => (args.one("expect-status") ?? "101") !== "101",
    why: "needs a connection; with an --expect-status other than 101 there is none.",
  },
  {
    options: ["mint-issuer", "mint-audience", "mint-claim"],
    idle: (args) => !args.has("mint-secret-env"),
    why: "goes with --mint-secret-env, which names the secret's variable.",
  },
  {
    options: ["token-parameter"],
    idle: (args) => !TOKEN_OPTIONS.some((name) => args.has(name)),
    why: `goes with a token: ${TOKEN_OPTIONS.map((name) => `--${name}`).join(", ")}.`,
  },
];

/** @throws OptionsError */
export function checkCombinations(args: Arguments): void {
  for (const { options, idle, why } of RULES) {
    const given = options.find((name) => args.has(name));
    if (given !== undefined && idle(args)) throw new OptionsError(`--${given} ${why}`);
  }
}
