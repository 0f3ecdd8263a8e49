/**
 * The program of an execution environment's child process: it runs the handler of a Lambda function. Plain JavaScript,
 * because it is started without a build. `execution-environment.ts` is at the other end of its channels.
 *
 * Lines in on file descriptor 3 and out on 4, the letter first:
 *   in   I<id> <requestId> <deadline> <event>      an event; events are handled one at a time, in order, as Lambda does
 *        W<id>,<id>                                events taken back, unless they have started
 *   out  R<ms>                                     the module is loaded
 *        F<error>                                  loading failed; the process exits
 *        S<id> <ms> <payload>                      success
 *        E<id> <ms> <error>                        failure
 *        X<id> <ms> <error>                        failure that ends the process
 *        L<requestId> <level> <text>               a line written with `console`
 */
"use strict";
const { Socket } = require("node:net");
const { existsSync } = require("node:fs");
const { join, dirname, basename } = require("node:path");
const { pathToFileURL } = require("node:url");
const { format } = require("node:util");

if (["https_proxy", "all_proxy"].some((name) => process.env[name] || process.env[name.toUpperCase()]))
  require("./proxy.cjs");

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a synchronous response is at most 6 MB.
const MAX_PAYLOAD = 6 * 1024 * 1024;
const MAX_LOG_LINE = 256 * 1024;
/** The JSON of an event starts within this many characters of its line. */
const HEAD = 100;

const events = new Socket({ fd: 3, readable: true, writable: false });
const answers = new Socket({ fd: 4, readable: false, writable: true });
/** @type {{ id: string, requestId: string, deadline: number, event: string }[]} */
let waiting = [];
let running;
let out = "";

function send(line) {
  if (out === "") setImmediate(flush);
  out += `${line}\n`;
}

function flush() {
  if (out === "") return;
  answers.write(out);
  out = "";
}

/** In the format of the Node.js runtime: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function describe(error) {
  if (error instanceof Error || (typeof error === "object" && error !== null && "message" in error)) {
    const trace = typeof error.stack === "string" ? error.stack.split("\n") : [];
    return JSON.stringify({ errorType: String(error.name ?? "Error"), errorMessage: String(error.message), trace });
  }
  return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
}

function failure(errorType, errorMessage) {
  return Object.assign(new Error(errorMessage), { name: errorType });
}

for (const [method, level] of [
  ["log", "INFO"],
  ["info", "INFO"],
  ["debug", "DEBUG"],
  ["trace", "TRACE"],
  ["warn", "WARN"],
  ["error", "ERROR"],
]) {
  console[method] = (...args) =>
    send(`L${running?.requestId ?? "-"} ${level} ${JSON.stringify(format(...args).slice(0, MAX_LOG_LINE))}`);
}

/** Finds `file.export` or `folder/file.export.nested` as the runtime does. */
async function load(root, handler) {
  const parts = /^([^.]+)\.(.+)$/.exec(basename(handler));
  if (!parts) throw failure("Runtime.MalformedHandlerName", `Bad handler ${handler}`);
  const module = join(root, dirname(handler), parts[1]);
  const file = [module, `${module}.js`, `${module}.mjs`, `${module}.cjs`].find((path) => existsSync(path));
  if (!file) throw failure("Runtime.ImportModuleError", `Error: Cannot find module '${basename(module)}'`);
  let exports;
  try {
    exports = file.endsWith(".cjs") ? require(file) : await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw failure("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    if (/MODULE_NOT_FOUND$/.test(error?.code)) throw failure("Runtime.ImportModuleError", `Error: ${error.message}`);
    throw error;
  }
  const named = (from) => parts[2].split(".").reduce((value, name) => value?.[name], from);
  const found = named(exports) ?? named(exports?.default);
  if (found === undefined) {
    throw failure("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof found !== "function") throw failure("Runtime.HandlerNotFound", `${handler} is not a function`);
  return found;
}

/** Supports all three styles of handlers: async, callback, and `context.succeed`, `fail` and `done`. */
function call(handler, invocation) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    invocation.loopEmptied = resolve;
    const returned = handler(
      JSON.parse(invocation.event),
      {
        callbackWaitsForEmptyEventLoop: true,
        functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
        functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
        memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
        invokedFunctionArn: process.argv[3],
        awsRequestId: invocation.requestId,
        getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - Date.now()),
        done: callback,
        fail: reject,
        succeed: resolve,
      },
      callback,
    );
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

async function run(handler, invocation) {
  const start = performance.now();
  let line;
  try {
    const result = await call(handler, invocation);
    const payload = JSON.stringify(result === undefined ? null : result) ?? "null";
    if (payload.length * 3 > MAX_PAYLOAD && Buffer.byteLength(payload) > MAX_PAYLOAD) {
      throw failure("Function.ResponseSizeTooLarge", `Response payload size exceeded maximum allowed payload size`);
    }
    line = `S${invocation.id} ${(performance.now() - start).toFixed(2)} ${payload}`;
  } catch (error) {
    line = `E${invocation.id} ${(performance.now() - start).toFixed(2)} ${describe(error)}`;
  }
  send(line);
  return performance.now() - start;
}

async function work(handler) {
  // When the event loop of a handler is empty, Lambda returns `null`. So the channel must not keep the loop alive while
  // a handler runs.
  events.unref();
  for (running = waiting.shift(); running; running = waiting.shift()) {
    const ms = await run(handler, running);
    // Events that waited behind a slow one may have been taken back: read that message first.
    if (ms > 5) await new Promise(setImmediate);
  }
  flush();
  events.ref();
}

process.on("beforeExit", () => running?.loopEmptied(undefined));
process.on("exit", flush);
process.on("unhandledRejection", (reason) => {
  end(failure("Runtime.UnhandledPromiseRejection", String(reason)), 128);
});
process.on("uncaughtException", (error) => end(error, 129));

function end(error, status) {
  const line = running ? `X${running.id} 0 ${describe(error)}\n` : "";
  answers.write(out + line, () => process.exit(status));
  out = "";
}

async function main([root, , handlerName]) {
  const start = performance.now();
  let handler;
  try {
    handler = await load(root, handlerName);
  } catch (error) {
    answers.write(`${out}F${describe(error)}\n`, () => process.exit(1));
    return;
  }
  send(`R${(performance.now() - start).toFixed(2)}`);
  let rest = "";
  events.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line[0] === "W") {
        const taken = new Set(line.slice(1).split(","));
        waiting = waiting.filter(({ id }) => !taken.has(id));
        continue;
      }
      const [id, requestId, deadline] = line.slice(1, HEAD).split(" ", 3);
      const event = line.slice(id.length + requestId.length + deadline.length + 4);
      waiting.push({ id, requestId, deadline: Number(deadline), event });
    }
    if (!running && waiting.length > 0) void work(handler);
  });
  events.on("end", () => process.exit(0));
}

void main(process.argv.slice(2));
