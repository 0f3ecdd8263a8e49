/** The release: what starts it, what must have passed before anything is published, and what moves to the tag's commit. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";

const ROOT = join(__dirname, "../../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const job = z.looseObject({
  needs: z.optional(z.union([z.string(), z.array(z.string())])),
  if: z.optional(z.string()),
  environment: z.optional(z.string()),
  permissions: z.record(z.string(), z.string()),
  steps: z.array(z.looseObject({ uses: z.optional(z.string()), run: z.optional(z.string()) })),
});
const { on, jobs } = z
  .looseObject({
    on: z.looseObject({ push: z.unknown() }),
    jobs: z.object({ test: job, build: job, publish: job, release: job }),
  })
  .parse(parse(read(".github/workflows/release.yml")));

/** The steps of a job in their order, without versions. */
const stepsOf = ({ steps }: z.infer<typeof job>): string[] =>
  steps.map(({ uses, run = "" }) => uses?.replace(/@.*/, "") ?? run.trim());

test("starts with the tag of a version, and with nothing else that publishes", () => {
  expect(on.push).toEqual({ tags: ["v[0-9]+.[0-9]+.[0-9]+"] });
  expect(jobs.publish.if).toBe("github.event_name == 'push'");
});

test("publishes only what was built from the commit, after all tests, and with an attestation", () => {
  expect(stepsOf(jobs.test)).toContain(".ci/run");
  expect(stepsOf(jobs.build)).toContain('npm run release:files -- --tag "$TAG"');
  expect(jobs.publish.needs).toEqual(["test", "build"]);
  expect(jobs.publish.environment).toBe("release");
  const steps = stepsOf(jobs.publish);
  const attested = steps.indexOf("actions/attest-build-provenance");
  const published = steps.findIndex((text) => text.startsWith("npm publish") && text.includes("--provenance"));
  expect(attested).toBeGreaterThanOrEqual(0);
  expect(published).toBeGreaterThan(attested);
});

test("only the jobs that publish may write", () => {
  const writes = Object.entries(jobs).map(([name, { permissions }]) => [
    name,
    Object.keys(permissions).filter((right) => permissions[right] === "write"),
  ]);
  expect(Object.fromEntries(writes)).toEqual({
    test: [],
    build: [],
    publish: ["id-token", "attestations"],
    release: ["contents"],
  });
});

test.each([
  ["moves the tag of the major version", "0"],
  ["creates the tag of the major version at its first release", "1"],
])("%s", (_, missing) => {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    mkdirSync(join(folder, "release"));
    const gh = `#!/bin/sh\necho "$@" >>"$CALLS"\ncase "$*" in *PATCH*) exit ${missing} ;; esac\n`;
    writeFileSync(join(folder, "gh"), gh, { mode: 0o755 });
    const env = {
      ...{ PATH: `${folder}:${process.env.PATH}`, CALLS: join(folder, "calls") },
      ...{ GH_REPO: "octo-org/gateway", TAG: "v2.3.4", COMMIT: "c0ffee" },
    };
    const script = jobs.release.steps.at(-1)?.run ?? "exit 9";
    const { status, stderr } = spawnSync("bash", ["-e", "-c", script], {
      ...{ cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const calls = readFileSync(env.CALLS, "utf8").trim().split("\n");
    expect(calls[0]).toMatch(/^release create v2\.3\.4 --verify-tag /);
    expect(calls.slice(1)).toEqual([
      "api --method PATCH repos/octo-org/gateway/git/refs/tags/v2 -f sha=c0ffee -F force=true",
      ...(missing === "1"
        ? ["api --method POST repos/octo-org/gateway/git/refs -f ref=refs/tags/v2 -f sha=c0ffee"]
        : []),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("is refused for a tag that is not the version in package.json", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/release-files.mjs", "--tag", "v99.0.0"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read("package.json")));
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `The tag is v99.0.0, but package.json has ${version}.\n`,
  });
});

test("has a section of the changelog to publish", () => {
  expect(read("CHANGELOG.md")).toMatch(/^## \[(Unreleased|\d+\.\d+\.\d+)\]/m);
});
