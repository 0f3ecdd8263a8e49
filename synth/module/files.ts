/** Builds the files of a Terraform module from a template. */
import { type Block, blocksOf, formatted } from "./hcl";
import { type Template, triggerOf, withTrigger, withVariables } from "./template";
import type { Setting, Value } from "./variables";

/** The parts of a module from which all files are written. */
export interface Parts {
  readonly resources: readonly Block[];
  readonly variables: readonly Block[];
  readonly outputs: readonly Block[];
  /** Blocks of the provider: the default one, and one for each other region. They belong to the root module. */
  readonly providers: readonly Block[];
  /** Aliases of the providers for other regions. */
  readonly aliases: readonly string[];
  readonly settings: readonly Setting[];
  readonly hasZip: boolean;
  /** Accepted versions of the AWS provider. */
  readonly providerVersions: string;
}

export const TERRAFORM_VERSIONS = ">= 1.10";
export const ZIP = "authorizer.zip";
const ZIP_DESCRIPTION =
  "Another zip of the authorizer, for an environment with other issuers. Default: the module's own.";

export function partsOf(template: Template): Parts {
  const hcl = withZip(withTrigger(withVariables(template), trigger(template)));
  const blocks = blocksOf(hcl);
  const of = (...types: string[]) => blocks.filter(({ head: [type = ""] }) => types.includes(type));
  const declared = template.settings.map((setting) => variableBlock(setting, setting.valueIn(template.environment)));
  const hasZip = template.base.zip !== undefined;
  const zip = variable("authorizer_zip", [
    `description = ${quote(ZIP_DESCRIPTION)}`,
    "type = string",
    "default = null",
  ]);
  const providers = of("provider");
  return {
    resources: blocks.filter(
      ({ head: [type = ""] }) => !["terraform", "provider", "variable", "output"].includes(type),
    ),
    variables: [...declared, ...(hasZip ? [zip] : []), ...of("variable")],
    outputs: of("output"),
    providers,
    aliases: providers.flatMap(({ text }) => /^alias = "(.*)"$/m.exec(text)?.[1] ?? []),
    settings: template.settings,
    hasZip,
    providerVersions: /^version = "(.*)"$/m.exec(of("terraform")[0]?.text ?? "")?.[1] ?? "",
  };
}

/** The stack's hash while the variables have their defaults, so that the module plans what the stack plans. */
function trigger({ base, deployed, environment }: Template): string {
  const hash = triggerOf(base.hcl);
  if (deployed.length === 0) return quote(hash);
  const same = deployed
    .map((setting) => `var.${setting.name} == ${literal(setting.valueIn(environment))}`)
    .join(" && ");
  const values = deployed.map(({ name }) => `var.${name}`).join(", ");
  return `${same} ? ${quote(hash)} : sha256(jsonencode([${quote(hash)}, ${values}]))`;
}

const withZip = (hcl: string): string =>
  hcl
    .replace(/^(\s*filename = )"assets\/.*"$/m, "$1local.authorizer_zip")
    .replace(/^(\s*source_code_hash = )".*"$/m, "$1filebase64sha256(local.authorizer_zip)");

const quote = (text: string): string => JSON.stringify(text);

/** A value in HCL. */
export function literal(value: Value): string {
  if (value === undefined) return "null";
  return Array.isArray(value) ? `[${value.map((item) => quote(String(item))).join(", ")}]` : JSON.stringify(value);
}

const variable = (name: string, lines: readonly string[]): Block => ({
  head: ["variable", name],
  text: [`variable "${name}" {`, ...lines, "}"].join("\n"),
});

function variableBlock({ name, type, description, validation }: Setting, value: Value): Block {
  const check = validation
    ? ["validation {", `condition = ${validation[0]}`, `error_message = ${quote(validation[1])}`, "}"]
    : [];
  return variable(name, [
    `description = ${quote(description)}`,
    `type = ${type}`,
    `default = ${literal(value)}`,
    // Without it, `null` from a caller would not mean the default.
    ...(value === undefined ? [] : ["nullable = false"]),
    ...check,
  ]);
}

const file = (blocks: readonly Block[]): string => `${blocks.map(formatted).join("\n\n")}\n`;

/** The text of each Terraform file of the module itself. */
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

/** The names of the variables that a caller must set: the secrets. */
export const requiredVariables = ({ variables }: Parts): readonly string[] =>
  variables.flatMap(({ head: [, name = ""], text }) => (/^default = /m.test(text) ? [] : [name]));

/** The root module of one environment. `values` are those that differ from the module's defaults. */
export function exampleFile(
  parts: Parts,
  values: readonly (readonly [name: string, value: Value])[],
  ownZip: boolean,
): string {
  const secrets = parts.variables.filter(({ text }) => /^sensitive = true$/m.test(text));
  const width = Math.max(
    6,
    ...values.map(([name]) => name.length),
    ...secrets.map(({ head: [, name = ""] }) => name.length),
    ownZip ? 14 : 0,
  );
  const argument = (name: string, value: string) => `  ${name.padEnd(width)} = ${value}`;
  const lines = [
    argument("source", '"../.."'),
    ...values.map(([name, value]) => argument(name, literal(value))),
    ...(ownZip ? [argument("authorizer_zip", `"\${path.module}/${ZIP}"`)] : []),
    ...secrets.map(({ head: [, name = ""] }) => argument(name, `var.${name}`)),
  ];
  const aliasWidth = Math.max(...parts.aliases.map((alias) => `aws.${alias}`.length));
  const providers =
    parts.aliases.length === 0
      ? []
      : [
          "",
          "  providers = {",
          `    ${"aws".padEnd(aliasWidth)} = aws`,
          ...parts.aliases.map((alias) => `    ${`aws.${alias}`.padEnd(aliasWidth)} = aws.${alias}`),
          "  }",
        ];
  return `terraform {
  required_version = "${TERRAFORM_VERSIONS}"

  # A team needs shared storage for the state:
  # backend "s3" {}
}

${parts.providers.map(formatted).join("\n\n")}

module "gateway" {
${[...lines, ...providers].join("\n")}
}

${[...secrets.map(formatted), ...parts.outputs.map(({ head: [, name = ""] }) => `output "${name}" {\n  value = module.gateway.${name}\n}`)].join("\n\n")}
`;
}

/** The test of the module, for \`terraform test\`, without AWS. */
export function testFile(parts: Parts, { environment }: Template): string {
  const mocks = [
    'mock_provider "aws" {}',
    ...parts.aliases.map((alias) => `mock_provider "aws" {\n  alias = "${alias}"\n}`),
  ];
  const required = requiredVariables(parts);
  const width = Math.max(...required.map((name) => name.length));
  const secrets = required.map((name) => `  ${name.padEnd(width)} = "${"0123456789abcdef".repeat(8)}"`);
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
