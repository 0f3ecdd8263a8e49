/** The command `npm run local`, and `npm start`, which adds the example backend. */
import { withEnvFile } from "../../terminal/env-file";
import { codeOf, explain } from "../../terminal/error";
import { isSecretName, masker } from "../../terminal/mask";
import { runCommand, type Shell } from "../../terminal/shell";
import { localHelp, localOptions } from "./options";
import { runSession, type Session } from "./session";

/** The exit code. */
export async function localCommand(
  argv: readonly string[],
  shell: Shell,
  session: Omit<Session, "options" | "shell"> = {},
): Promise<number> {
  let mask = (text: string): string => text;
  const explained = (error: unknown) => mask(explainFailure(error));
  const run = { invocation: "npm run local --", failed: 1, explain: explained };
  return await runCommand(shell, run, async (invocation) => {
    const options = localOptions(argv);
    const env = options.help ? shell.env : withEnvFile(shell.env, shell.cwd);
    mask = masker(secretVariables(env, options.variables));
    const hiding = {
      ...shell,
      env,
      out: (text: string) => shell.out(mask(text)),
      err: (text: string) => shell.err(mask(text)),
    };
    if (!options.help) return await runSession({ options, shell: hiding, ...session });
    shell.out(localHelp(invocation, { withBackend: session.smokeTest === true }));
    return 0;
  });
}

/** The values of Terraform's variables whose names say that they are secrets. */
function secretVariables(env: Shell["env"], variables: Readonly<Record<string, string>>): string[] {
  const inherited = Object.entries(env).filter(([name]) => name.startsWith("TF_VAR_"));
  const all = [...inherited, ...Object.entries(variables)];
  return all.flatMap(([name, value]) => (value && isSecretName(name) ? [value] : []));
}

/** By the code of Node.js. */
const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: "Choose another port with --port.",
  EACCES: "Choose a port above 1023 with --port.",
  EADDRNOTAVAIL: "Give an address of this machine with --host.",
  ENOTFOUND: "Give an address of this machine with --host.",
};

export function explainFailure(error: unknown): string {
  const text = explain(error);
  const hint = LISTEN_HINTS[codeOf(error) ?? ""];
  return hint !== undefined && /^(listen|getaddrinfo) /.test(text) ? `${text}. ${hint}` : text;
}
