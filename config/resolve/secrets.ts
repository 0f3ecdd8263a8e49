/** Resolves `secret` of an issuer: the names of the variables or parameters with the shared secrets. */
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import { SETTINGS_VARIABLE } from "../../functions/authorizer/settings";
import { looksSecret } from "../../terminal/secret-look";
import type { Path } from "../document/tree";
import type { IssuerInput } from "../schema/issuer";
import type { Scope } from "./scope";

/** Maximum number of secrets: the current and the previous one, so that a secret can be rotated. */
const MAX_SECRETS = 2;
/** Variables that Lambda reserves: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLE = /^(AWS_|LAMBDA_|_|TZ$|LANG$|PATH$|NODE_)/;
/**
 * A secret's Terraform variable has its name in lower case. Terraform reserves some names
 * (https://developer.hashicorp.com/terraform/language/values/variables#declaring-an-input-variable), and
 * one is the variable of the origin secret.
 */
const RESERVED_NAME = /^(SOURCE|VERSION|PROVIDERS|COUNT|FOR_EACH|LIFECYCLE|DEPENDS_ON|LOCALS)$/;

/** Returns where the secrets are, newest first, and reports names that cannot be used. */
export function resolveSecrets(secret: IssuerInput["secret"], path: Path, report: Scope["report"]) {
  const { env, ssm } = typeof secret === "object" ? secret : {};
  if (env && ssm) report.key(path, "expected `env` or `ssm`, not both.");
  const from = ssm ? ("ssm" as const) : ("env" as const);
  const names = ssm ?? env ?? DEFAULTS.secretVariables;
  if (names.length > MAX_SECRETS)
    report.key([...path, from], "expected at most two: the current secret and the previous one.");
  for (const [index, name] of names.entries()) {
    if (looksSecret(name)) {
      const what = from === "env" ? "an environment variable" : "an SSM parameter";
      report(
        [...path, from, index],
        `is the name of ${what}, but this looks like the secret itself.`,
        "Write the name.",
      );
    }
    if (from === "env" && (RESERVED_VARIABLE.test(name) || name === SETTINGS_VARIABLE))
      report([...path, from, index], `\`${name}\` is reserved by Lambda.`);
    if (from === "env" && (RESERVED_NAME.test(name) || name.toLowerCase() === VARIABLES.originSecret))
      report(
        [...path, from, index],
        `Terraform's variable \`${name.toLowerCase()}\` cannot be used: the name is reserved.`,
      );
    if (names.indexOf(name) < index) report([...path, from, index], `\`${name}\` is listed already.`);
  }
  return { from, names };
}
