/** The options and exit codes of `doctor`, and its help. */
import { REGION } from "../aws/names";
import { DEFAULTS } from "../contract/defaults";
import { helpText } from "../terminal/help";
import { type CommandLine, HELP_OPTION, type OptionTable, parseOptions } from "../terminal/options";
import { USAGE } from "../terminal/shell";
import { matching, pair, seconds, text } from "../terminal/values";

export const EXIT = { healthy: 0, found: 1, usage: USAGE, failed: 70, cancelled: 130 } as const;

export const OPTIONS = {
  token: { value: text("TOKEN"), help: "the token; other users of this machine can see it, so prefer the next one" },
  "token-env": { value: text("NAME"), help: "read the token from this environment variable" },
  "token-parameter": {
    value: text("NAME"),
    help: "query parameter that carries the token",
    default: DEFAULTS.tokenParameter,
  },
  query: { short: "q", value: pair("="), multiple: true, help: "query parameter" },
  header: { short: "H", value: pair(":"), multiple: true, help: "request header, such as Origin: https://example.com" },
  send: { value: text("MESSAGE"), help: "after the connect, send this message and see whether a route takes it" },
  config: {
    short: "c",
    value: text("FILE"),
    help: "the API's configuration, to see which claim the authorizer rejects (default: gateway.yaml, if there is one)",
  },
  environment: {
    short: "e",
    value: text("NAME"),
    help: "environment of the configuration, if there are several (default: the one with the URL's stage)",
  },
  api: { value: text("ID"), help: "id of the API, if the URL has a custom domain name" },
  region: {
    value: matching("REGION", REGION, "an AWS region such as eu-west-1"),
    help: "region of the API, if the URL does not show it",
  },
  insecure: { help: "accept any certificate" },
  ca: { value: text("FILE"), help: "certificate authority of the server, as PEM" },
  timeout: { value: seconds, help: "longest wait of each phase", default: 10_000 },
  json: { help: "print the findings as JSON" },
  help: HELP_OPTION,
} as const satisfies OptionTable;

export type Arguments = CommandLine<typeof OPTIONS>;

/** @throws UsageError */
export const parseArguments = (argv: readonly string[]): Arguments => parseOptions(OPTIONS, argv);

export const doctorHelp = (invocation: string): string =>
  helpText(
    {
      summary:
        "Explains why a client cannot connect to a WebSocket API: the likeliest cause first, and what to do. It connects as the client does. With AWS credentials in the environment it also reads the API, and with gateway.yaml it checks the token's claims. It changes nothing.",
      usage: "$0 URL [options]",
      examples: [
        "$0 wss://bnzlep5vqk.execute-api.eu-west-1.amazonaws.com/prod --token-env TOKEN",
        '$0 wss://ws.example.com --token-env TOKEN -H "Origin: https://app.example.com"',
        `$0 ws://localhost:8001/prod -q stocks=AAPL --send '{"action":"say"}'`,
      ],
      options: OPTIONS,
      notes: [
        "To check a token that is signed with a shared secret, it needs the secret: in TF_VAR_hs256_secret, also from .env.",
        "It uses these permissions, if the credentials have them: apigateway:GET on the API and on /domainnames, lambda:GetFunctionConfiguration and lambda:GetPolicy on its functions, logs:FilterLogEvents on the authorizer's log group.",
      ],
      exitCodes: [
        [EXIT.healthy, "the client connects"],
        [EXIT.found, "it does not, or no route takes its message; the causes are printed"],
        [EXIT.usage, "the command line or the configuration is not valid"],
        [EXIT.failed, "doctor itself failed"],
        [EXIT.cancelled, "stopped by SIGINT (SIGTERM: 143)"],
      ],
    },
    invocation,
  );
