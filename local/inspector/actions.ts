/**
 * What the page can do, by path. Every action takes JSON and answers with a status and JSON.
 *
 *   /connect     {apiId, stage, claims?, parameters?, headers?, origin?, protocols?} → {connectionId, handshake}
 *   /url         the same → {url, headers}: what /connect would connect to, with a new token
 *   /send        {connectionId, text}          as the client, on a connection of /connect
 *   /close       {connectionId, code?, reason?}
 *   /push        {endpoint, connectionId, text} as a backend, by `@connections` → {answer}
 *   /disconnect  {endpoint, connectionId}
 *   /clear       {}                            forgets the events, and the connections that have ended
 */

import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { type Connectable, connectable, type EntryPoint } from "../server/entry-points";
import type { Clients } from "./clients";
import { callConnections } from "./management-call";

export interface Answer {
  readonly status: number;
  readonly message?: string;
  readonly [name: string]: unknown;
}

export type Action = (input: unknown) => Answer | Promise<Answer>;

export interface Surroundings {
  readonly entryPoints: () => readonly EntryPoint[];
  readonly clients: Clients;
  clear(): void;
}

const texts = z.record(z.string(), z.string());
const connectInput = z.object({
  apiId: z.string(),
  stage: z.string(),
  /** Undefined: the development token's own. Null: no token. */
  claims: z.record(z.string(), z.unknown()).nullish(),
  /** Query-string parameters besides the token. */
  parameters: texts.optional(),
  headers: texts.default({}),
  origin: z.string().optional(),
  protocols: z.array(z.string()).default([]),
});
const sendInput = z.object({ connectionId: z.string(), text: z.string() });
const closeInput = z.object({
  connectionId: z.string(),
  code: z.number().int().optional(),
  reason: z.string().default(""),
});
const callInput = z.object({ endpoint: z.string(), connectionId: z.string(), text: z.string().default("") });

export function createActions({ entryPoints, clients, clear }: Surroundings): ReadonlyMap<string, Action> {
  /** What a client needs to connect, with a new token. */
  function targetOf({ apiId, stage, claims, parameters, ...given }: z.infer<typeof connectInput>): Connectable {
    const entry = entryPoints().find((one) => one.apiId === apiId && one.stage === stage);
    if (entry === undefined) throw new Error("There is no such stage.");
    const token = claims === null ? undefined : entry.token;
    const { url, headers } = connectable({ ...entry, parameters: parameters ?? entry.parameters, token }, claims ?? {});
    return { url, headers: { ...headers, ...given.headers, ...(given.origin && { Origin: given.origin }) } };
  }

  async function connect(input: z.infer<typeof connectInput>): Promise<Answer> {
    const { connectionId, status } = await clients.connect({ ...targetOf(input), protocols: input.protocols });
    return { status: 200, connectionId, handshake: status };
  }

  async function call(method: "POST" | "DELETE", input: z.infer<typeof callInput>): Promise<Answer> {
    // Only endpoints of this gateway: the inspector is not a proxy.
    if (!entryPoints().some(({ endpoint }) => endpoint === input.endpoint)) {
      return invalid("The endpoint is not one of this gateway.");
    }
    const { endpoint, connectionId, text } = input;
    return { status: 200, answer: await callConnections({ method, endpoint, connectionId, body: text }) };
  }

  const sent = (done: boolean): Answer =>
    done ? { status: 200 } : invalid("The connection is not open, or the inspector did not open it.");

  return new Map<string, Action>([
    ["/connect", action(connectInput, connect)],
    ["/url", action(connectInput, (input) => ({ status: 200, ...targetOf(input) }))],
    ["/send", action(sendInput, ({ connectionId, text }) => sent(clients.send(connectionId, text)))],
    ["/close", action(closeInput, ({ connectionId, code, reason }) => sent(clients.close(connectionId, code, reason)))],
    ["/push", action(callInput, (input) => call("POST", input))],
    ["/disconnect", action(callInput, (input) => call("DELETE", input))],
    [
      "/clear",
      () => {
        clear();
        return { status: 200 };
      },
    ],
  ]);
}

const invalid = (message: string): Answer => ({ status: 400, message });

/** An action for input of this schema. What it throws is a mistake in the input, such as an invalid header. */
function action<T>(schema: z.ZodType<T>, act: (input: T) => Answer | Promise<Answer>): Action {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) return invalid(z.prettifyError(parsed.error));
    try {
      return await act(parsed.data);
    } catch (error) {
      return invalid(messageOf(error));
    }
  };
}
