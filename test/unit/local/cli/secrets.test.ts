/** The command prints no secret that it was given. */
import { localCommand } from "../../../../local/session/command";

test.each([
  ["an option", ["--variable", "hs256_secret=sw0rdfish"], {}],
  ["the environment", [], { TF_VAR_db_password: "sw0rdfish" }],
])("a secret of %s is masked in errors", async (_from, argv, env) => {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  const { signal } = new AbortController();
  const shell = { cwd: "/", env, color: false, signal, out: print, err: print };
  // No folder of this name is there, so the error has it.
  expect(await localCommand(["--port", "0", "--stack", "/no/sw0rdfish", ...argv], shell)).toBe(1);
  expect(printed).toContain("/no/***");
  expect(printed).not.toContain("sw0rdfish");
});
