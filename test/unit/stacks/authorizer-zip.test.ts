/** The authorizer's zip is the same bytes for the same sources. */
import { strFromU8, unzipSync } from "fflate";
import { authorizerModule, zip } from "../../../stacks/authorizer-zip";

test("holds the module and the key snapshot, by the names that Lambda and the handler look for", () => {
  const files = unzipSync(zip("export {};", { b: 1, a: { keys: [] } }));
  expect(Object.keys(files)).toEqual(["index.mjs", "jwks.json"]);
  expect(strFromU8(files["jwks.json"] ?? new Uint8Array())).toBe('{"a":{"keys":[]},"b":1}');
});

test("holds no snapshot where there is none", () => {
  expect(Object.keys(unzipSync(zip("export {};", {})))).toEqual(["index.mjs"]);
});

test("does not depend on the clock, the time zone or the order of keys", () => {
  jest.useFakeTimers({ now: new Date("2030-06-01T12:00:00Z") });
  const zone = process.env.TZ;
  try {
    process.env.TZ = "Pacific/Auckland";
    const one = zip("export {};", { b: 1, a: 2 });
    jest.setSystemTime(new Date("2026-01-01T00:00:00Z"));
    process.env.TZ = "America/Los_Angeles";
    expect(zip("export {};", { a: 2, b: 1 })).toEqual(one);
  } finally {
    process.env.TZ = zone;
    jest.useRealTimers();
  }
});

test("its files are readable by the function's user", () => {
  const bytes = Buffer.from(zip("export {};", {}));
  const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect(bytes.readUInt32LE(directory + 38) >>> 16).toBe(0o100644);
});

test("the bundled authorizer is one ES module that exports a handler, without a trace of this machine", () => {
  const module = authorizerModule();
  expect(module).toMatch(/export\s*\{[^}]*\bhandler\b/);
  expect(module).not.toContain(process.cwd());
});
