/** The authorizer's zip is the same bytes for the same sources. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { authorizerModules } from "../../../contract/authorizer-bundle";
import { zip } from "../../../stacks/authorizer-zip";
import { settings } from "../../support/stacks/environment";

const modules = { "index.mjs": "export {};" };

test("contains the module, the settings and the key snapshot under the names that Lambda and the handler expect", () => {
  const files = unzipSync(zip(modules, settings, { b: 1, a: { keys: [] } }));
  expect(Object.keys(files)).toEqual(["index.mjs", "jwks.json", "settings.json"]);
  expect(JSON.parse(strFromU8(files["settings.json"] ?? new Uint8Array()))).toEqual(settings);
  expect(strFromU8(files["jwks.json"] ?? new Uint8Array())).toBe('{"a":{"keys":[]},"b":1}');
});

test("contains no snapshot if there is none", () => {
  expect(Object.keys(unzipSync(zip(modules, settings, {})))).toEqual(["index.mjs", "settings.json"]);
});

test("does not depend on the clock, the time zone or the order of keys", () => {
  jest.useFakeTimers({ now: new Date("2030-06-01T12:00:00Z") });
  const zone = process.env.TZ;
  try {
    process.env.TZ = "Pacific/Auckland";
    const one = zip(modules, settings, { b: 1, a: 2 });
    jest.setSystemTime(new Date("2026-01-01T00:00:00Z"));
    process.env.TZ = "America/Los_Angeles";
    expect(zip(modules, settings, { a: 2, b: 1 })).toEqual(one);
  } finally {
    process.env.TZ = zone;
    jest.useRealTimers();
  }
});

test("its files are readable by the function's user", () => {
  const bytes = Buffer.from(zip(modules, settings, {}));
  const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect(bytes.readUInt32LE(directory + 38) >>> 16).toBe(0o100644);
});

test("the bundled authorizer exports a handler, without a trace of this machine", () => {
  const bundled = authorizerModules();
  expect(bundled["index.mjs"]).toMatch(/export\s*\{[^}]*\bhandler\b/);
  for (const text of Object.values(bundled)) expect(text).not.toContain(process.cwd());
});

test("the action ships the same authorizer, so that a laptop and a workflow plan no change of each other's", () => {
  const folder = mkdtempSync(join(tmpdir(), "action-"));
  try {
    execFileSync(process.execPath, ["scripts/build-action.mjs", folder]);
    const shipped = join(folder, "authorizer");
    const files = readdirSync(shipped).map((name) => [name, readFileSync(join(shipped, name), "utf8")]);
    expect(Object.fromEntries(files)).toEqual(authorizerModules());
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
