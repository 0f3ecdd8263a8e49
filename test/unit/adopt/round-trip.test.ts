/**
 * `adopt` on an API that this project has deployed writes a configuration with the same meaning: each configuration of the
 * tests is synthesized, served by the local control plane, read, and loaded again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { fileTree, planProject } from "../../../adopt/project";
import { readManaged } from "../../../adopt/read/api";
import { chooseStage } from "../../../adopt/target";
import { parseConfig } from "../../../config";
import type { Environment } from "../../../config/model";
import { readSynthesized } from "../../../local/terraform";
import { FUNCTION_ARN, simulatedAws } from "../../support/adopt/aws";
import { deployBeside } from "../../support/adopt/deploy";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { configurations, SEED } from "../../support/changes/configuration";
import { filesOf } from "../../support/config/load";
import { FILES } from "../../support/config/option-case";
import { synthesizeTo } from "../../support/stacks/synthesize";
import { AUTHORIZER_CASES } from "../config/options/authorizer";
import { OPERATIONS_CASES } from "../config/options/operations";
import { ROUTES_CASES } from "../config/options/routes";

const VARIABLES = {
  TF_VAR_origin_secret: "3f9Kc1bQ8xZ2mL7vT4wR6yN0pD5sA8hJ",
  TF_VAR_hs256_secret: "s".repeat(64),
  TF_VAR_new: "n".repeat(32),
};

/** Deploys the environment to a simulated AWS, adopts it, and returns the environment of what adopt writes. */
async function adopted(environment: Environment): Promise<Environment | undefined> {
  const outdir = mkdtempSync(join(tmpdir(), "round-trip-"));
  try {
    synthesizeTo(outdir, [environment]);
    const folder = join(outdir, "stacks", environment.name);
    const { store } = readSynthesized(folder, { endpoint: "wss://local", env: VARIABLES });
    const aws = await simulatedAws(store);
    try {
      const [apiId = ""] = store.apis.keys();
      grantAll(aws.functions, environment, apiId);
      deployBeside(aws, { folder, apiId, tags: environment.tags, variables: VARIABLES });
      const live = await readManaged(aws.reader(), apiId, () => {});
      const stage = chooseStage(live, environment.stage.name);
      const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
      const text = JSON.stringify(fileTree(project.names, project));
      const readFile = filesOf(Object.fromEntries(project.files));
      return parseConfig(text, "gateway.yaml", readFile, { local: true }).environments[0];
    } finally {
      await aws.close();
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Terraform has let API Gateway invoke every function of the configuration. */
function grantAll(
  functions: Map<string, Readonly<Record<string, string>>>,
  environment: Environment,
  apiId: string,
): void {
  const arns = environment.routes.flatMap(({ integration }) =>
    integration.type === "AWS_PROXY" ? [integration.functionArn] : [],
  );
  const { authorizer } = environment;
  for (const arn of [...arns, ...(authorizer.kind === "lambda" ? [authorizer.functionArn] : [])])
    functions.set(arn, { terraform: `arn:aws:execute-api:${environment.region}:123456789012:${apiId}/*` });
}

/** What AWS has of an environment. */
function served(environment: Environment | undefined): unknown {
  if (environment === undefined) return undefined;
  const { authorizer, domain, logs, routes, stage } = environment;
  return JSON.parse(
    JSON.stringify({
      apiName: environment.apiName,
      description: environment.description,
      region: environment.region,
      tags: environment.tags,
      routeSelectionExpression: environment.routeSelectionExpression,
      originSecret: environment.originSecret,
      iam: environment.iam,
      kmsKeyArn: environment.kmsKeyArn,
      authorizer:
        "identitySources" in authorizer
          ? { ...authorizer, identitySources: authorizer.identitySources.map(({ text }) => text).sort() }
          : authorizer,
      domain,
      logs: { access: logs.access, execution: logs.execution },
      routes: [...routes]
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ integration, ...route }) => ({
          ...route,
          integration:
            "mappings" in integration
              ? { ...integration, mappings: byTarget(integration), responses: byKey(integration) }
              : integration,
        })),
      stage: { ...stage, routeThrottles: Object.entries(stage.routeThrottles).sort() },
    }),
  );
}

const byTarget = ({ mappings }: { readonly mappings: readonly { readonly target: { readonly text: string } }[] }) =>
  [...mappings].sort((a, b) => (a.target.text < b.target.text ? -1 : 1));

const byKey = ({ responses }: { readonly responses: readonly { readonly key: { readonly text: string } }[] }) =>
  [...responses].sort((a, b) => (a.key.text < b.key.text ? -1 : 1));

/** Options that change nothing of the API itself. */
const OUTSIDE = /^(adopted|alarms|allowedAccountIds|connectionsPolicy|dashboard|ssm|state)\b/;
/** Those that change what Terraform creates for the authorizer. authorizer.test.ts has the others. */
const AUTHORIZER =
  /^authorizer(\.(jwks|issuers|lambda|reservedConcurrency|runtime|secret|secret\.env|secret\.ssm|token))?$/;
const authorizers = AUTHORIZER_CASES.filter(([option]) => AUTHORIZER.test(option));
const all = [...OPERATIONS_CASES, ...authorizers, ...ROUTES_CASES].filter(([option]) => !OUTSIDE.test(option));
const cases = all.flatMap(([option, yaml]) => {
  try {
    const { environments } = parseConfig(yaml, "gateway.yaml", filesOf(FILES), { local: true });
    return environments.map((environment): [string, Environment] => [
      `${option}: ${yaml.split("\n").at(-2)}`,
      environment,
    ]);
  } catch {
    return [];
  }
});

test.each(cases)("%s", async (_, environment) => {
  expect(served(await adopted(environment))).toEqual(served(environment));
});

const random = fc.sample(configurations({ backend: "https://api.example.com", functionArn: FUNCTION_ARN }), {
  seed: SEED,
  numRuns: 6,
});
test.each(random.map((configuration, number) => [number, configuration]))(
  "random configuration %d",
  async (_, text) => {
    const { environments } = parseConfig(JSON.stringify(text), "gateway.yaml", () => "", { local: true });
    for (const environment of environments) expect(served(await adopted(environment))).toEqual(served(environment));
  },
);
