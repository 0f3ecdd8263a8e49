/** The npm package as users get it: packed, installed outside of the repository, and used. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import WebSocket from "ws";
import { parse } from "yaml";
import { run, stop, succeed } from "../../harness/programs";
import { freePort, urlOf } from "../../harness/servers";
import { ROOT } from "../../harness/tools";
import { simulatedAws } from "../support/adopt/aws";
import { tutorialApi } from "../support/adopt/tutorial";
import { findNode } from "../support/e2e/node";
import { copy, install, link, npmEnvironment, outside, pack, type Tarball } from "../support/e2e/packed";

const MB = 1_000_000;
const COMMAND = "node_modules/websocket-gateway/dist/websocket-gateway.cjs";

let folder: string;
let tarball: Tarball;
beforeAll(async () => {
  folder = outside();
  tarball = await pack(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("is small, and has neither dependencies to install nor scripts that run at installation", () => {
    expect(tarball.size).toBeLessThan(6 * MB);
    expect(tarball.unpackedSize).toBeLessThan(20 * MB);
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  test("has the files that exports, bin and types name, and no sources", () => {
    const manifest = readFileSync(join(ROOT, "package.json"), "utf8");
    const named = [...new Set([...manifest.matchAll(/"(?:\.\/)?(dist\/[^"*]+\.\w+)"/g)].map(([, path = ""]) => path))];
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !tarball.files.includes(path))).toEqual([]);
    expect(
      tarball.files.filter(
        (path) => !/^(dist\/|gateway\.schema\.json|package\.json|README|LICENSE|CHANGELOG)/.test(path),
      ),
    ).toEqual([]);
    expect(tarball.files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  test("is well formed for publint and Are the types wrong", async () => {
    const bin = join(ROOT, "node_modules/.bin");
    const options = { cwd: folder, env: npmEnvironment() };
    expect(await run(join(bin, "publint"), [tarball.path, "--strict"], options)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("All good!"),
    });
    expect(await run(join(bin, "attw"), [tarball.path, "--format", "ascii"], options)).toMatchObject({ code: 0 });
  }, 60_000);
});

describe("the command, installed in an empty folder", () => {
  let empty: string;
  beforeAll(async () => {
    empty = join(folder, "empty");
    await install(empty, [tarball.path]);
  }, 60_000);

  test("brings no other package", () => {
    expect(readdirSync(join(empty, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "websocket-gateway",
    ]);
  });

  test.each([20, 22, 24])(
    "Node.js %i: init and local give the first 101 within 10 s",
    async (major) => {
      const node = findNode(major);
      if (node === undefined) throw new Error(`Node.js ${major} was not found. Set NODE${major} to its path.`);
      const env = npmEnvironment();
      const args = ["init", "--yes", "--force"];
      await succeed(node, [COMMAND, ...args], { cwd: empty, env });
      const start = performance.now();
      const gateway = spawn(node, [COMMAND, "local", "--port", "0"], {
        cwd: empty,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        const url = await urlIn(gateway);
        const page = await fetch(new URL("/_inspector", url.replace(/^ws/, "http")));
        expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<script")]);
        const socket = new WebSocket(url);
        await once(socket, "open");
        expect(performance.now() - start).toBeLessThan(10_000);
        socket.terminate();
      } finally {
        await stop(gateway);
      }
    },
    120_000,
  );

  test("works in the folder of the user, through npx and npm exec", async () => {
    const below = join(empty, "below");
    mkdirSync(below, { recursive: true });
    const env = npmEnvironment();
    await succeed("npx", ["--no-install", "websocket-gateway", "init", "--yes", "--name", "below"], {
      cwd: below,
      env,
    });
    const { stdout } = await succeed("npm", ["exec", "--no-install", "--", "websocket-gateway", "synth"], {
      cwd: below,
      env,
    });
    expect(stdout).toBe("cdktf.out/stacks/prod/cdk.tf.json\n");
    expect(readFileSync(join(below, "cdktf.out/stacks/prod/cdk.tf.json"), "utf8")).toContain("below-prod");
  }, 60_000);

  test("the check that init writes for pull requests passes, although the backend does not run", async () => {
    const cwd = join(empty, "checked");
    mkdirSync(cwd);
    const env = npmEnvironment();
    await succeed("npx", ["--no-install", "websocket-gateway", "init", "--yes"], { cwd, env });
    const { jobs } = parse(readFileSync(join(cwd, ".github/workflows/gateway-check.yml"), "utf8"));
    const script: string = jobs.check.steps.at(-1).run;
    const here = script
      .replaceAll("8080", String(await freePort()))
      .replace(/npx --yes \S+ (.*)/, "npx --no-install websocket-gateway $1 --port 0");
    await succeed("bash", ["-e", "-c", here], { cwd, env });
  }, 60_000);

  test.each(["You write a backend", "Your team deploys a service", "Your team runs a platform"])(
    "the manual's first steps work as pasted: %s",
    async (role) => {
      const commands = firstSteps(role).map((line) => line.split(" "));
      expect(commands.length).toBeGreaterThan(1);
      const cwd = join(empty, role.replaceAll(" ", "-"));
      mkdirSync(cwd);
      // The reader's own backend.
      const backend = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
      await once(backend, "listening");
      for (const words of commands) {
        const args = ["--no-install", ...words.map((word) => word.replace("http://localhost:8080", urlOf(backend)))];
        if (!words.includes("local")) {
          await succeed("npx", args, { cwd, env: npmEnvironment() });
          continue;
        }
        const command = [join(empty, COMMAND), "local", "--port", "0"];
        const stdio = ["ignore", "pipe", "inherit"] as const;
        const gateway = spawn(process.execPath, command, { cwd, env: npmEnvironment(), stdio: [...stdio] });
        const socket = new WebSocket(await urlIn(gateway));
        await once(socket, "open");
        socket.terminate();
        await stop(gateway);
      }
      backend.close();
    },
    120_000,
  );

  test("the manual's first step works as pasted: You have an API that was made by hand", async () => {
    const [line = ""] = firstSteps("You have an API that was made by hand");
    const aws = await simulatedAws();
    const cwd = join(empty, "by-hand");
    mkdirSync(cwd);
    const pasted = line.replace("bnzlep5vqk", tutorialApi(aws)).split(" ");
    // The plan needs Terraform: adopt.test.ts shows it.
    await succeed("npx", ["--no-install", ...pasted, "--no-plan"], { cwd, env: { ...npmEnvironment(), ...aws.env } });
    await aws.close();
    expect(readFileSync(join(cwd, "gateway.yaml"), "utf8")).toContain("authorizer:\n  lambda: ");
  }, 60_000);

  test("synthesizes what the sources synthesize, byte for byte", async () => {
    const file = join(ROOT, "test/support/stacks/everything.yaml");
    const env = npmEnvironment();
    await succeed(process.execPath, [COMMAND, "synth", "--config", file, "--out", "packed"], { cwd: empty, env });
    await succeed(process.execPath, [join(ROOT, "scripts/run.mjs"), "main.ts"], {
      cwd: empty,
      env: { ...env, GATEWAY_CONFIG: file, CDKTF_OUTDIR: "sources" },
    });
    const stack = (out: string) => readFileSync(join(empty, out, "stacks/prod/cdk.tf.json"), "utf8");
    expect(stack("packed")).toBe(stack("sources"));
  }, 60_000);
});

describe("the libraries, in a cdktf app of one's own", () => {
  let app: string;
  beforeAll(async () => {
    app = join(folder, "app");
    await install(app, [tarball.path, ...TOOLS]);
    link(app, [
      "cdktf",
      "constructs",
      "@cdktf/provider-aws",
      "jest",
      "vitest",
      "ws",
      "@aws-sdk/client-apigatewaymanagementapi",
    ]);
    copy("examples/testing", join(app, "testing"));
    copy("examples/constructs", join(app, "constructs"));
    copy("node_modules/cdktf-cli/bundle/templates/typescript/tsconfig.json", join(app, "tsconfig.json"));
    writeFileSync(join(app, "gateway.yaml"), MINIMAL);
    writeFileSync(join(app, "main.ts"), `${IMPORTS}${PROGRAM}`);
    writeFileSync(join(app, "main.mts"), `${IMPORTS}${PROGRAM}`);
    writeFileSync(join(app, "main.mjs"), `${IMPORTS}${PROGRAM}`);
    writeFileSync(
      join(app, "main.cjs"),
      `${IMPORTS.replace(/import (.*) from (.*);/g, "const $1 = require($2);")}${PROGRAM}`,
    );
  }, 120_000);

  test.each([
    ["ts-node, as cdktf init sets it up", ["node_modules/ts-node/dist/bin.js", "main.ts"]],
    ["tsx", ["node_modules/tsx/dist/cli.mjs", "main.ts"]],
    ["Node.js, CommonJS", ["main.cjs"]],
    ["Node.js, ES modules", ["main.mjs"]],
  ])(
    "%s",
    async (_, args) => {
      rmSync(join(app, "cdktf.out"), { recursive: true, force: true });
      await succeed(process.execPath, args, { cwd: app, env: npmEnvironment() });
      expect(existsSync(join(app, "cdktf.out/stacks/prod/cdk.tf.json"))).toBe(true);
    },
    60_000,
  );

  test.each(["two-apis", "chosen-names", "own-authorizer"])(
    "the example %s.ts, with ts-node",
    async (name) => {
      const outdir = join(app, "examples", name);
      mkdirSync(outdir, { recursive: true });
      const env = { ...npmEnvironment(), CDKTF_OUTDIR: outdir };
      await succeed(process.execPath, ["node_modules/ts-node/dist/bin.js", `constructs/${name}.ts`], { cwd: app, env });
      expect(readdirSync(join(outdir, "stacks"))).toHaveLength(1);
    },
    60_000,
  );

  test.each([
    ["Vitest", "vitest", "node_modules/vitest/vitest.mjs", ["run"]],
    ["Jest", "jest", "node_modules/jest/bin/jest.js", []],
  ])(
    "startGateway in a project of %s",
    async (_, name, program, args) => {
      const env = { ...npmEnvironment(), NODE_ENV: "test" };
      const { code, stdout, stderr } = await run(process.execPath, [join(app, program), ...args], {
        cwd: join(app, "testing", name),
        env,
      });
      expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
    },
    60_000,
  );

  test.each([
    ["CommonJS", ["--module", "commonjs", "main.ts"]],
    ["nodenext", ["--module", "nodenext", "main.ts", "main.mts"]],
    ["a bundler", ["--module", "esnext", "--moduleResolution", "bundler", "main.mts"]],
  ])(
    "tsc with strict and without skipLibCheck, for %s",
    async (_, args) => {
      const strict = [
        "--strict",
        "--skipLibCheck",
        "false",
        "--noEmit",
        "--target",
        "es2022",
        "--types",
        "node",
        "--ignoreConfig",
      ];
      const tsc = join(app, "node_modules/typescript/lib/tsc.js");
      const { code, stdout } = await run(process.execPath, [tsc, ...strict.slice(0, -1), ...args], {
        cwd: app,
        env: npmEnvironment(),
      });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    },
    60_000,
  );
});

describe("a clone with only the packages that npm start needs", () => {
  test("installs less than 100 MB without warnings, and runs the smoke test", async () => {
    const clone = join(folder, "clone");
    const env = npmEnvironment();
    const [, install = "", start = ""] =
      /^\$ npm (ci .+) && npm (start)\b/m.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
    await succeed("git", ["clone", "--quiet", "--depth", "1", `file://${ROOT}`, clone]);
    const { stdout, stderr } = await succeed("npm", [...install.split(" "), "--prefer-offline", "--no-audit"], {
      cwd: clone,
      env,
    });
    expect(stdout + stderr).not.toMatch(/EBADENGINE|install.?scripts/i);
    const { stdout: size } = await succeed("du", ["-sk", join(clone, "node_modules")]);
    expect(Number.parseInt(size, 10)).toBeLessThan(100_000);
    expect(await run("npm", [start, "--", "--once"], { cwd: clone, env })).toMatchObject({ code: 0 });
  }, 120_000);
});

const TOOLS = ["@types/node@20", "ts-node@10", "tsx@4", "typescript@5.9"];
const MINIMAL =
  "name: quotes\nbackend: https://api.example.com\nauthorizer: { issuer: https://id.example.com/, audience: quotes }\n";
const IMPORTS = `import { App } from "cdktf";
import { loadConfig, WebSocketStack } from "websocket-gateway";
import { startGateway } from "websocket-gateway/local";
import { parseExpectation } from "websocket-gateway/smoke";
`;
const PROGRAM = `
const app = new App();
for (const environment of loadConfig("gateway.yaml").environments) new WebSocketStack(app, environment);
app.synth();
parseExpectation("welcome");
startGateway({ stack: "cdktf.out/stacks/prod" }).then((gateway) => gateway.close());
`;

/** The commands of a role in the manual, without `npx`. */
function firstSteps(role: string): string[] {
  const [, section = ""] = readFileSync(join(ROOT, "docs/getting-started.md"), "utf8").split(`## ${role}\n`);
  const [, block = ""] = /```\w+\n([\s\S]*?)```/.exec(section) ?? [];
  return [...block.matchAll(/^(?:\$ )?npx (.*)$/gm)].map(([, line = ""]) => line);
}

/** Returns the URL for a client, from what the gateway prints. */
async function urlIn({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const part of stdout?.setEncoding("utf8").iterator({ destroyOnReturn: false }) ?? []) {
    text += part;
    const url = /^ws:\/\/\S+(?=\n)/m.exec(text)?.[0];
    if (url === undefined) continue;
    stdout?.resume();
    return url;
  }
  throw new Error(`The gateway printed no URL:\n${text}`);
}
