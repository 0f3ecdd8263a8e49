/** Builds the text of each file of a Terraform module. */
import { type Block, formatted } from "./hcl";
import { literal, type Parts, requiredVariables } from "./parts";
import type { Template } from "./template";
import type { Value } from "./variables";

export const TERRAFORM_VERSIONS = ">= 1.10";
export const ZIP = "authorizer.zip";

const file = (blocks: readonly Block[]): string => `${blocks.map(formatted).join("\n\n")}\n`;

/** Returns the text of each Terraform file of the module itself. */
export function moduleFiles(parts: Parts): ReadonlyMap<string, string> {
  const locals: Block = {
    head: ["locals"],
    text: `locals {\nauthorizer_zip = coalesce(var.authorizer_zip, "\${path.module}/${ZIP}")\n}`,
  };
  return new Map([
    ["main.tf", file([...(parts.hasZip ? [locals] : []), ...parts.resources])],
    ["variables.tf", file(parts.variables)],
    ["outputs.tf", file(parts.outputs)],
    ["versions.tf", versions(parts)],
  ]);
}

function versions({ aliases, providerVersions }: Parts): string {
  const regions = aliases.map((alias) => `aws.${alias}`).join(", ");
  return `terraform {
  required_version = "${TERRAFORM_VERSIONS}"
  required_providers {
    aws = {
${
  aliases.length > 0
    ? `      source                = "hashicorp/aws"
      version               = "${providerVersions}"
      configuration_aliases = [${regions}]`
    : `      source  = "hashicorp/aws"
      version = "${providerVersions}"`
}
    }
  }
}
`;
}

/** Returns the lines of a block's arguments, aligned as `terraform fmt` does. */
export function assignments(pairs: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)} = ${value}`);
}

/**
 * Returns the root module of one environment.
 *
 * @param values those that differ from the module's defaults
 * @param ownZip whether the environment has another zip of the authorizer than the module
 */
export function exampleFile(
  parts: Parts,
  values: readonly (readonly [name: string, value: Value])[],
  ownZip: boolean,
): string {
  const secrets = parts.variables.filter(({ text }) => /^sensitive = true$/m.test(text));
  const argumentLines = assignments([
    ["source", '"../.."'],
    ...values.map(([name, value]) => [name, literal(value)] as const),
    ...(ownZip ? [["authorizer_zip", `"\${path.module}/${ZIP}"`] as const] : []),
    ...secrets.map(({ head: [, name = ""] }) => [name, `var.${name}`] as const),
  ]);
  const providers = ["aws", ...parts.aliases.map((alias) => `aws.${alias}`)].map((name) => [name, name] as const);
  const providerLines =
    parts.aliases.length === 0
      ? []
      : ["", "  providers = {", ...assignments(providers).map((line) => `  ${line}`), "  }"];
  return `terraform {
  required_version = "${TERRAFORM_VERSIONS}"

  # A team needs shared storage for the state:
  # backend "s3" {}
}

${parts.providers.map(formatted).join("\n\n")}

module "gateway" {
${[...argumentLines, ...providerLines].join("\n")}
}

${[...secrets.map(formatted), ...parts.outputs.map(({ head: [, name = ""] }) => `output "${name}" {\n  value = module.gateway.${name}\n}`)].join("\n\n")}
`;
}

/** Returns the test of the module, for `terraform test`, without AWS. */
export function testFile(parts: Parts, { environment }: Template): string {
  const mocks = [
    'mock_provider "aws" {}',
    ...parts.aliases.map((alias) => `mock_provider "aws" {\n  alias = "${alias}"\n}`),
  ];
  const required = requiredVariables(parts);
  const secrets = assignments(required.map((name) => [name, `"${"0123456789abcdef".repeat(8)}"`]));
  const run = (name: string, variables: readonly string[], expected: string) => `run "${name}" {
  command = plan
${variables.length > 0 ? `\n  variables {\n${variables.join("\n")}\n  }\n` : ""}
  assert {
    condition     = aws_apigatewayv2_api.api.name == "${expected}"
    error_message = "The API's name should be ${expected}."
  }
}`;
  const hasEnvironment = parts.settings.some(({ name }) => name === "environment");
  return `# Checks the module without AWS: terraform init && terraform test
${mocks.join("\n\n")}

${secrets.length > 0 ? `variables {\n${secrets.join("\n")}\n}\n\n` : ""}${[
  run("defaults", [], environment.apiName),
  ...(hasEnvironment
    ? [run("another_environment", ['    environment = "other"'], `${environment.project}-other`)]
    : []),
].join("\n\n")}
`;
}
