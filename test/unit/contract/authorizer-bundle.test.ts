/** The bundle of the authorizer that is kept for the next run. */
import * as fs from "node:fs";
import { join, resolve } from "node:path";

const KEPT = resolve("build/authorizer");

/** The modules for a process that finds no bundle, while another one keeps the same. */
function modulesBesideAnotherRun(): Readonly<Record<string, string>> {
  let kept = "";
  jest.doMock("node:fs", () => ({
    ...jest.requireActual<typeof fs>("node:fs"),
    existsSync(path: string) {
      if (!path.startsWith(join(KEPT, "/")) || kept !== "") return fs.existsSync(path);
      kept = path;
      return false;
    },
    renameSync(from: string, to: string) {
      fs.cpSync(from, to, { recursive: true });
      fs.renameSync(from, to);
    },
  }));
  try {
    return jest.requireActual("../../../contract/authorizer-bundle").authorizerModules();
  } finally {
    jest.dontMock("node:fs");
  }
}

test("another run may keep the same bundle at the same time", () => {
  expect(Object.keys(modulesBesideAnotherRun())).toContain("index.mjs");
  expect(fs.readdirSync(KEPT).filter((name) => name.endsWith(`.${process.pid}`))).toEqual([]);
});
