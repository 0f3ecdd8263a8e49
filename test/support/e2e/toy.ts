/** Creates a minimal cdktf project. Its stack needs no provider, so that Terraform runs fast. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Toy {
  /** Input of the resource. Another value makes Terraform plan a change. */
  readonly value?: string;
  /** Shell command that runs when Terraform creates the resource. */
  readonly command?: string;
  readonly onDestroy?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly sensitive?: Readonly<Record<string, string>>;
  readonly terraform?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly check?: Readonly<Record<string, unknown>>;
}

export const TOY_OUTPUTS = {
  WS_API_ENDPOINT: "http://127.0.0.1:1/prod",
  WS_URL: "ws://127.0.0.1:1/prod",
  API_ID: "a1b2c3d4e5",
  STAGE: "prod",
};

/** The app: copies the stack from a file beside it, and writes the same manifest as `app.synth()`. */
const APP = `
const { cpSync, mkdirSync, writeFileSync } = require("node:fs");
const out = process.env.CDKTF_OUTDIR;
mkdirSync(out + "/stacks/toy", { recursive: true });
cpSync("stack.json", out + "/stacks/toy/cdk.tf.json");
const stack = { name: "toy", workingDirectory: "stacks/toy", synthesizedStackPath: "stacks/toy/cdk.tf.json" };
writeFileSync(out + "/manifest.json", JSON.stringify({ version: "0.21.0", stacks: { toy: stack } }));
`;

/** Creates the project in a new folder inside `parent`, and returns the folder's path. */
export function toyProject(parent: string, toy: Toy = {}, app = "node app.cjs"): string {
  const folder = mkdtempSync(join(parent, "toy-"));
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
  writeFileSync(join(folder, "app.cjs"), APP);
  changeToy(folder, toy);
  return folder;
}

export function changeToy(
  folder: string,
  { value = "one", command, onDestroy, outputs, sensitive, terraform, resource, check }: Toy,
): void {
  const provisioner = [
    ...(command ? [{ "local-exec": { command } }] : []),
    ...(onDestroy ? [{ "local-exec": { command: onDestroy, when: "destroy" } }] : []),
  ];
  const published = [
    ...Object.entries(outputs ?? TOY_OUTPUTS).map(([name, value]) => [name, { value }]),
    ...Object.entries(sensitive ?? {}).map(([name, value]) => [name, { value, sensitive: true }]),
  ];
  const stack = {
    terraform: { backend: { local: { path: join(folder, "toy.tfstate") } }, ...terraform },
    resource: {
      terraform_data: {
        thing: {
          triggers_replace: value,
          "//": { metadata: { path: "toy/thing/Default" } },
          ...(provisioner.length > 0 ? { provisioner } : {}),
        },
      },
      ...resource,
    },
    output: Object.fromEntries(published),
    ...(check ? { check } : {}),
  };
  writeFileSync(join(folder, "stack.json"), JSON.stringify(stack));
}
