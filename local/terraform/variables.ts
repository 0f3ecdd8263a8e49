/** Values of input variables: an option of the gateway, `TF_VAR_…`, or the default. */
import { evaluateJson } from "./arguments";
import type { Document } from "./document";
import { TerraformError } from "./error";
import { evaluate, type Scope } from "./evaluate";
import { parseExpression } from "./parser";
import { asFlag, asNumber, asText, type Value } from "./values";

/** A variable's default or value must not refer to anything. */
const nothing = (folder: string): Scope => ({
  folder,
  resolve: ([name]) => {
    throw new TerraformError("value", `a variable's value cannot refer to ${name}`, "");
  },
});

export function variable(
  name: string,
  document: Document,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
  unsetSecret?: (name: string) => string,
): Value {
  const declared = document.variable[name];
  if (!declared) throw new TerraformError("unknown", `the variable ${name} does not exist`, "");
  const type = typeof declared.type === "string" ? declared.type.replace(/^\$\{(.*)\}$/, "$1") : "any";
  const outside = given[name] ?? env[`TF_VAR_${name}`];
  if (outside !== undefined) return fromOutside(name, outside, type, document.folder);
  if (declared.default === undefined) {
    if (unsetSecret && declared.sensitive === true && type === "string") return unsetSecret(name);
    throw new TerraformError("variable", `the variable ${name} has no value`, `Set TF_VAR_${name}`);
  }
  return converted(evaluateJson(declared.default, nothing(document.folder)), type);
}

/** An error of the parser would quote the value, which may be a secret. */
function fromOutside(name: string, text: string, type: string, folder: string): Value {
  try {
    return converted(fromText(text, type, nothing(folder)), type);
  } catch {
    throw new TerraformError(
      "variable",
      `the value of the variable ${name} is not a ${type}`,
      "Write it in Terraform's syntax",
    );
  }
}

function fromText(text: string, type: string, scope: Scope): Value {
  return ["string", "number", "bool", "any"].includes(type) ? text : evaluate(parseExpression(text), scope);
}

function converted(value: Value, type: string): Value {
  if (value === null) return value;
  if (type === "string") return asText(value);
  if (type === "number") return asNumber(value);
  return type === "bool" ? asFlag(value) : value;
}
