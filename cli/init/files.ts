/** The texts of the files that `init` writes. */
import { stringify } from "yaml";
import { ACTION_TAG, PACKAGE, REPOSITORY } from "../../contract/project";

export interface Answers {
  readonly name: string;
  readonly backend: string;
  readonly region: string;
  /** The value of `authorizer`. */
  readonly authorizer: unknown;
  /** Name of the S3 bucket for the state. If undefined, the state is local. */
  readonly bucket: string | undefined;
}

const yaml = (key: string, value: unknown): string => stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();

/** Returns the text of gateway.yaml. `schema` is the address of the JSON Schema. */
export function configurationText(answers: Answers, schema: string): string {
  const { name, backend, region, authorizer, bucket } = answers;
  const state =
    bucket === undefined
      ? `# Where Terraform stores its state. \`local\` is for one person: with a shared bucket, the workflow can deploy.
state: local
# state: { s3: { bucket: example-terraform-state } }`
      : yaml("state", { s3: { bucket } });
  return `# yaml-language-server: $schema=${schema}
${yaml("name", name)}
${yaml("region", region)}

# Your HTTP backend. It receives POST /connect and POST /disconnect.
${yaml("backend", backend)}

# Which tokens are accepted. A client sends its token as ?token=…
${yaml("authorizer", authorizer)}

routes:
  # What the backend receives as the query string of POST /connect.
  $connect:
    query:
      connectionId: context.connectionId
${authorizer === "none" ? "" : "      userId: context.authorizer.userId\n"}\
  # Messages of clients: POST /default with the message as the body.
  # $default: {}

${state}
`;
}

/** Returns the text of the workflow that plans on pull requests and deploys the default branch. */
export const deployWorkflow = ({
  region,
  bucket,
}: Answers): string => `# Plans on pull requests, deploys the default branch and tests the result, and looks for drift.
# Once: create the two roles with ${REPOSITORY}'s examples/oidc-role, and set the variables AWS_ROLE_ARN and AWS_PLAN_ROLE_ARN.
${bucket === undefined ? "# It needs a shared state: set `state` in gateway.yaml to a bucket.\n" : ""}\
name: Gateway

on:
  pull_request:
  push:
    branches: [main]
  schedule: [{ cron: "17 5 * * 1-5" }]

permissions: {}

jobs:
  gateway:
    uses: ${REPOSITORY}/.github/workflows/reusable-deploy.yml@${ACTION_TAG}
    with:
      aws-region: ${region}
      plan-role: \${{ vars.AWS_PLAN_ROLE_ARN }}
      deploy-role: \${{ vars.AWS_ROLE_ARN }}
    permissions:
      contents: read
      id-token: write # for AWS, and for the smoke test's token
      pull-requests: write # for the plan's comment
`;

/** Returns the text of the workflow that runs the gateway and its smoke test without AWS. */
export const checkWorkflow = (
  version: string,
): string => `# Serves the configuration on the runner, without AWS, and runs the smoke test. A small server takes the place of the backend.
name: Gateway check

on:
  pull_request:

permissions: {}

jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: actions/setup-node@53b83947a5a98c8d113130e565377fae1a50d02f # v6.3.0
        with:
          node-version: 24
      - run: |
          node -e 'require("node:http").createServer((_, response) => response.end()).listen(8080)' &
          trap "kill $!" EXIT
          npx --yes ${PACKAGE}@${version} local --once --backend http://localhost:8080
`;

/** Lines of .gitignore: synthesized files, and what Terraform writes. */
export const IGNORED = ["cdktf.out/", ".terraform/", "*.tfstate*"] as const;

/** Returns the text of .gitignore with the missing lines. */
export function ignoreText(existing: string): string {
  const missing = IGNORED.filter((line) => !existing.split(/\r?\n/).includes(line));
  if (missing.length === 0) return existing;
  const begin = existing === "" || existing.endsWith("\n") ? existing : `${existing}\n`;
  return `${begin}${missing.join("\n")}\n`;
}
