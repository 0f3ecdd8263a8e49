/** The command `websocket-gateway`: its subcommands, their help, and mistakes in a command line. */
import { COMMANDS } from "../../../cli/commands";
import { dispatch, processOptions } from "../../../cli/dispatch";
import { version } from "../../../package.json";
import { runIn } from "../../support/cli/command";

const run = (...argv: string[]) => runIn("/", (shell) => dispatch(argv, shell));

test.each([[], ["--help"], ["-h"], ["help"]])("%j lists every command", async (...argv: string[]) => {
  const { code, out } = await run(...argv);
  expect(code).toBe(0);
  for (const [name, { summary }] of Object.entries(COMMANDS))
    expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
});

test.each(["--version", "-v", "version"])("%s prints the package's version", async (argument) => {
  expect(await run(argument)).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test.each(Object.keys(COMMANDS))(
  "%s --help has a usage, examples and options, all with the command's name",
  async (name) => {
    const help = await run(name, "--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain(`\nUsage: npx websocket-gateway ${name}`);
    expect(help.out).toMatch(new RegExp(`^  npx websocket-gateway ${name}`, "m"));
    expect(help.out).toContain("--help");
    expect(help.out).not.toMatch(/npm run|\$0/);
    expect(await run("help", name)).toEqual(help);
  },
);

test.each([
  ["snyth", "There is no command snyth. Did you mean `synth`?"],
  ["smok", "There is no command smok. Did you mean `smoke`?"],
  ["--verson", "There is no option --verson. Did you mean `--version`?"],
  ["toString", "There is no command toString."],
])("%s is answered with the nearest name", async (name, message) => {
  const { code, out, err } = await run(name);
  expect({ code, out, err }).toEqual({
    code: 2,
    out: "",
    err: `${message}\nFor the options: npx websocket-gateway --help\n`,
  });
});

test("a wrong option of a subcommand leads to the subcommand's help", async () => {
  const { code, err } = await run("smoke", "wss://host/prod", "--tokn", "x");
  expect(code).toBe(2);
  expect(err).toBe(
    "There is no option --tokn. Did you mean `--token`?\nFor the options: npx websocket-gateway smoke --help\n",
  );
});

test("the process of a command that runs until it is stopped ends when its output is not read", () => {
  expect(processOptions(["local"])).toMatchObject({ stopWhenUnread: true });
  expect(processOptions(["smoke"])).toEqual({ unwritten: 70 });
  expect(processOptions([])).toEqual({ unwritten: 1 });
});
