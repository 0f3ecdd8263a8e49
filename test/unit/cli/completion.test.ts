/** The completion scripts: what bash completes, and that every option is in each script. */
import { spawnSync } from "node:child_process";
import { COMMANDS } from "../../../cli/commands";
import { completionCommand, SHELLS } from "../../../cli/completion";
import { runIn } from "../../support/cli/command";

const script = (...argv: string[]) => runIn("/", (shell) => completionCommand(argv, shell, COMMANDS));

/** What bash suggests at the end of a command line. */
async function suggested(...words: string[]): Promise<string[]> {
  const { out } = await script("bash");
  const line = ["websocket-gateway", ...words].map((word) => `'${word}'`).join(" ");
  const program = `${out}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _websocket_gateway; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", program], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter(Boolean);
}

test("bash completes commands, options and words", async () => {
  expect(await suggested("")).toEqual([...Object.keys(COMMANDS), "--help", "--version"]);
  expect(await suggested("lo")).toEqual(["local"]);
  expect(await suggested("smoke", "--token-")).toEqual([
    "--token-env",
    "--token-file",
    "--token-parameter",
    "--token-header",
    "--token-cookie",
  ]);
  expect(await suggested("completion", "z")).toEqual(["zsh"]);
  expect(await suggested("unknown", "--")).toEqual([]);
});

test.each(SHELLS)("%s: the script has every command and every option", async (name) => {
  const { code, out } = await script(name);
  expect(code).toBe(0);
  for (const [command, { load }] of Object.entries(COMMANDS)) {
    expect(out).toContain(command);
    const { options } = await load();
    for (const option of Object.keys(options)) expect(out).toContain(name === "fish" ? `-l ${option}` : `--${option}`);
  }
});

test("the scripts are valid", async () => {
  for (const name of SHELLS) {
    const { out } = await script(name);
    const { error, status, stderr } = spawnSync(name, ["-n"], { input: out, encoding: "utf8" });
    if (error) continue; // This shell is not installed. bash always is.
    expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: "" });
  }
});

test.each([
  [[], "One shell is expected. Give one of bash, zsh, fish."],
  [["bahs"], "`bahs` is not one of bash, zsh, fish. Did you mean `bash`?"],
  [["bash", "zsh"], "One shell is expected. Give one of bash, zsh, fish."],
])("rejects %j", async (argv, message) => {
  expect(await script(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});
