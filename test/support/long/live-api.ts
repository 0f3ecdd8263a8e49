/** A live API with many connected clients, and with one that connects again and again, while the action deploys a change. */
import { setTimeout as delay } from "node:timers/promises";
import type { Finished } from "../../../harness/action/job";
import { Connection } from "../../../smoke";
import { ActionEnvironment } from "../e2e/environment";

export const CLIENTS = 200;

/** The configuration that all changes start from. `BACKEND` stands for the backend's URL. */
export const LIVE = `name: quotes
backend: BACKEND
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
stage: prod
ssm: false
state: { s3: { bucket: terraform-state, key: quotes.tfstate } }
routes:
  $connect:
    requestParameters:
      route.request.querystring.stocks: required
    query:
      stocks: route.request.querystring.stocks
      connectionId: context.connectionId
      userId: context.authorizer.userId
`;

/** What clients noticed of a deploy. */
export interface Noticed {
  /** How many of the connected clients are still connected. */
  readonly open: number;
  /** What the new clients got: `101`, or answers that rejected them, and then the gateway's reasons too. */
  readonly answers: readonly string[];
}

/** Environment whose backend pushes "hello" to each client that it knows, unless the path is not `/connect`. */
export async function startLiveApi(): Promise<ActionEnvironment> {
  const environment = await ActionEnvironment.start();
  const { backend } = environment.world;
  backend.greet = ({ pathname, searchParams }) =>
    pathname === "/connect" && ["smoke-test", "u-1"].includes(searchParams.get("userId") ?? "") ? "hello" : undefined;
  return environment;
}

/** Deploys with clients connected before, and others that connect every 100 ms until the deploy ends. */
export async function withClients(
  environment: ActionEnvironment,
  deploy: () => Promise<Finished>,
): Promise<{ readonly job: Finished; readonly noticed: Noticed }> {
  const connected = await Promise.all(Array.from({ length: CLIENTS }, () => environment.connect()));
  const stop = newClients(environment);
  const job = await deploy().finally(stop);
  const answers = await stop();
  const open = connected.flatMap((one) => (one instanceof Connection && one.state === "open" ? [one] : []));
  await Promise.all(open.map((one) => one.close()));
  return { job, noticed: { open: open.length, answers } };
}

export const UNNOTICED: Noticed = { open: CLIENTS, answers: ["101"] };

/** Connects again and again until the returned function stops it, which gives the distinct answers. */
function newClients(environment: ActionEnvironment): () => Promise<string[]> {
  const seen = new Set<string>();
  const stop = new AbortController();
  const reasons: string[] = [];
  const forget = environment.world.gateway.trace.listen((event) => {
    if (event.type === "check" && !event.passed && event.stage === "prod") {
      reasons.push(`${event.check}: ${event.detail}`);
    }
  });
  const done = (async () => {
    while (!stop.signal.aborted) {
      const answer = await environment.connect();
      seen.add(answer instanceof Connection ? "101" : JSON.stringify(answer));
      if (answer instanceof Connection) await answer.close();
      await delay(100, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return async () => {
    stop.abort();
    await done;
    forget();
    return seen.size === 1 ? [...seen] : [...seen, ...reasons];
  };
}
