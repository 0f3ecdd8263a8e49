/** The cdktf app: reads `gateway.yaml`, or the file in `GATEWAY_CONFIG`, and creates one stack per environment. */
import { findConfigFile } from "./contract/config-file";
import { synthesisError, synthesize } from "./synth/app";

const HELP = `Synthesizes Terraform for the WebSocket APIs that gateway.yaml describes, one stack per environment.

  cdktf synth | diff | deploy | destroy    runs this app, then Terraform
  npm run synth                            runs this app alone

Environment:
  GATEWAY_CONFIG    configuration file (default: gateway.yaml in the current folder)
  CDKTF_OUTDIR      where to write (default: cdktf.out)
`;

/** Synthesizes all stacks. Returns the exit code: 0, or 1 with the error on stderr. */
function main(args: readonly string[], env: NodeJS.ProcessEnv): number {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    const { warnings } = synthesize({ config: findConfigFile(".", env), env });
    process.stderr.write(warnings);
    return 0;
  } catch (error) {
    process.stderr.write(synthesisError(error));
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2), process.env);
