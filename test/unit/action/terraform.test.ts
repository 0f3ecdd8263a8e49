/** Where the action reads the stack's outputs. A script answers in Terraform's place. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cancellation } from "../../../action/src/cancellation";
import { readStack } from "../../../action/src/stack";
import { Terraform } from "../../../action/src/terraform";

const OUTPUTS = { API_ID: { value: "a1b2", type: "string" }, SECRET: { value: "s", type: "string", sensitive: true } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terraform-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Terraform whose commands print these texts. All others fail. */
function terraform(backend: object, printed: Readonly<Record<string, string>>): Terraform {
  const cases = Object.entries(printed).map(([command, text]) => `"${command}"*) echo '${text}' ;;`);
  const binary = join(folder, "terraform");
  writeFileSync(binary, `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\n*) exit 1 ;;\nesac\n`, { mode: 0o700 });
  return new Terraform({
    binary,
    stack: readStack("prod", folder, { terraform: backend }),
    env: { PATH: process.env.PATH },
    lockTimeout: "0s",
    cancellation: new Cancellation(),
    onEvent: () => {},
    scratch: folder,
    replan: false,
  });
}

test.each<[what: string, backend: object, printed: Readonly<Record<string, string>>, found: object]>([
  [
    "the state",
    { backend: { s3: {} } },
    { "state pull": JSON.stringify({ version: 4, outputs: OUTPUTS, resources: [] }) },
    OUTPUTS,
  ],
  ["a state that does not exist yet", { backend: { s3: {} } }, { "state pull": "" }, {}],
  [
    "HCP Terraform, whose token may not read the state",
    { cloud: {} },
    { "output -json": JSON.stringify(OUTPUTS) },
    OUTPUTS,
  ],
  ["the remote backend", { backend: { remote: {} } }, { "output -json": JSON.stringify(OUTPUTS) }, OUTPUTS],
])("the outputs are read from %s", async (_, backend, printed, found) => {
  expect(await terraform(backend, printed).output()).toEqual(found);
});
