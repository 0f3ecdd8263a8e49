/** Every construct has an `@example`, and all examples compile. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as stacks from "../../../stacks";

const root = resolve(__dirname, "../../..");
const folder = join(root, "build", "examples");

/** Documented name to the code of its example. */
function examplesIn(source: string): [name: string, code: string][] {
  const documented = /\/\*\*((?:(?!\*\/).)*)\*\/\nexport (?:abstract )?(?:class|function) (\w+)/gs;
  return [...source.matchAll(documented)].flatMap(([, comment = "", name = ""]) => {
    const [, example] = comment.split(/^ \* @example\n/m);
    return example === undefined ? [] : [[name, example.replace(/^ \* ?/gm, "").trim()]];
  });
}

const examples = new Map(
  readdirSync(join(root, "stacks"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => examplesIn(readFileSync(join(root, "stacks", file), "utf8"))),
);

/** What examples use without declaring it. */
const PREAMBLE = `import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { App, Aspects, TerraformStack } from "cdktf";
import { loadConfig } from "../../config";
import { ${Object.keys(stacks).join(", ")} } from "../../stacks";

declare const api: WebSocketApi;
declare const authorizer: Authorizer;
declare const connect: ConnectRoute;
declare const connectIntegration: HttpIntegration;
declare const deployment: Deployment;
declare const stage: Stage;
`;

test("every exported class and function has an example", () => {
  const callable = Object.entries(stacks).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(callable.filter((name) => !examples.has(name))).toEqual([]);
});

test("the examples compile", () => {
  const program = [...examples].map(
    ([name, code]) => `export class ${name}Example extends TerraformStack {\n  example() {\n${code}\n  }\n}\n`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "examples.ts"), [PREAMBLE, ...program].join("\n"));
  const compilerOptions = { noUnusedLocals: false };
  const configuration = { extends: "../../tsconfig.json", compilerOptions, include: ["examples.ts"], exclude: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { cwd: root, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  rmSync(folder, { recursive: true });
}, 30_000);
