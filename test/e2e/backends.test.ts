/**
 * The example backends, each developed with nothing but the lines that the gateway prints at start; and what frameworks
 * make of API Gateway's requests without any option.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import WebSocket from "ws";
import { listening, stop } from "../../harness/programs";
import { freePort } from "../../harness/servers";
import { ROOT, type Tool, tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";

jest.setTimeout(120_000);

const running: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(stop));
});

/** A program with its output. */
class Program {
  #text = "";
  readonly child: ChildProcess;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(command, args, { cwd: ROOT, env });
    running.push(this.child);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (part: string) => {
        this.#text += part;
      });
    }
  }

  get text(): string {
    return this.#text;
  }

  /** Resolves with the match of a pattern in the output. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) return found;
      const [part] = await Promise.race([once(this.child.stdout ?? this.child, "data"), once(this.child, "close")]);
      if (typeof part !== "string") throw new Error(`ended without ${pattern}:\n${this.#text}`);
    }
  }
}

/** The environment of a shell into which the gateway's `export` lines were pasted. */
function exported(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^export (.+)$/gm)].map(([, assignments = ""]) => assignments);
  const pairs = lines.flatMap((line) => line.split(" ").map((pair) => /^(.*?)=(.*)$/s.exec(pair)));
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
}

async function gateway(port: number, ...args: readonly string[]): Promise<{ program: Program; url: string }> {
  const options = ["--port=0", `--backend=http://127.0.0.1:${port}`, "--no-reload", ...args];
  const env = { ...process.env, NO_COLOR: "1" };
  const program = new Program(process.execPath, [join(ROOT, "scripts/run.mjs"), "local/cli.ts", ...options], env);
  const [, url = ""] = await program.printed(/^(ws:\S+token=\S+)$/m);
  await program.printed(/^Control plane/m);
  return { program, url };
}

const CONFIG = "--config=examples/backends/gateway.yaml";
const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_REGION: ___, ...withoutAws } = process.env;

/** Connects, sends, is pushed to, and disconnects. */
async function chats(command: string, args: readonly string[]): Promise<void> {
  const port = await freePort();
  const { program, url } = await gateway(port, CONFIG);
  const backend = new Program(command, args, { ...withoutAws, ...exported(program.text), PORT: String(port) });
  await listening(port, backend.child);
  const client = new WebSocket(url);
  await once(client, "open");
  client.send(JSON.stringify({ action: "message", text: "hello" }));
  const [pushed] = await once(client, "message");
  expect(JSON.parse(String(pushed))).toEqual({ from: "local-developer", text: "hello" });
  client.close();
  await program.printed(/\$disconnect: 200/);
  expect(program.text).toMatch(/\$connect: 200/);
  expect(program.text).toMatch(/message: 200/);
}

describe("a backend with Node.js", () => {
  test.each(["express", "fastify"])("%s connects, sends, is pushed to, and disconnects", async (name) => {
    await chats(process.execPath, [`examples/backends/${name}/server.js`]);
  });
});

const PYTHON: readonly Tool[] = ["flask", "fastapi"];
for (const name of PYTHON) {
  describeWith([name], `a backend with ${name}`, () => {
    test("connects, sends, is pushed to, and disconnects", async () => {
      await chats(tool(name), [`examples/backends/${name}/server.py`]);
    });
  });
}

/** Statuses of `/connect` and `/disconnect` with the shipped configuration, and the body of a rejection. */
async function lifecycle(
  command: string,
  args: readonly string[],
  { options = [], env = {} }: { readonly options?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
) {
  const port = await freePort();
  const backend = new Program(command, args, { ...process.env, ...env, PORT: String(port) });
  await listening(port, backend.child);
  const { program, url } = await gateway(port, ...options);
  const client = new WebSocket(url);
  await once(client, "open");
  client.close();
  await program.printed(/\$disconnect: \d+/);
  const statuses = [...program.text.matchAll(/(\$\w+): (\d+) \(/g)].map(([, route, status]) => `${route} ${status}`);
  return { statuses, text: program.text };
}

const node = (name: string) => lifecycle(process.execPath, [join("test/support/frameworks", `${name}.cjs`)]);
const WORKS = ["$connect 200", "$disconnect 200"];

describe("with the shipped configuration", () => {
  test.each(["express", "nest-express"])("%s gets both events", async (name) => {
    expect((await node(name)).statuses).toEqual(WORKS);
  });

  test.each(["fastify", "nest-fastify"])("%s rejects both, and the trace says why", async (name) => {
    const { statuses, text } = await node(name);
    expect(statuses).toEqual(["$connect 400", "$disconnect 400"]);
    expect(text).toContain("Body cannot be empty when content-type is set to 'application/json'");
    expect(text).toContain("the client connects anyway");
  });

  test.each(["fastify", "nest-fastify"])("%s gets both events with backend.jsonBody", async (name) => {
    const program = [join("test/support/frameworks", `${name}.cjs`)];
    expect((await lifecycle(process.execPath, program, { options: [CONFIG] })).statuses).toEqual(WORKS);
  });
});

for (const name of PYTHON) {
  describeWith([name], "with the shipped configuration", () => {
    test(`${name} gets both events`, async () => {
      const { statuses } = await lifecycle(tool(name), [`test/support/frameworks/${name}_app.py`]);
      expect(statuses).toEqual(WORKS);
    });
  });
}

describeWith(["django"], "with the shipped configuration", () => {
  const program = ["test/support/frameworks/django_app.py"];

  test("django rejects both because they have no CSRF token, and the trace shows it", async () => {
    const { statuses, text } = await lifecycle(tool("django"), program);
    expect(statuses).toEqual(["$connect 403", "$disconnect 403"]);
    expect(text).toContain("CSRF verification failed");
  });

  test("django gets both events where the views are exempt", async () => {
    const { statuses } = await lifecycle(tool("django"), program, { env: { CSRF_EXEMPT: "1" } });
    expect(statuses).toEqual(WORKS);
  });
});
