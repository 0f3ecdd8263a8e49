/** The app as a command: what it says, and how it ends. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const run = resolve(__dirname, "../../../scripts/run.mjs");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "main-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function main(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, "main.ts", ...args], {
    cwd: folder,
    env: { ...process.env, GATEWAY_CONFIG: "", ...environment },
    encoding: "utf8",
  });
  // Whether AWS soon deprecates the default runtime depends on the day of the test.
  return { status, stdout, stderr: stderr.replace(/^Warning: .* AWS deprecates .*\n/m, "") };
}

const MINIMAL = `name: quotes
backend: https://api.example.com
authorizer:
  issuer: https://login.example.com/
  audience: quotes
`;

test("--help says what to do and synthesizes nothing", () => {
  const { status, stdout } = main(["--help"]);
  expect(status).toBe(0);
  expect(stdout).toContain("GATEWAY_CONFIG");
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
});

test("without a gateway.yaml it says so, and shows no stack trace", () => {
  const { status, stderr } = main();
  expect(status).toBe(1);
  expect(stderr).toContain("gateway.yaml");
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("reports mistakes with their lines, and synthesizes nothing", () => {
  writeFileSync(join(folder, "gateway.yaml"), MINIMAL.replace("backend:", "backnd:"));
  const { status, stderr } = main();
  expect(status).toBe(1);
  expect(stderr).toMatch(/gateway\.yaml:2:1\b[\s\S]*backnd/);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
});

test("a local state with the former name is not ignored: Terraform would create a second API", () => {
  writeFileSync(join(folder, "gateway.yaml"), MINIMAL);
  writeFileSync(join(folder, "terraform.prod.tfstate"), "{}");
  const { status, stderr } = main();
  expect([status, stderr]).toEqual([
    1,
    "There is a state terraform.prod.tfstate, but the state of quotes-prod is now terraform.quotes-prod.tfstate. If it is this project's: mv terraform.prod.tfstate terraform.quotes-prod.tfstate. If not, set state.local.path to terraform.quotes-prod.tfstate.\n",
  ]);
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
  writeFileSync(join(folder, "terraform.quotes-prod.tfstate"), "{}");
  expect(main()).toMatchObject({ status: 0, stderr: "" });
});

test("a local state under another name is a warning: the API may have been renamed, and there would be a second one", () => {
  writeFileSync(join(folder, "gateway.yaml"), MINIMAL);
  writeFileSync(join(folder, "terraform.orders-prod.tfstate"), "{}");
  writeFileSync(join(folder, "terraform.quotes-staging.tfstate"), "{}");
  expect(main()).toMatchObject({
    status: 0,
    stderr:
      "Warning: There is no state terraform.quotes-prod.tfstate yet, but there is terraform.orders-prod.tfstate. If `name` was changed, the next deploy creates a second API: restore the name. If this is another API, ignore this.\n",
  });
  writeFileSync(join(folder, "terraform.quotes-prod.tfstate"), "{}");
  expect(main()).toMatchObject({ status: 0, stderr: "" });
});

test("GATEWAY_CONFIG names another file; five lines are enough", () => {
  writeFileSync(join(folder, "other.yaml"), MINIMAL);
  const { status, stderr } = main([], { GATEWAY_CONFIG: "other.yaml", CDKTF_OUTDIR: join(folder, "out") });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(existsSync(join(folder, "out", "manifest.json"))).toBe(true);
});

test("an API that is open to everyone is synthesized, with a warning", () => {
  writeFileSync(join(folder, "gateway.yaml"), "name: quotes\nbackend: https://api.example.com\nauthorizer: none\n");
  const { status, stderr } = main();
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Warning: Every client can connect/);
});

test("a function of another account is synthesized, with a warning that says what its owner must permit", () => {
  const arn = "arn:aws:lambda:us-east-1:999999999999:function:mine";
  const text = `name: quotes\nbackend: https://api.example.com\nauthorizer: {lambda: "${arn}"}\n`;
  writeFileSync(join(folder, "gateway.yaml"), `${text}allowedAccountIds: ["123456789012"]\n`);
  const { status, stderr } = main();
  expect(status).toBe(0);
  expect(stderr).toContain(`aws lambda add-permission --function-name ${arn} --action lambda:InvokeFunction`);
});

test("a configuration with a probable mistake is synthesized, with a warning that has its position", () => {
  writeFileSync(join(folder, "gateway.yaml"), `${MINIMAL}state: {s3: {bucket: b, regoin: eu-west-1}}\n`);
  const { status, stderr } = main();
  expect(stderr).toMatch(/^Warning: gateway\.yaml:6:25 state\.s3\.regoin: .* Did you mean `region`\?\n$/);
  expect(status).toBe(0);
});
