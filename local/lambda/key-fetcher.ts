/**
 * Makes the requests of this project's authorizer, for keys and secrets, in a child process. Only a new process reads
 * NODE_EXTRA_CA_CERTS, only there can a proxy be set for all requests, and it can be stopped while it waits for a name's
 * address. It ends when it has been idle for some time.
 */
import { type ChildProcess, fork } from "node:child_process";
import * as z from "zod";
import type { Fetch } from "../../functions/authorizer/http";
import { projectFile } from "../project-file";

const answer = z.union([
  z.object({ id: z.number(), text: z.string() }),
  z.object({ id: z.number(), message: z.string(), status: z.number().optional() }),
]);

type Pending = { readonly resolve: (text: string) => void; readonly reject: (error: Error) => void };

export class KeyFetcher {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param variables environment variables of the process
   * @param onOutput called with what the process writes to standard error
   */
  constructor(
    private readonly variables: Readonly<Record<string, string>>,
    private readonly idleMs: number,
    private readonly onOutput: (text: string) => void,
  ) {}

  readonly fetch: Fetch = (url, { agent: _, ...options }) =>
    new Promise((resolve, reject) => {
      if (this.#stopped) {
        reject(new Error("The runtime was closed."));
        return;
      }
      this.#lastId += 1;
      this.#pending.set(this.#lastId, { resolve, reject });
      clearTimeout(this.#idle);
      this.#child ??= this.#start();
      // A failure to send it ends the process, or follows its end.
      this.#child.send({ id: this.#lastId, url, options }, () => {});
    });

  stop(): void {
    this.#stopped = true;
    this.#end("The runtime was closed.");
  }

  #start(): ChildProcess {
    const child = fork(projectFile("local/lambda/fetch.cjs"), [], {
      execArgv: [],
      env: this.variables,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child.on("message", (message) => this.#answered(answer.parse(message)));
    child.on("error", (error) => this.#gone(child, error.message));
    child.on("exit", (code, signal) => this.#gone(child, `it has ended with ${signal ?? code}`));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.onOutput(text.replace(/\n$/, "")));
    // It must not keep a program alive that has closed its gateway.
    child.unref();
    child.channel?.unref();
    return child;
  }

  #answered(given: z.infer<typeof answer>): void {
    const pending = this.#pending.get(given.id);
    this.#pending.delete(given.id);
    if ("text" in given) pending?.resolve(given.text);
    else pending?.reject(Object.assign(new Error(given.message), { status: given.status }));
    if (this.#pending.size === 0) this.#idle = setTimeout(() => this.#end("idle"), this.idleMs).unref();
  }

  #gone(child: ChildProcess, reason: string): void {
    if (this.#child === child) this.#end(`The process that fetches keys failed: ${reason}.`);
  }

  #end(reason: string): void {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    child?.kill("SIGKILL");
    for (const { reject } of this.#pending.values()) reject(new Error(reason));
    this.#pending.clear();
  }
}
