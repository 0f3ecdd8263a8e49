/** The commands `synth` and `schema`, and how the configuration file is found. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaCommand } from "../../../cli/schema";
import { findConfigFile } from "../../../contract/config-file";
import { synthCommand } from "../../../synth/command";
import { callersFolder } from "../../../terminal/shell";
import { runIn, temporaryFolder } from "../../support/cli/command";

const TIMERS = [
  "nextTick",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
  "queueMicrotask",
  "performance",
  "hrtime",
] as const;

const MINIMAL = {
  name: "quotes",
  backend: "https://api.example.com",
  authorizer: { issuer: "https://id.example.com/", audience: "quotes" },
};

const before = process.cwd();
let folder: string;
beforeEach(() => {
  // Later, AWS soon deprecates the default runtime, which is a warning.
  jest.useFakeTimers({ now: new Date("2026-01-01"), doNotFake: [...TIMERS] });
  folder = temporaryFolder();
  process.chdir(folder);
});
afterEach(() => {
  jest.useRealTimers();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const synth = (...argv: string[]) => runIn(folder, (shell) => synthCommand(argv, shell));

test.each(["gateway.yaml", "gateway.yml", "gateway.json"])("finds %s and prints what it writes", async (name) => {
  writeFileSync(join(folder, name), JSON.stringify(MINIMAL));
  expect(await synth()).toEqual({ code: 0, out: "cdktf.out/stacks/prod/cdk.tf.json\n", err: "" });
  expect(existsSync(join(folder, "cdktf.out/stacks/prod/cdk.tf.json"))).toBe(true);
});

test("warns about a runtime that AWS soon deprecates", async () => {
  jest.setSystemTime(new Date("2027-01-01"));
  writeFileSync(join(folder, "gateway.yaml"), JSON.stringify(MINIMAL));
  const { code, err } = await synth();
  expect([code, err]).toEqual([0, expect.stringContaining("AWS deprecates `nodejs22.x` on 2027-04-30")]);
});

test("gateway.yaml comes before gateway.json", () => {
  writeFileSync(join(folder, "gateway.json"), "{}");
  writeFileSync(join(folder, "gateway.yaml"), "");
  expect(findConfigFile(folder, {})).toBe("gateway.yaml");
  expect(findConfigFile(folder, { GATEWAY_CONFIG: "other.yaml" })).toBe("other.yaml");
});

test("--format hcl writes HCL, --config and --out name other places", async () => {
  writeFileSync(
    join(folder, "other.yaml"),
    JSON.stringify({ ...MINIMAL, authorizer: "none", environments: { dev: {}, prod: {} } }),
  );
  const { code, out, err } = await synth("--config", "other.yaml", "--format", "hcl", "--out", "terraform");
  expect({ code, out }).toEqual({ code: 0, out: "terraform/stacks/dev/cdk.tf\nterraform/stacks/prod/cdk.tf\n" });
  expect(err).toContain("Warning: ");
  expect(readFileSync(join(folder, "terraform/stacks/dev/cdk.tf"), "utf8")).toContain(
    'resource "aws_apigatewayv2_api"',
  );
});

test("HCL has the default of an optional secret, without which Terraform would ask for it", async () => {
  const authorizer = { ...MINIMAL.authorizer, secret: "env" };
  writeFileSync(join(folder, "gateway.json"), JSON.stringify({ ...MINIMAL, authorizer }));
  expect(await synth("--format", "hcl")).toMatchObject({ code: 0 });
  const hcl = readFileSync(join(folder, "cdktf.out/stacks/prod/cdk.tf"), "utf8");
  expect(hcl).toMatch(/variable "hs256_secret_previous" \{[\s\S]*?\nnullable = false\ndefault = ""\n\}/);
  expect(hcl).toMatch(/output "CONTRACT_VERSION" \{\nvalue = "\d+"\n/);
});

test("--module writes a module with variables, and says which environments it does not cover", async () => {
  const environments = {
    prod: { stage: { throttle: { burst: 9, rate: 8 } } },
    staging: { backend: "https://staging.example.com", authorizer: { audience: "staging" } },
    other: { dashboard: true },
  };
  writeFileSync(join(folder, "gateway.json"), JSON.stringify({ ...MINIMAL, environments }));
  const { code, out, err } = await synth("--module", "--out", "gateway");
  expect({ code, out: out.split("\n").sort() }).toEqual({
    code: 0,
    out: [
      "",
      "gateway/README.md",
      "gateway/authorizer.zip",
      "gateway/examples/prod/main.tf",
      "gateway/examples/staging/authorizer.zip",
      "gateway/examples/staging/main.tf",
      "gateway/main.tf",
      "gateway/outputs.tf",
      "gateway/tests/module.tftest.hcl",
      "gateway/variables.tf",
      "gateway/versions.tf",
    ],
  });
  expect(err).toContain("Warning: other differs from prod in more than the module's variables.");
  const staging = readFileSync(join(folder, "gateway/examples/staging/main.tf"), "utf8");
  const [, arguments_ = ""] = /module "gateway" \{\n([^}]*)\}/.exec(staging) ?? [];
  expect(arguments_).toContain('environment    = "staging"\n');
  expect(arguments_).toContain('backend_url    = "https://staging.example.com"\n');
  expect(arguments_).toContain("throttle_burst = 5000\n");
  const readme = readFileSync(join(folder, "gateway/README.md"), "utf8");
  expect(readme).toContain(
    'provider "aws" {\n  region = "us-east-1"\n}\n\nmodule "gateway" {\n  source = "./module"\n}',
  );
  expect(readme).toContain(
    '| backend_url | Scheme and host of the backend. | `string` | `"https://api.example.com"` | no |',
  );
});

test("--environment without --module, and an unknown environment, are errors", async () => {
  writeFileSync(join(folder, "gateway.json"), JSON.stringify(MINIMAL));
  expect(await synth("--environment", "prod")).toMatchObject({
    code: 2,
    err: expect.stringContaining("goes with --module"),
  });
  expect(await synth("--module", "-e", "prd")).toMatchObject({
    code: 2,
    err: expect.stringContaining("There is no environment prd. Choose one with --environment: prod."),
  });
});

test("reports mistakes with their lines", async () => {
  writeFileSync(join(folder, "gateway.yaml"), "name: quotes\nbacknd: https://api.example.com\nauthorizer: none\n");
  const { code, err } = await synth();
  expect(code).toBe(1);
  expect(err).toMatch(
    /^gateway\.yaml:2:1 backnd: no such setting\.[\s\S]*1 problem found; nothing was synthesized\.\n$/m,
  );
});

test("a folder in place of the configuration is named in the error", async () => {
  for (const config of [".", "../"]) {
    const { code, err } = await synth("--config", config);
    expect([code, err]).toEqual([1, expect.stringMatching(/^\.\.?: is a folder\. Name the file in it/)]);
  }
});

test.each([["synthesizes"], ["writes a module", "--module"]])(
  "%s: a folder that is a file is an error",
  async (_, ...more) => {
    writeFileSync(join(folder, "gateway.json"), JSON.stringify(MINIMAL));
    const { code, err } = await synth("--out", "gateway.json", ...more);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^E\w+: [^\n]*gateway\.json[^\n]* Name another folder with --out\.\n$/),
    ]);
  },
);

test("without a configuration it says what to do", async () => {
  expect(await synth()).toMatchObject({ code: 1, err: expect.stringContaining("npx websocket-gateway init") });
});

test("schema prints the schema of the editors", async () => {
  const { code, out } = await runIn(folder, (shell) => schemaCommand([], shell));
  expect(code).toBe(0);
  expect(out).toBe(readFileSync(join(__dirname, "../../../gateway.schema.json"), "utf8"));
});

test.each([
  ["npm runs a script of this project from another folder", { INIT_CWD: "/user" }, "/user"],
  ["npm runs it from a folder of the project", { INIT_CWD: "/clone/local" }, "/clone"],
  ["npm runs it from the project", { INIT_CWD: "/clone" }, "/clone"],
  ["npm runs a script of another project", { INIT_CWD: "/user", npm_package_name: "quotes" }, "/clone"],
  [
    "a script of this project changed the folder",
    { INIT_CWD: "/user", npm_package_json: "/other/package.json" },
    "/clone",
  ],
  ["npm does not run it", { npm_package_name: undefined, npm_package_json: undefined }, "/clone"],
])("works in the folder of the user: %s", (_, env, expected) => {
  const npm = { npm_package_name: "websocket-gateway", npm_package_json: "/clone/package.json" };
  expect(callersFolder({ ...npm, ...env }, "/clone")).toBe(expected);
});
