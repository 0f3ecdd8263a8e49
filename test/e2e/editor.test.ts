/** What an editor shows for gateway.yaml, with the language server that editors use. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../harness/tools";

const SERVER = join(ROOT, "node_modules/yaml-language-server/bin/yaml-language-server");
const SCHEMA = pathToFileURL(join(ROOT, "gateway.schema.json")).href;

let editor: Editor;
beforeAll(async () => {
  editor = new Editor();
  await editor.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  editor.notify("initialized", {});
}, 30_000);
afterAll(() => editor.close());

test.each([
  ["a name", "name: Chat App\n", /^expected a name of lower-case letters/],
  ["a URL", "backend: ftp://x\n", /^expected a URL such as `https:\/\/api\.example\.com`/],
  ["a list of words", "routes: { chat: { method: GTE } }\n", /^expected one of `POST`, `PUT`/],
  ["a number", "routes: { chat: { timeoutMs: 1 } }\n", /^Value is below the minimum of 50\./],
  ["a preset", "authorizer: { auth0: { domain: x } }\n", /^expected a host such as `tenant\.eu\.auth0\.com`/],
])(
  "a mistake in %s is shown in the loader's words",
  async (_, text, expected) => {
    const messages = await editor.problems(text);
    expect(messages).toContainEqual(expect.stringMatching(expected));
    for (const message of messages) expect(message).not.toMatch(/pattern|\^\[/);
  },
  30_000,
);

test.each([
  [
    "mapping sources",
    "routes:\n  $connect:\n    query:\n      id: |",
    ["context.connectionId", "context.authorizer.userId", "route.request.querystring.NAME"],
  ],
  [
    "context variables",
    "routes:\n  chat:\n    headers:\n      x: context.iden|",
    ["context.identity.sourceIp", "context.identity.userAgent"],
  ],
  ["arguments of the state", "state:\n  s3:\n    |", ["bucket", "key", "region", "kms_key_id"]],
  ["settings", "name: quotes\n|", ["backend", "authorizer", "routes", "environments"]],
])(
  "completes %s",
  async (_, text, expected) => {
    expect(await editor.suggestions(text)).toEqual(expect.arrayContaining(expected));
  },
  30_000,
);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly uri?: string; readonly diagnostics?: readonly { readonly message: string }[] };
}

/** A client of the language server, over standard input and output. */
class Editor {
  private readonly server: ChildProcess = spawn(process.execPath, [SERVER, "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  private readonly waiting: {
    readonly wanted: (message: Message) => boolean;
    readonly done: (message: Message) => void;
  }[] = [];
  private documents = 0;
  private requests = 0;

  constructor() {
    let data = Buffer.alloc(0);
    this.server.stdout?.on("data", (part: Buffer) => {
      data = Buffer.concat([data, part]);
      for (;;) {
        const [head, length] =
          /^[\s\S]*?Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(data.toString("latin1")) ?? [];
        const end = (head?.length ?? 0) + Number(length);
        if (head === undefined || data.length < end) return;
        const message: Message = JSON.parse(data.toString("utf8", head.length, end));
        data = data.subarray(end);
        const index = this.waiting.findIndex(({ wanted }) => wanted(message));
        if (index >= 0) this.waiting.splice(index, 1)[0]?.done(message);
        else if (message.method && message.id !== undefined) this.send({ id: message.id, result: null });
      }
    });
  }

  close(): void {
    this.server.kill();
  }

  notify(method: string, params: object): void {
    this.send({ method, params });
  }

  async request(method: string, params: object): Promise<unknown> {
    const id = ++this.requests;
    const answer = this.next((message) => message.id === id && message.method === undefined);
    this.send({ id, method, params });
    return (await answer).result;
  }

  /** Opens a document and returns the messages of its problems. */
  async problems(text: string): Promise<readonly string[]> {
    const uri = this.nextDocument();
    const published = this.next(
      ({ method, params }) => method === "textDocument/publishDiagnostics" && params?.uri === uri,
    );
    this.open(uri, text);
    return (await published).params?.diagnostics?.map(({ message }) => message) ?? [];
  }

  /** Opens a document and returns the labels that are suggested at `|`. */
  async suggestions(text: string): Promise<readonly string[]> {
    const uri = this.nextDocument();
    const before = text.slice(0, text.indexOf("|")).split("\n");
    this.open(uri, text.replace("|", ""));
    const position = { line: before.length, character: before.at(-1)?.length ?? 0 };
    const list = await this.request("textDocument/completion", { textDocument: { uri }, position });
    const items = list && typeof list === "object" && "items" in list && Array.isArray(list.items) ? list.items : [];
    return items.map(({ label }) => String(label).replace(/^"|"$/g, ""));
  }

  private nextDocument(): string {
    return `file:///gateway-${++this.documents}.yaml`;
  }

  private open(uri: string, text: string): void {
    const document = `# yaml-language-server: $schema=${SCHEMA}\n${text}`;
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text: document } });
  }

  private next(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((done) => this.waiting.push({ wanted, done }));
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}
