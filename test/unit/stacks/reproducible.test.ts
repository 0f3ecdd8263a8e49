/** The same configuration synthesizes to the same bytes, wherever and by whomever. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
const folders: string[] = [];

/** Every file that the app writes in a fresh folder, by its path. */
function synthesizeIn(prefix: string, environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.push(folder);
  cpSync(join(root, "gateway.yaml"), join(folder, "gateway.yaml"));
  execFileSync(process.execPath, [join(root, "scripts/run.mjs"), "main.ts"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: "pipe",
  });
  const out = join(folder, "cdktf.out");
  const files = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(out, file)).isFile(),
  );
  return new Map(files.sort().map((file) => [file, readFileSync(join(out, file), "base64")]));
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test("two folders and time zones give the same bytes, without the folder's name", () => {
  const one = synthesizeIn("here-", { TZ: "Pacific/Auckland" });
  const other = synthesizeIn("far-away-", { TZ: "America/Los_Angeles", LANG: "de_DE.UTF-8" });
  expect([...other.keys()]).toEqual([...one.keys()]);
  expect(other).toEqual(one);
  const [here] = folders;
  for (const text of one.values()) {
    const content = Buffer.from(text, "base64").toString("latin1");
    expect(content).not.toContain(here);
    expect(content).not.toContain(root);
  }
}, 30_000);
