/** Divides a template into the parts of a Terraform module, and adds its variables. */
import { type Block, blocksOf } from "./hcl";
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

const ZIP_DESCRIPTION =
  "Another zip of the authorizer, for an environment with other issuers. Default: the module's own.";

/** Returns the parts of the module, with a block for each of its variables. */
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

/** Returns a value in HCL. */
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

/** Returns the names of the variables that a caller must set: the secrets. */
export const requiredVariables = ({ variables }: Parts): readonly string[] =>
  variables.flatMap(({ head: [, name = ""], text }) => (/^default = /m.test(text) ? [] : [name]));
