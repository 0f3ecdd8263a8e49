/** Builds the README of a Terraform module, with tables in the layout of terraform-docs. */
import type { Environment } from "../../config/model";
import { assignments, TERRAFORM_VERSIONS } from "./files";
import type { Block } from "./hcl";
import { type Parts, requiredVariables } from "./parts";

export function readme(parts: Parts, { apiName, description, project, region }: Environment): string {
  const secrets = requiredVariables(parts);
  const argumentLines = assignments([
    ["source", '"./module"'],
    ...secrets.map((name) => [name, `var.${name}`] as const),
  ]);
  return `# ${project}

${description === undefined ? "" : `${description}\n\n`}A WebSocket API on Amazon API Gateway: \`${apiName}\` and its resources. Generated from gateway.yaml by
\`npx websocket-gateway synth --module\`: change that file, not this folder. Terraform needs neither Node.js nor cdktf.

\`\`\`hcl
provider "aws" {
  region = "${region}"
}

module "gateway" {
${argumentLines.join("\n")}
}
\`\`\`

\`examples/\` has a root module for each environment. \`terraform init && terraform test\` checks the module without AWS. If you change a
stack that \`cdktf deploy\` or the GitHub action has deployed to this module, move its state first (\`terraform state mv\`): Terraform
would otherwise create a second API.

## Requirements

| Name | Version |
|------|---------|
| terraform | ${TERRAFORM_VERSIONS} |
| aws | ${parts.providerVersions} |

## Providers

| Name | Version |
|------|---------|
${["aws", ...parts.aliases.map((alias) => `aws.${alias}`)].map((name) => `| ${name} | ${parts.providerVersions} |`).join("\n")}

## Resources

| Name | Type |
|------|------|
${parts.resources.flatMap(resourceRow).join("\n")}

## Inputs

| Name | Description | Type | Default | Required |
|------|-------------|------|---------|:--------:|
${parts.variables.map(inputRow).join("\n")}

## Outputs

| Name | Description |
|------|-------------|
${parts.outputs.map(({ head: [, name = ""], text }) => `| ${name} | ${attribute(text, "description")} |`).join("\n")}
`;
}

function resourceRow({ head: [kind, type = "", name = ""] }: Block): string[] {
  if (kind === "resource") return [`| ${type}.${name} | resource |`];
  return kind === "data" ? [`| ${type}.${name} | data source |`] : [];
}

function inputRow({ head: [, name = ""], text }: Block): string {
  const byDefault = /^default = (.*)$/m.exec(text)?.[1];
  const shown = byDefault === undefined ? "n/a" : `\`${byDefault}\``;
  return `| ${name} | ${attribute(text, "description")} | \`${attribute(text, "type")}\` | ${shown} | ${byDefault === undefined ? "yes" : "no"} |`;
}

/** The value of an attribute, without quotes. */
function attribute(text: string, name: string): string {
  const value = new RegExp(`^${name} = (.*)$`, "m").exec(text)?.[1] ?? "";
  return value
    .replace(/^"(.*)"$/, "$1")
    .replaceAll('\\"', '"')
    .replaceAll("|", "\\|");
}
