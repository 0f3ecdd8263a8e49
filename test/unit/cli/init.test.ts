/** The command `init`: what it writes, asks and rejects. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { initCommand } from "../../../cli/init/command";
import { PROVIDER_NAMES } from "../../../cli/init/providers";
import { type Ask, terminalQuestions } from "../../../cli/init/questions";
import { loadConfig } from "../../../config";
import { runIn, temporaryFolder } from "../../support/cli/command";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = (argv: readonly string[], ask?: Ask) => runIn(folder, (shell) => initCommand(argv, shell, ask));
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const environment = () => loadConfig(join(folder, "gateway.yaml")).environments[0];

test("--yes writes a valid configuration, workflows and .gitignore, and names them", async () => {
  const { code, out, err } = await init(["--yes"]);
  expect({ code, err }).toEqual({ code: 0, err: "\nNext: npx websocket-gateway local\n" });
  const files = ["gateway.yaml", ".github/workflows/gateway.yml", ".github/workflows/gateway-check.yml", ".gitignore"];
  expect(out).toBe(`${files.join("\n")}\n`);
  expect(environment()).toMatchObject({
    region: "us-east-1",
    state: { type: "local" },
    authorizer: { kind: "verify" },
  });
  expect(read("gateway.yaml")).toMatch(/^# yaml-language-server: \$schema=https:\/\/\S+gateway\.schema\.json\n/);
  expect(read(".gitignore")).toBe("cdktf.out/\n.terraform/\n*.tfstate*\n");
});

test("the schema line names the installed package, if there is one", async () => {
  mkdirSync(join(folder, "node_modules/websocket-gateway"), { recursive: true });
  writeFileSync(join(folder, "node_modules/websocket-gateway/gateway.schema.json"), "{}");
  await init(["--yes"]);
  expect(read("gateway.yaml")).toMatch(
    /^# yaml-language-server: \$schema=\.\/node_modules\/websocket-gateway\/gateway\.schema\.json\n/,
  );
});

test.each(PROVIDER_NAMES)("provider %s gives a valid configuration with example values", async (name) => {
  expect(await init(["--yes", "--provider", name])).toMatchObject({ code: 0 });
  expect(environment()?.authorizer.kind).toBe(name === "none" ? "none" : "verify");
});

test("takes every answer from the command line", async () => {
  const given = [
    "--name",
    "chat",
    "--backend",
    "https://chat.example.org",
    "--region",
    "eu-west-1",
    "--state",
    "s3://acme-state",
  ];
  await init([
    "--yes",
    ...given,
    "--provider",
    "auth0",
    "--setting",
    "domain=acme.eu.auth0.com",
    "--setting",
    "audience=chat",
  ]);
  expect(environment()).toMatchObject({
    apiName: "chat-prod",
    region: "eu-west-1",
    state: { type: "s3", arguments: { bucket: "acme-state" } },
    authorizer: {
      function: { settings: { issuers: [{ issuer: "https://acme.eu.auth0.com/", audiences: ["chat"] }] } },
    },
  });
  expect(read(".github/workflows/gateway.yml")).toContain("aws-region: eu-west-1\n");
});

test("an issuer is given by its URL", async () => {
  await init(["--yes", "--provider", "https://id.acme.org/"]);
  expect(environment()).toMatchObject({
    authorizer: { function: { settings: { issuers: [{ issuer: "https://id.acme.org/" }] } } },
  });
});

test("without --yes it asks for what is not given, with defaults", async () => {
  const asked: string[] = [];
  const ask: Ask = async (question, byDefault) => {
    asked.push(`${question.replace(/[:,] .*/, "")} [${byDefault}]`);
    return question.startsWith("Who") ? "cognito" : byDefault;
  };
  expect(await init(["--name", "chat"], ask)).toMatchObject({ code: 0 });
  expect(asked).toEqual([
    "URL of your HTTP backend [https://api.example.com]",
    "Who issues the tokens [issuer]",
    "cognito [us-east-1_EXAMPLE00]",
    "cognito [1example23456789]",
    "AWS region [us-east-1]",
    "State of Terraform [local]",
  ]);
});

test("asks again for an answer that is not valid", async () => {
  const answers = [
    "Chat App",
    "chat",
    "ftp://x",
    "https://chat.example.org",
    "auth",
    "keycloak",
    "example.com",
    "https://login.example.com/realms/quotes",
    "quotes",
    "mars",
    "eu-west-1",
    "s3",
    "local",
  ];
  const { code, err } = await init([], async () => answers.shift() ?? "");
  expect({ code, left: answers }).toEqual({ code: 0, left: [] });
  expect(err.split("\n").map((line) => line.split(" ")[0])).toEqual(
    expect.arrayContaining(["name:", "backend:", "region:"]),
  );
  expect(err).toContain("Did you mean `auth0`?");
  expect(environment()).toMatchObject({ apiName: "chat-prod", region: "eu-west-1" });
});

test("lines that are pasted at once answer one question each, and the end of the input answers none", async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const { ask, close } = terminalQuestions(new AbortController().signal, input);
  input.end("chat\n\n  auth0  \n");
  expect([await ask("Name", "a"), await ask("URL", "b"), await ask("Provider", "c")]).toEqual(["chat", "b", "auth0"]);
  await expect(ask("Region", "d")).rejects.toThrow("The questions were not answered.");
  expect(await init([], ask)).toMatchObject({
    code: 1,
    err: "The questions were not answered. Nothing was written.\n",
  });
  close();
});

test("without a terminal it says to add --yes", async () => {
  expect(await init([])).toMatchObject({ code: 2, err: expect.stringContaining("Add --yes") });
});

test.each(["gateway.yaml", "gateway.yml", "gateway.json", ".github/workflows/gateway.yml"])(
  "does not replace %s without --force",
  async (name) => {
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, name), "mine");
    const before = readdirSync(folder, { recursive: true });
    expect(await init(["--yes"])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`These files exist already: ${name}. Nothing was written.`),
    });
    expect(read(name)).toBe("mine");
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(await init(["--yes", "--force"])).toMatchObject({ code: 0 });
  },
);

test(".gitignore keeps its lines and gets the missing ones", async () => {
  writeFileSync(join(folder, ".gitignore"), "dist\n.terraform/");
  await init(["--yes"]);
  expect(read(".gitignore")).toBe("dist\n.terraform/\ncdktf.out/\n*.tfstate*\n");
});

test.each([
  [["--name", "Chat App"], "name: "],
  [["--backend", "ftp://x"], "backend: "],
  [["--provider", "autho"], "Did you mean `auth0`?"],
  [
    ["--provider", "auth0", "--setting", "tenant=x"],
    "Provider auth0 has no setting tenant. Its settings are domain, audience",
  ],
  [["--state", "s3"], "expected local, or a bucket such as s3://example-terraform-state"],
])("rejects %j and writes nothing", async (argv, message) => {
  expect(await init(["--yes", ...argv])).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  expect(existsSync(join(folder, "gateway.yaml"))).toBe(false);
});
