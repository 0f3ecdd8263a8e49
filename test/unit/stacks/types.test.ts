/** Runs the compiler over `test/types`, where wrong uses are expected to be errors. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../../..");

function compile(...args: readonly string[]) {
  const tsc = resolve(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, encoding: "utf8" });
  return { status, stdout };
}

test("right uses compile, and every wrong use is an error where it is expected", () => {
  expect(compile("-p", "test/types/tsconfig.json")).toEqual({ status: 0, stdout: "" });
}, 30_000);
