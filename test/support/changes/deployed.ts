/** One environment that is deployed again and again by Terraform, in parts where the action needs them, with a client on it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay, setInterval as every } from "node:timers/promises";
import * as z from "zod";
import { Cancellation } from "../../../action/src/cancellation";
import { applyInParts } from "../../../action/src/deploy/parts";
import { readOutputs } from "../../../action/src/outputs";
import { type Plan, readPlan } from "../../../action/src/plan";
import { readStack } from "../../../action/src/stack";
import { Terraform } from "../../../action/src/terraform";
import { loadConfig } from "../../../config/load";
import { authorizerModules } from "../../../contract/authorizer-bundle";
import { startWorld, type World } from "../../../harness/action/world";
import { loadSsm, type SharedProvider, shareProvider } from "../../../harness/aws";
import { tool } from "../../../harness/tools";
import type { DeployedStage } from "../../../local/api/store";
import { readSynthesized } from "../../../local/terraform";
import { Connection, mintToken, probe } from "../../../smoke";
import { ALLOWING, createFunction, signed } from "../e2e/function";
import { synthesizeTo } from "../stacks/synthesize";
import type { Configuration } from "./configuration";

const SECRET = "a-secret-of-the-test-that-is-long-enough";
const ENVIRONMENT = { TF_VAR_hs256_secret: SECRET, TF_VAR_origin_secret: "o".repeat(32) };

const STACK = "cdktf.out/stacks/prod";
const IDENTITY = ["API_ID", "CONNECTIONS_POLICY_ARN", "EXECUTION_ARN", "REGION", "STAGE", "WS_API_ENDPOINT", "WS_URL"];

export class DeployedEnvironment {
  /** What is deployed now. */
  current: Configuration | undefined;
  /** Terraform in the folder of the last configuration. */
  private terraform: Terraform | undefined;

  private constructor(
    private readonly world: World,
    private readonly folder: string,
    readonly functionArn: string,
    private readonly provider: SharedProvider,
  ) {}

  static async start(): Promise<DeployedEnvironment> {
    const world = await startWorld();
    await loadSsm(world.moto);
    const folder = world.project("quotes", {});
    const provider = await shareProvider(world.env, join(folder, STACK));
    return new DeployedEnvironment(world, folder, await createFunction(world, "mine", ALLOWING), provider);
  }

  async stop(): Promise<void> {
    await this.provider.stop();
    await this.world.close();
  }

  get backend(): string {
    return this.world.backend.url;
  }

  /** Deploys the configuration as the action does, in one part or in several. */
  async deploy(configuration: Configuration): Promise<void> {
    const { terraform, stack } = await this.synthesized(configuration);
    if (!this.terraform) await terraform.init();
    this.terraform = terraform;
    this.current = undefined;
    const { hasChanges } = await terraform.plan();
    if (hasChanges) {
      const plan = readPlan(await terraform.show(), stack);
      await applyInParts({ terraform, stack }, plan);
      await this.forgetTags(plan);
    }
    this.current = configuration;
  }

  /** moto keeps the tags of what is deleted. A later one of the same name would have them, unlike on AWS. */
  private async forgetTags({ document }: Plan): Promise<void> {
    for (const { type, change } of document.resource_changes) {
      const untag = UNTAG[type];
      if (!untag || !change.actions.includes("delete")) continue;
      const { arn, tags_all: tags } = deleted.parse(change.before);
      await fetch(this.world.moto, { method: "POST", ...untag(arn, Object.keys(tags)) });
    }
  }

  /** What another deploy of the same configuration would change, after Terraform has read everything from AWS. */
  async pending(): Promise<readonly string[]> {
    if (!this.terraform) throw new Error("Nothing is deployed.");
    const { hasChanges, changes } = await this.terraform.plan({ lock: false });
    return hasChanges ? ["outputs", ...changes.map(({ resource, action }) => `${action} ${resource.addr}`)] : [];
  }

  /** What clients, backends and other teams know of the API, by the names of the outputs. */
  async identity(): Promise<Readonly<Record<string, unknown>>> {
    const { all } = readOutputs(await this.terraform?.output());
    return Object.fromEntries(IDENTITY.map((name) => [name, all[name]?.value]));
  }

  private async synthesized(configuration: Configuration) {
    const file = join(this.folder, "gateway.yaml");
    writeFileSync(file, JSON.stringify(configuration));
    const outdir = join(this.folder, "cdktf.out");
    synthesizeTo(outdir, loadConfig(file, { local: true }).environments, authorizerModules());
    const directory = join(outdir, "stacks/prod");
    const scratch = join(this.folder, "scratch");
    mkdirSync(scratch, { recursive: true });
    const stack = readStack("prod", directory, JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")));
    const terraform = new Terraform({
      binary: tool("terraform"),
      stack,
      env: { ...this.provider.env, ...ENVIRONMENT },
      lockTimeout: "0s",
      cancellation: new Cancellation(),
      onEvent: () => {},
      scratch,
      replan: false,
    });
    return { terraform, stack };
  }

  /** What the stage serves. */
  served(): unknown {
    const { store } = this.world.gateway;
    return comparable([...store.apis.keys()].map((apiId) => store.deployedStage(apiId, "prod")));
  }

  /** What a stage would serve after a first deploy of the synthesized configuration. */
  fresh(): unknown {
    const folder = join(this.folder, STACK);
    const { store } = readSynthesized(folder, { endpoint: this.world.gateway.url, env: ENVIRONMENT });
    return comparable([...store.apis.keys()].map((apiId) => store.deployedStage(apiId, "prod")));
  }

  /** A client that sends messages to the backend all the time, until the returned function stops it. */
  async client(): Promise<() => Promise<Record<"sent" | "arrived" | "state" | "failures", unknown>>> {
    const { backend, gateway } = this.world;
    const [api] = gateway.store.apis.values();
    const query = {
      token: mintToken(SECRET, { issuer: "https://login.example.com/", audience: "quotes", subject: "u-1" }),
      stocks: "aapl",
      tenant: "one",
    };
    const connection = await probe({ url: `${api?.current.api.apiEndpoint}/prod`, query });
    if (!(connection instanceof Connection)) throw new Error(`The client was rejected: ${JSON.stringify(connection)}`);
    const stopping = new AbortController();
    const before = pings(backend.requests);
    const failures: string[] = [];
    const forget = gateway.trace.listen((event) => {
      if (event.type === "integration-failure") failures.push(`${event.reason}: ${event.detail}`);
    });
    let sent = 0;
    const sending = (async () => {
      for await (const _ of every(50, undefined, { signal: stopping.signal })) {
        await connection.send(JSON.stringify({ action: "ping" }));
        sent++;
      }
    })().catch((error: unknown) => (stopping.signal.aborted ? undefined : error));
    return async () => {
      stopping.abort();
      await sending;
      const arrived = () => pings(backend.requests) - before;
      // Counts its looks instead of the seconds, in some of which a busy machine may not run this process.
      for (let left = 500; left > 0 && connection.state === "open" && arrived() < sent; left--) await delay(20);
      const { state } = connection;
      await connection.close();
      forget();
      return { sent, arrived: arrived(), state, failures: arrived() < sent ? failures : [] };
    };
  }
}

