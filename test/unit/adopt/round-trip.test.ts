/**
 * `adopt` on an API that this project has deployed writes a configuration with the same meaning: each configuration of the
 * tests is synthesized, served by the local control plane, read, and loaded again.
 */
import * as fc from "fast-check";
import { fileTree, planProject } from "../../../adopt/project";
import { readManaged } from "../../../adopt/read/api";
import { chooseStage } from "../../../adopt/target";
import { parseConfig } from "../../../config";
import type { Environment } from "../../../config/model";
import { FUNCTION_ARN } from "../../support/adopt/aws";
import { deployed } from "../../support/adopt/deploy";
import { synthesizeHere } from "../../support/adopt/synthesize";
import { configurations, SEED } from "../../support/changes/configuration";
import { filesOf } from "../../support/config/load";
import { FILES } from "../../support/config/option-case";
import { AUTHORIZER_CASES } from "../config/options/authorizer";
import { OPERATIONS_CASES } from "../config/options/operations";
import { ROUTES_CASES } from "../config/options/routes";

/** Deploys the environment to a simulated AWS, adopts it, and returns the environment of what adopt writes. */
async function adopted(environment: Environment): Promise<Environment | undefined> {
  const { aws, apiId } = await deployed(environment);
  try {
    const live = await readManaged(aws.reader(), apiId, () => {});
    const stage = chooseStage(live, environment.stage.name);
    const project = planProject(live, stage, { synthesize: synthesizeHere, local: true });
    const text = JSON.stringify(fileTree(project.names, project));
    const readFile = filesOf(Object.fromEntries(project.files));
    return parseConfig(text, "gateway.yaml", readFile, { local: true }).environments[0];
  } finally {
    await aws.close();
  }
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
      // Read only with the bundled authorizer, which shows that the API is this project's.
      ...(authorizer.kind === "verify"
        ? {
            connectionsPolicy: environment.connectionsPolicy,
            ssmPrefix: defaultPrefix(environment),
            alarms: environment.alarms,
            dashboard: environment.dashboard,
          }
        : {}),
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

/** Parameters under another path are not found. */
const defaultPrefix = ({ project, name, ssmPrefix }: Environment) =>
  ssmPrefix === `/${project}/${name}` ? ssmPrefix : undefined;

const byTarget = ({ mappings }: { readonly mappings: readonly { readonly target: { readonly text: string } }[] }) =>
  [...mappings].sort((a, b) => (a.target.text < b.target.text ? -1 : 1));

const byKey = ({ responses }: { readonly responses: readonly { readonly key: { readonly text: string } }[] }) =>
  [...responses].sort((a, b) => (a.key.text < b.key.text ? -1 : 1));

/** Options that change nothing of the API itself. */
const OUTSIDE = /^(adopted|allowedAccountIds|state)\b/;
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
