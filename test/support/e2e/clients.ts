/** Clients of the tutorial's API during a test: one that stays, and new ones all the time. */
import { setInterval } from "node:timers/promises";
import type { World } from "../../../harness/action/world";
import { Connection, probe } from "../../../smoke";

export interface Clients {
  /** Ends the clients. Returns what any of them has noticed, and whether there were enough of them. */
  stop(): Promise<{ readonly mistakes: readonly string[]; readonly isEnough: boolean }>;
}

const EVERY_MS = 150;
const GREETING = "welcome";
/** The API has no route for messages, so this is the right answer. */
const isAnswer = (text: string) => JSON.parse(text).message === "Forbidden";

/** Starts them. The backend pushes a greeting to each, and the API answers the message of each. */
export async function startClients(world: World, query: Readonly<Record<string, string>>): Promise<Clients> {
  const mistakes: string[] = [];
  const visits: Promise<void>[] = [];
  const ending = new AbortController();
  const isOwn = (url: URL) => url.pathname === "/connect" && url.searchParams.get("stocks") === "own";
  world.backend.greet = (url) => (isOwn(url) ? GREETING : undefined);

  async function connect(): Promise<Connection> {
    const [state] = world.gateway.store.apis.values();
    const connection = await probe({
      url: `${state?.current.api.apiEndpoint}/prod`,
      query: { ...query, stocks: "own" },
    });
    if (!(connection instanceof Connection)) throw new Error(`rejected: ${JSON.stringify(connection)}`);
    return connection;
  }
  async function talk(connection: Connection): Promise<void> {
    await connection.receive(({ text }) => text === GREETING);
    await connection.send('{"action": "hello"}');
    await connection.receive(({ text }) => isAnswer(text));
    if (connection.unread.length > 0) throw new Error(`unexpected: ${JSON.stringify(connection.unread)}`);
  }
  async function visit(): Promise<void> {
    const connection = await connect();
    await talk(connection);
    await connection.close();
  }
  const resident = await connect();
  await talk(resident);
  const arriving = (async () => {
    for await (const _ of setInterval(EVERY_MS, undefined, { signal: ending.signal }))
      visits.push(visit().catch((error: unknown) => void mistakes.push(String(error))));
  })().catch(() => {});
  return {
    async stop() {
      ending.abort();
      await arriving;
      await Promise.all(visits);
      if (resident.state !== "open") mistakes.push(`the client that stayed is ${resident.state}`);
      else await resident.close();
      return { mistakes, isEnough: visits.length > 20 };
    },
  };
}
