/** Synthesizes in this process, which takes a fraction of the time of the app. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Synthesize } from "../../../adopt/project";
import { parseConfig } from "../../../config";
import { filesOf } from "../config/load";
import { synthesizeTo } from "../stacks/synthesize";

export const synthesizeHere: Synthesize = (configuration, files, environment) => {
  const outdir = mkdtempSync(join(tmpdir(), "adopt-test-"));
  try {
    const readFile = filesOf(Object.fromEntries(files));
    synthesizeTo(outdir, parseConfig(configuration, "gateway.yaml", readFile, { local: true }).environments);
    return JSON.parse(readFileSync(join(outdir, "stacks", environment, "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true });
  }
};