const deleted = z.object({ arn: z.string(), tags_all: z.record(z.string(), z.string()) });

/** Types of the resources whose tags moto keeps, to the request that removes them. */
const UNTAG: Readonly<Record<string, (arn: string, keys: readonly string[]) => RequestInit>> = {
  aws_cloudwatch_log_group: (resourceArn, tagKeys) => ({
    headers: { ...signed("logs"), "x-amz-target": "Logs_20140328.UntagResource" },
    body: JSON.stringify({ resourceArn, tagKeys }),
  }),
  aws_cloudwatch_metric_alarm: (ResourceARN, keys) => ({
    headers: signed("monitoring"),
    body: new URLSearchParams({
      ...{ Action: "UntagResource", Version: "2010-08-01", ResourceARN },
      ...Object.fromEntries(keys.map((key, index) => [`TagKeys.member.${index + 1}`, key])),
    }),
  }),
};

const pings = (requests: readonly string[]) => requests.filter((request) => / \/ping(\?|$)/.test(request)).length;

/** Differ from deploy to deploy, or name things of AWS that a fresh deploy would have under another name. */
const INCIDENTAL =
  /^(api(Id|Endpoint)|\w+Id|createdDate|lastUpdatedDate|target|authorizerUri|authorizerCredentialsArn)$/;

/** The stages as data, with what belongs to a route below it. */
function comparable(stages: readonly (DeployedStage | undefined)[]): unknown {
  return stages.map((deployed) => {
    if (!deployed) return "not deployed";
    const { definition, stage, api } = deployed;
    const routes = [...definition.routes.values()].map((route) => {
      const integration = definition.integrations.get(route.target?.replace("integrations/", "") ?? "");
      return plain({
        ...route,
        routeResponses: [...route.routeResponses.values()],
        authorizer: definition.authorizers.get(route.authorizerId ?? ""),
        integration: integration && {
          ...integration,
          connectionId: undefined,
          vpcLink: integration.connectionId,
          integrationResponses: [...integration.integrationResponses.values()].sort((a, b) =>
            a.integrationResponseKey < b.integrationResponseKey ? -1 : 1,
          ),
        },
      });
    });
    const { stageVariables, defaultRouteSettings, routeSettings, tags } = stage;
    return {
      api: plain(api),
      routes: routes.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      stage: plain({ stageVariables, defaultRouteSettings, routeSettings, tags }),
    };
  });
}

/** Plain data without incidental members and without empty ones, which an update leaves where a fresh deploy has none. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .filter(([name]) => !INCIDENTAL.test(name))
    .map(([name, one]) => [name, plain(one)] as const)
    .filter(
      ([, one]) => one !== undefined && one !== "" && (typeof one !== "object" || Object.keys(one ?? {}).length > 0),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}
