/** The options and exit codes of `adopt`, and its help. */
import { REGION } from "../aws/names";
import { helpText } from "../terminal/help";
import { type CommandLine, HELP_OPTION, type OptionTable, parseOptions } from "../terminal/options";
import { USAGE } from "../terminal/shell";
import { matching, oneOf, text, type Value } from "../terminal/values";
import type { AdoptErrorCode } from "./errors";
import { DEFECTS, type DefectName } from "./findings/defects";

export const EXIT = {
  done: 0,
  failed: 1,
  usage: USAGE,
  differs: 3,
  undecided: 4,
  permissions: 5,
  notFound: 6,
  cancelled: 130,
} as const;

const EXIT_HELP: readonly (readonly [number, string])[] = [
  [EXIT.done, "the files are written, and the apply would only import; with --check: nothing has drifted"],
  [EXIT.failed, "AWS, the synthesis or Terraform failed"],
  [EXIT.usage, "the command line is not valid, or a file exists already"],
  [
    EXIT.differs,
    "the files are written, but the apply would change more than the import; with --check: something has drifted",
  ],
  [
    EXIT.undecided,
    "another tool owns the API, or the stage does not serve the newest deployment: decide, and run it again",
  ],
  [EXIT.permissions, "the credentials lack permissions to read"],
  [EXIT.notFound, "there is no such WebSocket API or stage in the region"],
  [EXIT.cancelled, "stopped by SIGINT (SIGTERM: 143)"],
];

/** Exit code of each error. */
export const EXIT_OF: Readonly<Record<AdoptErrorCode, number>> = {
  "api-not-found": EXIT.notFound,
  "stage-not-found": EXIT.notFound,
  "not-a-websocket-api": EXIT.notFound,
  "missing-permissions": EXIT.permissions,
  "no-credentials": EXIT.permissions,
  "aws-unreachable": EXIT.failed,
  "aws-rejected": EXIT.failed,
  interrupted: EXIT.cancelled,
  owned: EXIT.undecided,
  undecided: EXIT.undecided,
  "not-expressible": EXIT.failed,
  "file-exists": EXIT.usage,
  "synthesis-failed": EXIT.failed,
  "terraform-failed": EXIT.failed,
};

const defect: Value<DefectName> = { placeholder: "DEFECT", parse: (given) => oneOf(given, DEFECTS) };
const authorizer: Value<"keep" | "bundled"> = {
  placeholder: "keep|bundled",
  parse: (given) => oneOf(given, ["keep", "bundled"] as const),
};

export const OPTIONS = {
  stage: { value: text("NAME"), help: "stage to adopt (default: the only one, or the one in the URL)" },
  region: {
    value: matching("REGION", REGION, "an AWS region such as eu-west-1"),
    help: "region of the API (default: the one in the URL, or AWS_REGION)",
  },
  out: { value: text("FOLDER"), help: "where to write gateway.yaml and the files beside it", default: "." },
  force: { help: "overwrite files that exist" },
  "no-plan": { help: "do not run Terraform to show what the apply would do" },
  undeployed: { help: "adopt although the stage does not serve the newest deployment" },
  released: { help: "adopt although tags name another owner, which has released the API" },
  fix: {
    value: defect,
    multiple: true,
    group: "Changes",
    help: `also write gateway.next.yaml, which fixes a defect: ${DEFECTS.join(", ")}`,
  },
  authorizer: {
    value: authorizer,
    group: "Changes",
    help: "bundled: also write gateway.next.yaml, with the bundled authorizer in place of the function",
    default: "keep",
  },
  issuer: { value: text("URL"), group: "Changes", help: "issuer of the tokens, for --authorizer bundled" },
  audience: { value: text("NAME"), group: "Changes", help: "audience of the tokens, for --authorizer bundled" },
  check: { group: "Later", help: "compare the API with gateway.yaml, and report what has drifted" },
  config: { value: text("FILE"), group: "Later", help: "configuration for --check", default: "gateway.yaml" },
  environment: { value: text("NAME"), group: "Later", help: "environment for --check, if there are several" },
  json: { help: "print the report as JSON" },
  help: HELP_OPTION,
} as const satisfies OptionTable;

export type Arguments = CommandLine<typeof OPTIONS>;

/** @throws UsageError */
export const parseArguments = (argv: readonly string[]): Arguments => parseOptions(OPTIONS, argv);

export const adoptHelp = (invocation: string): string =>
  helpText(
    {
      summary:
        "Writes gateway.yaml and Terraform's import blocks for a WebSocket API that exists already, and shows that the apply would only import. It reads from AWS and changes nothing.",
      usage: "$0 API [options]",
      examples: [
        "$0 bnzlep5vqk --region eu-west-1",
        "$0 wss://bnzlep5vqk.execute-api.eu-west-1.amazonaws.com/prod",
        "$0 --check",
      ],
      options: OPTIONS,
      notes: [
        "API is the id of the API, or its URL. Credentials are those in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. docs/adopt.md has an IAM policy with what adopt reads.",
      ],
      exitCodes: EXIT_HELP,
    },
    invocation,
  );
