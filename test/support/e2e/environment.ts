/**
 * One environment that the built action deploys: its configuration, its state in S3 with a lock file, and what the local
 * gateway serves of it. Real Terraform with the real AWS provider, against moto and the local gateway.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildAction, type Finished, type RunningJob, runJob, startJob } from "../../../harness/action/job";
import { startWorld, type World } from "../../../harness/action/world";
import { type SharedProvider, shareProvider } from "../../../harness/aws";
import { succeed } from "../../../harness/programs";
import { tool } from "../../../harness/tools";
import { mintToken, probe } from "../../../smoke";

export const SECRET = "a-secret-of-the-test-that-is-long-enough";
/** Of the state. */
export const BUCKET = "terraform-state";
const STACK = "cdktf.out/stacks/prod";

export interface Variant {
  readonly backend?: string;
  readonly region?: string;
  readonly stage?: string;
  readonly header?: string;
  /** A route besides those that are always there. */
  readonly action?: string;
  /** ARN of a function that authorizes in place of the bundled one. */
  readonly authorizer?: string;
  readonly audience?: string;
  /** Of `$connect`. With `http-proxy`, the backend can reject a client. @default "http" */
  readonly integration?: "http" | "http-proxy";
  /** The mapped query parameter `stocks`. @default "required" */
  readonly stocks?: "required" | "optional" | "absent";
  readonly connectionsPolicy?: boolean;
}

type Inputs = Readonly<Record<string, string>>;
type More = { readonly node?: string; readonly env?: NodeJS.ProcessEnv };

export class ActionEnvironment {
  private constructor(
    readonly world: World,
    readonly dist: string,
    readonly workspace: string,
    readonly provider: SharedProvider,
  ) {}

  /** Configured, but not deployed yet. */
  static async start(variant: Variant = {}): Promise<ActionEnvironment> {
    const [world, dist] = await Promise.all([startWorld(), buildAction()]);
    const workspace = world.project("quotes", { "github.json": world.github.jwks });
    const provider = await shareProvider(world.env, join(workspace, STACK));
    const environment = new ActionEnvironment(world, dist, workspace, provider);
    await fetch(`${world.moto}/${BUCKET}`, { method: "PUT" });
    environment.configure(variant);
    return environment;
  }

  async stop(): Promise<void> {
    rmSync(this.dist, { recursive: true, force: true });
    await this.provider.stop();
    await this.world.close();
  }

  configure({
    backend = this.world.backend.url,
    region = "us-east-1",
    stage = "prod",
    header = "one",
    action,
    authorizer,
    audience = "quotes",
    integration = "http",
    stocks = "required",
    connectionsPolicy = true,
  }: Variant = {}): void {
    const bundled = `
  issuers:
    - issuer: https://login.example.com/
      audience: ${audience}
      secret: env
    - github: { repository: octo-org/quotes }
      audience: quotes
      jwks: github.json`;
    const text = `name: quotes
region: ${region}
backend: ${backend}
authorizer: ${authorizer ? `{ lambda: "${authorizer}", identitySources: [route.request.querystring.token] }` : bundled}
stage: ${stage}
ssm: false
connectionsPolicy: ${connectionsPolicy}
state:
  s3: { bucket: ${BUCKET}, key: quotes.tfstate, region: us-east-1 }
routes:
  $connect:
    integration: ${integration}
${stocks === "absent" ? "" : `    requestParameters: { route.request.querystring.stocks: ${stocks} }\n`}    query:
${stocks === "absent" ? "" : "      stocks: route.request.querystring.stocks\n"}      connectionId: context.connectionId
      userId: context.authorizer.userId
      stage: context.stage
    headers:
      x-version: "'${header}'"
${action ? `  ${action}: {}\n` : ""}`;
    writeFileSync(join(this.workspace, "gateway.yaml"), text);
  }

  #options(inputs: Inputs, more: More) {
    return {
      workspace: this.workspace,
      env: this.provider.env,
      inputs: { "hs256-secret": SECRET, "smoke-timeout": "30", ...inputs },
      event: { pull_request: { number: 7 } },
      ...more,
    };
  }

  run(inputs: Inputs = {}, more: More = {}): Promise<Finished> {
    return runJob(this.dist, this.#options(inputs, more));
  }

  /** Cancels a deploy, as GitHub does, or kills it, once its log has a text. */
  async cancelAt(text: string, inputs: Inputs = {}, signal: NodeJS.Signals = "SIGINT"): Promise<Finished> {
    const job: RunningJob = startJob(this.dist, this.#options(inputs, {}));
    await job.until(text);
    job.child.kill(signal);
    return job.done;
  }

  /** Kills a job and its Terraform, as when a runner is lost, while the job holds the state's lock. */
  async killWithLock(): Promise<void> {
    const { child, done } = startJob(this.dist, this.#options({}, {}));
    const ended = done.then(() => true);
    while ((await this.stateFiles()).length < 2) {
      if (await Promise.race([ended, delay(20)])) throw new Error("The job ended before it had the lock.");
    }
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
    child.kill("SIGKILL");
    // Terraform leads a process group of its own, to which its providers belong.
    for (const pid of children.split(" ").filter(Boolean)) process.kill(-Number(pid), "SIGKILL");
    await done;
  }

  /** Leaves nothing of earlier jobs in the workspace, as on a runner of its own; but functions' code for the local gateway. */
  checkOut(): void {
    const files = readdirSync(this.workspace, { recursive: true, withFileTypes: true });
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      if (path.includes("cdktf.out") && !file.isDirectory() && !path.endsWith(".zip")) rmSync(path);
    }
  }

  /** Deletes the state, as if there had never been one. */
  async deleteState(): Promise<void> {
    for (const name of await this.stateFiles())
      await fetch(`${this.world.moto}/${BUCKET}/${name}`, { method: "DELETE" });
  }

  /** Runs Terraform where the action has initialized it. */
  terraform(...args: string[]) {
    return succeed(tool("terraform"), args, { cwd: join(this.workspace, STACK), env: this.provider.env });
  }

  apis() {
    return [...this.world.gateway.store.apis.values()];
  }

  connectRoute() {
    const routes = [...(this.apis()[0]?.current.routes.values() ?? [])];
    return routes.find(({ routeKey }) => routeKey === "$connect");
  }

  servedRoutes(): string[] {
    const { store } = this.world.gateway;
    const [apiId = ""] = store.apis.keys();
    const routes = store.deployedStage(apiId, "prod")?.definition.routes.values() ?? [];
    return [...routes].map(({ routeKey }) => routeKey).sort();
  }

  deploymentId(): string | undefined {
    return this.apis()[0]?.stages.get("prod")?.deploymentId;
  }

  async stateFiles(): Promise<(string | undefined)[]> {
    const listing = await (await fetch(`${this.world.moto}/${BUCKET}?list-type=2`)).text();
    return [...listing.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  }

  /** Changes the API without Terraform, as a person could in the console. */
  changeByHand(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(`${this.world.gateway.url}/v2/apis/${this.apis()[0]?.current.api.apiId}${path}`, {
      method,
      headers: { authorization: "AWS4-HMAC-SHA256 by-hand", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  token(audience = "quotes"): string {
    return mintToken(SECRET, { issuer: "https://login.example.com/", audience, subject: "u-1" });
  }

  connect(audience?: string) {
    const query = { token: this.token(audience), stocks: "aapl" };
    return probe({ url: `${this.apis()[0]?.current.api.apiEndpoint}/prod`, query });
  }
}

export const verdict = ({ code, outputs }: Finished) => ({ code, reason: outputs["failure-reason"] });
