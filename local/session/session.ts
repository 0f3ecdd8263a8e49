/** One run of the local gateway: synthesize, serve, prove, watch, until it is told to stop. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type LocalServer, type ServeOptions, serve } from "../server/serve";
import { TerraformError } from "../terraform";
import { createPrinter } from "../trace/print";
import { Trace, type TraceEvent, type TraceListener } from "../trace/trace";
import { type Options, UsageError } from "./options";
import { readyText } from "./ready";
import { SynthesisError, sourcesOf, stackIn, synthesize } from "./synthesize";
import { watchSources } from "./watch";

/** The process around a run. */
export interface Shell {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly color: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Resolves when the run is to stop. */
  readonly stopped: Promise<unknown>;
}

/** A backend that the run starts itself. It is told where to push, and stopped after the gateway. */
export type StartBackend = (server: LocalServer) => Promise<{ readonly url: string; close(): Promise<void> }>;

export interface Session {
  readonly options: Options;
  readonly shell: Shell;
  readonly startBackend?: StartBackend;
  /** Run the smoke test before anything else, also without `--once`. */
  readonly prove?: boolean;
}

/** The exit code. */
export async function runSession({ options, shell, startBackend, prove }: Session): Promise<number> {
  const trace = new Trace();
  const print = createPrinter(options.print, shell.out, shell.color);
  const over = new AbortController();
  const stopped = shell.stopped.then(() => over.abort());
  const source = sourceOf(options, shell.cwd, over.signal);
  let server: LocalServer | undefined;
  let backend: Awaited<ReturnType<StartBackend>> | undefined;
  try {
    const synthesized = source.synthesize();
    // What fails first is told first; the other must not end the process meanwhile.
    synthesized.catch(() => {});
    const started = await serve(serveOptions(options, shell, trace));
    server = started;
    const load = (): void => {
      if (options.empty) return;
      started.load(source.stack(), new Map([...(backend ? [["*", backend.url] as const] : []), ...options.backends]));
    };
    await Promise.race([synthesized, stopped]);
    if (over.signal.aborted) return options.once ? 1 : 0;
    const notices = noticesOf(trace);
    load();
    if (startBackend) {
      backend = await startBackend(started);
      load();
    }
    for (const notice of notices()) print?.(notice);
    const passed = prove || options.once ? await proven(started, options, shell, over.signal, print) : true;
    if (options.once) return passed ? 0 : 1;
    if (over.signal.aborted) return 0;
    if (print) trace.listen(print);
    const reload = async () => {
      await source.synthesize();
      load();
    };
    const unwatch = options.reload ? watch(source.watched, reload, shell) : () => {};
    // Where standard output is for machines, people are told beside it.
    (options.print === "json" ? shell.err : shell.out)(readyText(started, options));
    await stopped;
    unwatch();
    return 0;
  } finally {
    over.abort();
    // In this order: the backend is told of the last disconnects.
    await server?.close();
    await backend?.close();
    await source.close();
  }
}

/** Collects notices, each once, until they are asked for. */
function noticesOf(trace: Trace): () => Iterable<TraceEvent> {
  const held = new Map<string, TraceEvent>();
  const stop = trace.listen((event) => event.type === "notice" && held.set(event.message, event));
  return () => {
    stop();
    return held.values();
  };
}

/** How what is served comes about, at first and again: synthesized here, or by somebody else. */
function sourceOf({ stack, config = "gateway.yaml", environment, empty }: Options, cwd: string, signal: AbortSignal) {
  if (empty || stack !== undefined) {
    const folder = resolve(cwd, stack ?? "");
    return {
      watched: () => (empty ? [] : [folder]),
      synthesize: async () => {},
      stack: () => folder,
      async close() {},
    };
  }
  const file = resolve(cwd, config);
  // Of this run alone: another may serve the same project.
  const outdir = mkdtempSync(join(tmpdir(), "local-stack-"));
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  process.once("exit", remove);
  let running: Promise<void> = Promise.resolve();
  return {
    watched: () => sourcesOf(file),
    synthesize() {
      running = synthesize({ config: file, outdir, signal });
      return running;
    },
    stack: () => stackIn(outdir, environment),
    async close() {
      // What still runs would make the folder again.
      await running.catch(() => {});
      process.off("exit", remove);
      remove();
    },
  };
}

function serveOptions(options: Options, { cwd, environment }: Shell, trace: Trace): ServeOptions {
  const { port, host, limits, switches, apiKeys, inspector, variables } = options;
  const zipFolders = [join(cwd, "cdktf.out")];
  const tls = options.tls && {
    cert: readFileSync(options.tls.certFile, "utf8"),
    key: readFileSync(options.tls.keyFile, "utf8"),
  };
  return { port, host, tls, limits, switches, apiKeys, inspector, variables, trace, env: environment, zipFolders };
}

/** The smoke test, which is loaded only here; what the gateway did meanwhile is printed where the test failed. */
async function proven(
  server: LocalServer,
  options: Options,
  shell: Shell,
  signal: AbortSignal,
  print?: TraceListener,
): Promise<boolean> {
  const { prove } = await import("./smoke-test");
  const { color, out } = shell;
  const held: TraceEvent[] = [];
  const stop = print && server.trace.listen((event) => held.push(event));
  const passed = await prove(server, { json: options.print === "json", color, out, signal });
  stop?.();
  if (print && !passed && !signal.aborted) for (const event of held) print(event);
  return passed;
}

function watch(sources: () => readonly string[], reload: () => Promise<void>, { err }: Shell): () => void {
  return watchSources({
    sources,
    reload,
    onReloaded: () => err("reloaded: deployed again; open connections stay\n"),
    onFailed: (error) => err(`not reloaded: ${explain(error)}\nWhat was served before is served still.\n`),
  });
}

/** What went wrong, in words for whoever started the run. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SynthesisError || error instanceof TerraformError) return error.message;
  if (error instanceof UsageError) return `${error.message}\nFor the options: npm run local -- --help`;
  if ("code" in error && error.code === "EADDRINUSE") return `${error.message}. Choose another port with --port.`;
  return error.message;
}
