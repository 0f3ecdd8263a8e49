/** Runs the local gateway once: synthesizes, serves, runs the smoke test and watches, until the shell stops it. */
import { resolve } from "node:path";
import { explain } from "../../terminal/error";
import type { Shell } from "../../terminal/shell";
import { cacheFolder, certificateIn, localCertificate } from "../server/certificate";
import { type LocalServer, type ServeOptions, serve } from "../server/serve";
import { createPrinter } from "../trace/print";
import { Trace, type TraceEvent, type TraceListener } from "../trace/trace";
import type { Options } from "./options";
import { readyJson, readyText } from "./ready";
import { configSource, type StackSource, synthesizedSource } from "./source";
import { watchSources } from "./watch";

/** Starts a backend that pushes through the given gateway, if it is needed. It is stopped after the gateway. */
export type StartBackend = (
  server: LocalServer,
  options: Options,
) => Promise<{ readonly url: string; close(): Promise<void> } | undefined>;

export interface Session {
  readonly options: Options;
  readonly shell: Shell;
  readonly startBackend?: StartBackend;
  /** Whether to run the smoke test first, even without `--once`. */
  readonly smokeTest?: boolean;
}

/** Runs the gateway. Returns the exit code. */
export async function runSession({ options, shell, startBackend, smokeTest }: Session): Promise<number> {
  const trace = new Trace();
  const print = createPrinter(options.print, shell.out, shell.color);
  const over = new AbortController();
  const stopped = abortOf(shell.signal).then(() => over.abort());
  const certificate = options.tls ? undefined : () => localCertificate(cacheFolder(shell.env));
  const source = sourceOf(options, shell, over.signal);
  let server: LocalServer | undefined;
  let backend: Awaited<ReturnType<StartBackend>> | undefined;
  try {
    const synthesized = source?.synthesize() ?? Promise.resolve();
    // If serving fails first, its error is reported. A rejection without a handler would end the process.
    synthesized.catch(() => {});
    const started = await serve({ ...serveOptions(options, shell, trace), certificate });
    server = started;
    const load = (): void => {
      if (source === undefined) return;
      started.load(source.stack(), new Map([...(backend ? [["*", backend.url] as const] : []), ...options.backends]));
    };
    await Promise.race([synthesized, stopped]);
    if (over.signal.aborted) return options.once ? 1 : 0;
    const notices = noticesOf(trace);
    load();
    backend = await startBackend?.(started, options);
    if (backend) load();
    const isJson = options.print === "json";
    const ready = { server: started, options, source: source?.name() };
    // The first line on standard output, which is for programs only.
    if (isJson && !options.once) shell.out(readyJson({ ...ready, certificate: await made(certificate) }));
    for (const notice of notices()) print?.(notice);
    const passed = smokeTest || options.once ? await passes(started, options, shell, over.signal, print) : true;
    if (options.once) return passed ? 0 : 1;
    if (over.signal.aborted) return 0;
    if (print) trace.listen(print);
    const reload = async () => {
      await source?.synthesize();
      load();
    };
    const unwatch = options.reload && source ? watch(source.watched, reload, shell) : () => {};
    (isJson ? shell.err : shell.out)(readyText({ ...ready, certificate: await made(certificate) }));
    await stopped;
    unwatch();
    return 0;
  } finally {
    over.abort();
    // In this order, so that the backend gets the last $disconnect requests.
    await server?.close();
    await backend?.close();
    await source?.close();
  }
}

/**
 * The path of the gateway's certificate. It is made now, because a client reads the file when it starts. Undefined without
 * OpenSSL; the first TLS client then gets a notice.
 */
async function made(certificate: (() => Promise<{ readonly file: string }>) | undefined): Promise<string | undefined> {
  return await certificate?.()
    .then(({ file }) => file)
    .catch(() => undefined);
}

/** Collects the trace's notices, each once. Returns a function that returns them. */
function noticesOf(trace: Trace): () => Iterable<TraceEvent> {
  const held = new Map<string, TraceEvent>();
  const stop = trace.listen((event) => event.type === "notice" && held.set(event.message, event));
  return () => {
    stop();
    return held.values();
  };
}

/** Undefined with `--empty`: nothing is loaded. */
function sourceOf(
  { stack, config, environment, empty }: Options,
  { cwd, env }: Shell,
  signal: AbortSignal,
): StackSource | undefined {
  if (empty) return undefined;
  return stack === undefined
    ? configSource({ config, environment, cwd, env, signal })
    : synthesizedSource(resolve(cwd, stack));
}

function serveOptions(options: Options, { cwd, env: environment }: Shell, trace: Trace): ServeOptions {
  const { port, host, limits, switches, apiKeys, inspector, variables, faults, seed } = options;
  const zipFolders = options.zipFolders.map((folder) => resolve(cwd, folder));
  const tls = options.tls && certificateIn(options.tls.certFile, options.tls.keyFile);
  const imitated = { limits, switches, apiKeys, faults, seed };
  return { port, host, tls, inspector, variables, trace, env: environment, zipFolders, ...imitated };
}

/**
 * Runs the smoke test and returns whether it passes. If not, prints the gateway's trace. The test is loaded only here,
 * when needed.
 */
async function passes(
  server: LocalServer,
  options: Options,
  shell: Shell,
  signal: AbortSignal,
  print?: TraceListener,
): Promise<boolean> {
  const { smokeTest } = await import("./smoke-test");
  const { color, out } = shell;
  const held: TraceEvent[] = [];
  const stop = print && server.trace.listen((event) => held.push(event));
  const passed = await smokeTest(server, { json: options.print === "json", color, out, signal });
  stop?.();
  if (print && !passed && !signal.aborted) for (const event of held) print(event);
  return passed;
}

function watch(sources: () => readonly string[], reload: () => Promise<void>, { err }: Shell): () => void {
  return watchSources({
    sources,
    reload,
    onReloaded: () => err("reloaded: deployed again; open connections stay\n"),
    onFailed: (error) => err(`not reloaded: ${explain(error)}\nThe gateway continues with what it served before.\n`),
  });
}

/** Resolves when the signal is aborted. */
function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
