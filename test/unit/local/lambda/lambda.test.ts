/** What a function sees and what its ends look like, run as the zip that would be uploaded. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { createLambdaRuntime, type LambdaRuntime, type LogLine } from "../../../../local/lambda";
import type { LambdaFunction } from "../../../../local/lambda/types";

let folder: string;
let runtime: LambdaRuntime;
let logs: LogLine[];
let zips = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lambda-test-"));
  logs = [];
  runtime = createLambdaRuntime({ onLog: (line) => logs.push(line), concurrency: 4 });
});
afterEach(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

function functionOf(files: Record<string, string>, settings: Partial<LambdaFunction> = {}): LambdaFunction {
  zips += 1;
  const zipFile = join(folder, `${zips}.zip`);
  writeFileSync(
    zipFile,
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
  );
  return {
    functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:f${zips}`,
    functionName: `f${zips}`,
    zipFile,
    handler: "index.handler",
    environmentVariables: {},
    timeoutSeconds: 3,
    memoryMb: 128,
    allowedSourceArns: [],
    ...settings,
  };
}

test("a line of the log has the event of API Gateway that the function was invoked for, also when events overlap", async () => {
  const fn = functionOf({
    "index.mjs":
      "export const handler = async (e) => { console.log(e.n); await new Promise(setImmediate); console.log(e.n) }",
  });
  const origins = ["a", "b", "c"].map((connectionId, n) => ({ connectionId, requestId: `r${n}` }));
  await Promise.all(origins.map((origin, n) => runtime.invoke(fn, { n }, origin)));
  await runtime.invoke(fn, { n: 3 });
  const expected = [...origins, undefined].flatMap((invokedFor, n) => [
    { text: `${n}`, invokedFor },
    { text: `${n}`, invokedFor },
  ]);
  expect(
    logs.map(({ text, invokedFor }) => ({ text, invokedFor })).sort((a, b) => Number(a.text) - Number(b.text)),
  ).toEqual(expected);
});

const run = (code: string, settings: Partial<LambdaFunction> = {}, event: unknown = {}) =>
  runtime.invoke(functionOf({ "index.mjs": code }, settings), event);

describe("what comes back", () => {
  test.each([
    ["an async handler", "export const handler = async (event) => ({ got: event.n })", { got: 1 }],
    ["a handler that returns a promise", "export const handler = (e) => Promise.resolve(e.n)", 1],
    ["a callback", "export const handler = (e, c, done) => { setTimeout(() => done(null, e.n), 1) }", 1],
    ["context.succeed", "export const handler = (e, c) => { setTimeout(() => c.succeed(e.n), 1) }", 1],
    ["undefined, which is null", "export const handler = async () => {}", null],
    ["a plain value of a synchronous handler, which Lambda drops", "export const handler = () => 5", null],
    ["a promise that nothing will settle", "export const handler = () => new Promise(() => {})", null],
    ["text with line ends", "export const handler = async () => 'a\\nb\\u2028c'", "a\nb\u2028c"],
  ])("%s", async (_, code, payload) => {
    expect(await run(code, {}, { n: 1 })).toEqual({ payload });
  });
});

describe("function errors", () => {
  test.each([
    ["thrown", "export const handler = async () => { throw new TypeError('no') }", "TypeError", "no"],
    ["a thrown string", "export const handler = async () => { throw 'Unauthorized' }", "string", "Unauthorized"],
    ["a callback error", "export const handler = (e, c, done) => done('Unauthorized')", "string", "Unauthorized"],
    ["context.fail", "export const handler = (e, c) => c.fail(new Error('x'))", "Error", "x"],
    ["process.exit", "export const handler = async () => process.exit(7)", "Runtime.ExitError", /exit status 7$/],
    [
      "process.exit(0)",
      "export const handler = () => process.exit(0)",
      "Runtime.ExitError",
      /without providing a reason$/,
    ],
    ["process.abort", "export const handler = () => process.abort()", "Runtime.ExitError", /signal: SIGABRT$/],
    [
      "a kill of itself",
      "export const handler = () => new Promise(() => process.kill(process.pid, 'SIGKILL'))",
      "Runtime.ExitError",
      /SIGKILL$/,
    ],
    [
      "an exception outside of the handler",
      "export const handler = () => new Promise(() => setTimeout(() => { throw new RangeError('late') }, 1))",
      "RangeError",
      "late",
    ],
    [
      "an unhandled rejection",
      "export const handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 1000) })",
      "Runtime.UnhandledPromiseRejection",
      "Error: lost",
    ],
    [
      "a circular answer",
      "export const handler = async () => { const a = {}; a.a = a; return a }",
      "TypeError",
      /circular/,
    ],
    [
      "an answer over 6 MB",
      "export const handler = async () => 'x'.repeat(7e6)",
      "Function.ResponseSizeTooLarge",
      /maximum/,
    ],
    ["code that throws while it loads", "throw new Error('init')", "Error", "init"],
    ["code that ends the process while it loads", "process.exit(3)", "Runtime.ExitError", /exit status 3$/],
    ["a syntax error", "export const handler = (", "Runtime.UserCodeSyntaxError", /SyntaxError/],
    ["a missing import", "import './nowhere.mjs'", "Runtime.ImportModuleError", /nowhere/],
    [
      "a missing export",
      "export const other = 1",
      "Runtime.HandlerNotFound",
      "index.handler is undefined or not exported",
    ],
  ])("%s", async (_, code, errorType, errorMessage) => {
    const outcome = await run(code);
    expect(outcome).toMatchObject({
      functionError: {
        errorType,
        errorMessage: typeof errorMessage === "string" ? errorMessage : expect.stringMatching(errorMessage),
      },
    });
  });

  test("ends an endless loop at the function's timeout, with AWS's error", async () => {
    const outcome = await run("export const handler = () => { for (;;); }", { timeoutSeconds: 1 });
    expect(outcome).toEqual({
      functionError: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: \S{36} Error: Task timed out after 1.00 seconds$/),
      },
    });
  });

  test("stops a handler that uses all memory, and runs the next event", async () => {
    const fn = functionOf(
      {
        "index.mjs":
          "export const handler = async ({ hog }) => { const all = []; while (hog) all.push(new Array(1e5).fill({})); return 'fine' }",
      },
      { timeoutSeconds: 30 },
    );
    expect(await runtime.invoke(fn, { hog: true })).toMatchObject({
      functionError: { errorType: "Runtime.ExitError" },
    });
    expect(await runtime.invoke(fn, { hog: false })).toEqual({ payload: "fine" });
  });

  test("reports a file that is not a zip", async () => {
    const fn = functionOf({ "index.mjs": "" });
    writeFileSync(fn.zipFile, "not a zip");
    expect(await runtime.invoke(fn, {})).toMatchObject({ functionError: { errorType: "Runtime.InvalidPackage" } });
  });

  test("a deployed function runs although its zip is being written again, as by the next synthesis", async () => {
    const fn = { ...functionOf({ "index.mjs": "export const handler = async () => 1" }), codeSha256: "a hash" };
    expect(await runtime.invoke(fn, {})).toEqual({ payload: 1 });
    writeFileSync(fn.zipFile, "");
    expect(await runtime.invoke({ ...fn }, {})).toEqual({ payload: 1 });
  });

  test("rejects a zip with a path outside of its folder", async () => {
    const fn = functionOf({ "../outside.mjs": "", "index.mjs": "export const handler = async () => 1" });
    expect(await runtime.invoke(fn, {})).toMatchObject({ functionError: { errorType: "Runtime.InvalidPackage" } });
  });
});

describe("what a function sees", () => {
  test("only its own variables and Lambda's", async () => {
    process.env.GATEWAY_LEAK = "secret";
    try {
      const outcome = await run("export const handler = async () => process.env", {
        environmentVariables: { MINE: "1" },
        memoryMb: 256,
      });
      expect(outcome).toEqual({
        payload: {
          MINE: "1",
          AWS_REGION: "eu-west-1",
          AWS_DEFAULT_REGION: "eu-west-1",
          AWS_EXECUTION_ENV: expect.stringMatching(/^AWS_Lambda_nodejs\d+\.x$/),
          AWS_LAMBDA_FUNCTION_NAME: `f${zips}`,
          AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
          AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/f${zips}`,
          AWS_LAMBDA_LOG_STREAM_NAME: "local",
          LAMBDA_TASK_ROOT: expect.any(String),
          LANG: "en_US.UTF-8",
          PATH: expect.any(String),
          TZ: ":UTC",
          _HANDLER: "index.handler",
        },
      });
    } finally {
      delete process.env.GATEWAY_LEAK;
    }
  });

  test("its files, from its working directory", async () => {
    const fn = functionOf({
      "jwks.json": '{"a":1}',
      "index.mjs":
        "import { readFileSync } from 'node:fs'; export const handler = async () => readFileSync('jwks.json', 'utf8')",
    });
    expect(await runtime.invoke(fn, {})).toEqual({ payload: '{"a":1}' });
  });

  test("a context with the time that is left", async () => {
    const outcome = await run("export const handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis() })");
    const { payload } = outcome as { payload: Record<string, unknown> };
    expect(payload).toMatchObject({
      functionName: `f${zips}`,
      memoryLimitInMB: "128",
      invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:f${zips}`,
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload.left).toBeGreaterThan(1000);
    expect(payload.left).toBeLessThanOrEqual(3000);
  });

  test.each([
    ["index.js as CommonJS", { "index.js": "exports.handler = async () => 'ok'" }, "index.handler"],
    [
      "index.js as a module",
      { "index.js": "export const handler = async () => 'ok'", "package.json": '{"type":"module"}' },
      "index.handler",
    ],
    ["index.cjs", { "index.cjs": "module.exports.handler = async () => 'ok'" }, "index.handler"],
    ["a folder", { "src/app.mjs": "export const run = async () => 'ok'" }, "src/app.run"],
    ["a nested export", { "app.mjs": "export const api = { run: async () => 'ok' }" }, "app.api.run"],
  ])("its handler in %s", async (_, files, handler) => {
    expect(await runtime.invoke(functionOf(files, { handler }), {})).toEqual({ payload: "ok" });
  });

  test("its globals kept from event to event", async () => {
    const fn = functionOf({ "index.mjs": "let n = 0; export const handler = async () => ++n" });
    expect(await runtime.invoke(fn, {})).toEqual({ payload: 1 });
    expect(await runtime.invoke(fn, {})).toEqual({ payload: 2 });
  });

  test("one event at a time in an execution environment", async () => {
    const fn = functionOf({
      "index.mjs":
        "let busy = 0; export const handler = async () => { busy++; await new Promise((r) => setTimeout(r, 1)); const seen = busy; busy--; return seen }",
    });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => runtime.invoke(fn, {})));
    expect(outcomes).toEqual(Array(50).fill({ payload: 1 }));
  });
});

describe("log lines", () => {
  test("carry the request and the level", async () => {
    await run(
      "console.log('cold'); export const handler = async (e, c) => { console.error('bad %d', 5); return c.awsRequestId }",
    );
    expect(logs).toEqual([
      { functionName: `f${zips}`, requestId: undefined, level: "INFO", text: "cold" },
      { functionName: `f${zips}`, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), level: "ERROR", text: "bad 5" },
    ]);
  });

  test("include what is written directly to standard output", async () => {
    const heard = new Promise<LogLine>((resolve) => {
      const other = createLambdaRuntime({
        onLog: (line) => {
          void other.close().then(() => resolve(line));
        },
      });
      void other.invoke(
        functionOf({ "index.mjs": "export const handler = async () => process.stdout.write('raw\\n')" }),
        {},
      );
    });
    expect((await heard).text).toBe("raw");
  });
});

describe("many at once", () => {
  test("responds to a thousand events, each with its own result", async () => {
    const fn = functionOf({ "index.mjs": "export const handler = async ({ n }) => n" });
    const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, n) => runtime.invoke(fn, { n })));
    expect(outcomes).toEqual(Array.from({ length: 1000 }, (_, n) => ({ payload: n })));
  });

  test("does not delay other events behind one that hangs", async () => {
    const fn = functionOf({
      "index.mjs":
        "export const handler = ({ hang }) => hang ? new Promise((r) => setTimeout(r, 60_000)) : Promise.resolve('fine')",
    });
    for (let n = 0; n < 5; n += 1) await runtime.invoke(fn, {});
    const hanging = runtime.invoke(fn, { hang: true });
    const others = await Promise.race([Promise.all([1, 2, 3].map(() => runtime.invoke(fn, {}))), hanging]);
    expect(others).toEqual(Array(3).fill({ payload: "fine" }));
    expect(await hanging).toMatchObject({ functionError: { errorType: "Sandbox.Timedout" } });
  });

  test("runs every event once, even if it arrives while another is found to be slow", async () => {
    const seen = join(folder, "seen");
    const fn = functionOf(
      {
        "index.mjs": `import { appendFileSync } from "node:fs";
          export const handler = async ({ n }) => {
            appendFileSync(process.env.SEEN, n + "\\n");
            if (n === 0) await new Promise((later) => setTimeout(later, 300));
            return n;
          }`,
      },
      { environmentVariables: { SEEN: seen } },
    );
    const burst = Array.from({ length: 200 }, (_, n) => runtime.invoke(fn, { n: n + 1000 }));
    await Promise.all(burst);
    const asked = [runtime.invoke(fn, { n: 0 })];
    for (let n = 1; n <= 60; n += 1) {
      await new Promise((later) => setTimeout(later, 2));
      asked.push(runtime.invoke(fn, { n }));
    }
    expect(await Promise.all(asked)).toEqual(asked.map((_, n) => ({ payload: n })));
    const ran = readFileSync(seen, "utf8").trim().split("\n").map(Number);
    expect(ran.filter((n, at) => ran.indexOf(n) !== at)).toEqual([]);
  });

  test("runs the first event even if the gateway is busy while the function loads", async () => {
    const answer = run("export const handler = async () => 1");
    await new Promise(setImmediate);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    expect(await answer).toEqual({ payload: 1 });
  });

  test("runs what waited behind a crash", async () => {
    const fn = functionOf({ "index.mjs": "export const handler = async ({ n }) => n === 0 ? process.exit(1) : n" });
    for (let n = 0; n < 5; n += 1) await runtime.invoke(fn, { n: 9 });
    const outcomes = await Promise.all([0, 1, 2].map((n) => runtime.invoke(fn, { n })));
    expect(outcomes).toEqual([
      { functionError: expect.objectContaining({ errorType: "Runtime.ExitError" }) },
      { payload: 1 },
      { payload: 2 },
    ]);
  });
});

describe("a process that exits while events are being sent to it", () => {
  test("fails its event, and runs the events that arrive next", async () => {
    const fn = functionOf({
      "index.mjs": "export const handler = async ({ crash }) => crash ? process.exit(3) : 'fine'",
    });
    for (let round = 0; round < 10; round += 1) {
      for (let n = 0; n < 5; n += 1) await runtime.invoke(fn, {});
      const crashing = runtime.invoke(fn, { crash: true });
      const others: unknown[] = [];
      for (let n = 0; n < 12; n += 1) {
        const until = performance.now() + 1.5 * Math.random();
        while (performance.now() < until) await new Promise(setImmediate);
        others.push(runtime.invoke(fn, {}));
      }
      expect(await crashing).toMatchObject({
        functionError: { errorType: "Runtime.ExitError", errorMessage: expect.stringMatching(/exit status 3$/) },
      });
      expect(await Promise.all(others)).toEqual(Array(12).fill({ payload: "fine" }));
    }
  });

  test.each([
    ["closes the channel that events come on", "closeSync(3)"],
    ["closes the channel of its answers", "closeSync(4)"],
    ["writes a line without end", "for (;;) try { writeSync(4, 'x'.repeat(1e6)) } catch {}"],
    ["writes an answer that is none", "writeSync(4, 'S' + seen + ' 1 {\\n')"],
  ])("fails the event in which it %s, and runs the next", async (_, code) => {
    const fn = functionOf(
      {
        "index.mjs": `import { closeSync, writeSync } from "node:fs";
          let seen = 0;
          export const handler = async ({ harm }) => {
            seen += 1;
            if (!harm) return "fine";
            ${code};
            await new Promise((later) => setTimeout(later, 60_000));
          }`,
      },
      { timeoutSeconds: 30 },
    );
    for (let n = 0; n < 5; n += 1) await runtime.invoke(fn, {});
    const [harmed, ...others] = await Promise.all([{ harm: true }, {}, {}].map((event) => runtime.invoke(fn, event)));
    expect(harmed).toMatchObject({ functionError: { errorType: "Runtime.ExitError" } });
    expect(others).toEqual(Array(2).fill({ payload: "fine" }));
  });
});

describe("its life", () => {
  const root = "export const handler = async () => process.cwd()";

  test("runs new code after the zip has changed, and removes the old", async () => {
    const fn = functionOf({ "index.mjs": root });
    const before = await runtime.invoke(fn, {});
    const changed = { ...fn, environmentVariables: { CHANGED: "1" } };
    const after = await runtime.invoke(changed, {});
    expect(after).not.toEqual(before);
    expect(existsSync((before as { payload: string }).payload)).toBe(false);
  });

  test("keeps the environment where nothing has changed", async () => {
    const fn = functionOf({ "index.mjs": root });
    expect(await runtime.invoke({ ...fn }, {})).toEqual(await runtime.invoke({ ...fn }, {}));
  });

  test("leaves nothing behind", async () => {
    const { payload } = (await run(root)) as { payload: string };
    expect(readdirSync(payload)).toEqual(["index.mjs"]);
    await runtime.close();
    expect(existsSync(payload)).toBe(false);
  });

  test("fails what is in flight when it is closed", async () => {
    const fn = functionOf({ "index.mjs": "export const handler = () => new Promise((r) => setTimeout(r, 60_000))" });
    const pending = runtime.invoke(fn, {});
    await runtime.close();
    expect(await pending).toMatchObject({ functionError: { errorType: "Runtime.ExitError" } });
  });
});
