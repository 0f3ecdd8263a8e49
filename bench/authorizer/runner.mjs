// Runs one candidate in a process like Lambda's Node.js runtime: http, net, util and others are already loaded, and the
// functions of `console` are replaced by ones that write whole lines to a file descriptor.
// It is plain JavaScript, because a new process starts it directly.
//   runner.mjs cold <module> <event file>           milliseconds to load the module, and for the first event
//   runner.mjs warm <module> <work file>            microseconds per event, and per bare signature check
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
for (const name of ["http", "net", "util", "fs", "path", "assert"]) require(`node:${name}`);
const { openSync, readFileSync, writeSync } = require("node:fs");
const { format } = require("node:util");

// Rounds before the measurement, for the optimizing compiler.
const WARM_UP = 20;

const [mode, module, file] = process.argv.slice(2);
const sink = openSync("/dev/null", "w");
for (const [method, level] of Object.entries({ log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" })) {
  // The runtime writes the line: this is part of a cold start, but not of the handler's time.
  console[method] = (...args) =>
    mode === "cold" &&
    writeSync(
      sink,
      `${new Date().toISOString()}\t8f14e45f-ceea-467f-a0e6-111111111111\t${level}\t${format(...args)}\n`,
    );
}

const work = JSON.parse(readFileSync(file, "utf8"));
const url = pathToFileURL(module).href;
const report = mode === "cold" ? await cold() : await warm();
writeSync(1, JSON.stringify(report));
process.exit(0);

async function cold() {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { handler } = await import(url);
  const loaded = performance.now();
  expectAllow(await handler(work.event));
  const first = performance.now() - loaded;
  const { user, system } = process.cpuUsage(cpu);
  return { load: loaded - start, first, cpu: (user + system) / 1000 };
}

/** Alternates rounds of events and of bare signature checks, so that changes in the machine's speed affect both. */
async function warm() {
  const { handler } = await import(url);
  const { events, algorithm, jwk, secret, rounds } = work;
  for (const event of events) expectAllow(await handler(event));
  const check = bare(algorithm, jwk, secret);
  const checks = events.map(({ queryStringParameters: { token } }) => check(token));
  const handled = [];
  const ratios = [];
  const bares = [];
  const least = events.map(() => [Infinity, Infinity]);
  for (let round = -WARM_UP; round < rounds; round++) {
    const times = [];
    for (const event of events) {
      const start = process.hrtime.bigint();
      await handler(event);
      times.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    const limits = [];
    for (const verify of checks) {
      const start = process.hrtime.bigint();
      if (!verify()) throw new Error("The bare check fails.");
      limits.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    if (round < 0) continue;
    for (const [at, pair] of least.entries()) {
      pair[0] = Math.min(pair[0], times[at]);
      pair[1] = Math.min(pair[1], limits[at]);
    }
    handled.push(...times);
    bares.push(median(limits));
    ratios.push(median(times) / median(limits));
  }
  const leastRatio = median(least.map(([time]) => time)) / median(least.map(([, limit]) => limit));
  return {
    p50: quantile(handled, 0.5),
    p99: quantile(handled, 0.99),
    bare: median(bares),
    ratio: median(ratios),
    leastRatio,
  };
}

/** Only the signature check, with everything else prepared. ECDSA signatures are in DER, the format of OpenSSL. */
function bare(algorithm, jwk, secret) {
  const { createHmac, createPublicKey, createSecretKey, timingSafeEqual, verify } = require("node:crypto");
  const key =
    algorithm === "HS256" ? createSecretKey(Buffer.from(secret)) : createPublicKey({ key: jwk, format: "jwk" });
  const hash = algorithm === "EdDSA" ? null : "sha256";
  return (token) => {
    const at = token.lastIndexOf(".");
    const signed = Buffer.from(token.slice(0, at));
    const raw = Buffer.from(token.slice(at + 1), "base64url");
    if (algorithm === "HS256") return () => timingSafeEqual(createHmac(hash, key).update(signed).digest(), raw);
    const signature = algorithm === "ES256" ? der(raw) : raw;
    return () => verify(hash, signed, key, signature);
  };
}

function der(raw) {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
    let at = 0;
    while (half[at] === 0 && half[at + 1] < 128) at++;
    const zero = half[at] > 127 ? [0] : [];
    return Buffer.from([2, half.length - at + zero.length, ...zero, ...half.subarray(at)]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function expectAllow(answer) {
  if (answer?.policyDocument?.Statement?.[0]?.Effect !== "Allow")
    throw new Error(`Not allowed: ${JSON.stringify(answer)}`);
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

function median(values) {
  return quantile(values, 0.5);
}
