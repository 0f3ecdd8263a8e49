/** Terraform variables for secrets. Their values come from the environment (`TF_VAR_<name>`), never from a file. */
import { Fn, Op, TerraformStack, TerraformVariable, type TerraformVariableConfig } from "cdktf";
import { Construct } from "constructs";
import { VARIABLES } from "../contract/names";
import { addFalsy } from "./hcl";

/** Returns the variable with this name, and declares it at its first use in a stack. */
function sensitiveVariable(
  scope: Construct,
  name: string,
  declare: (parent: Construct) => TerraformVariable,
): TerraformVariable {
  const variables = variablesOf(TerraformStack.of(scope));
  const declared = variables.node.tryFindChild(name);
  return declared instanceof TerraformVariable ? declared : declare(variables);
}

/** A variable whose Terraform name does not depend on its parent construct. */
class SensitiveVariable extends TerraformVariable {
  constructor(scope: Construct, name: string, config: TerraformVariableConfig) {
    super(scope, name, { type: "string", sensitive: true, nullable: false, ...config });
    this.overrideLogicalId(name);
    addFalsy(this, { nullable: false, ...(config.default === "" ? { default: "" } : {}) });
  }
}

/** Returns the parent of the variables. It is needed because another child of the stack may have a variable's name. */
const variablesOf = (stack: TerraformStack): Construct =>
  stack.node.tryFindChild("variables") ?? new Construct(stack, "variables");

/**
 * Declares a secret that signs tokens. RFC 7518 section 3.2 requires at least as many bytes as the hash has. An optional
 * secret may be empty.
 */
export function signingSecret(
  scope: Construct,
  name: string,
  { optional, bytes }: { readonly optional: boolean; readonly bytes: number },
): TerraformVariable {
  return sensitiveVariable(scope, name, (parent) => {
    const variable = new SensitiveVariable(parent, name, {
      description: optional
        ? "Previous shared secret, accepted while tokens signed with it are in use. Empty: none."
        : "Shared secret that tokens are signed with.",
      ...(optional ? { default: "" } : {}),
    });
    const length = Fn.lengthOf(variable.value);
    const longEnough = Op.gte(length, bytes);
    variable.addValidation({
      condition: optional ? Op.or(Op.lt(length, 1), longEnough) : longEnough,
      errorMessage: `${name} must have at least ${bytes} characters. \`openssl rand -hex ${bytes}\` generates one.`,
    });
    return variable;
  });
}

/**
 * Declares the secret value of the origin header. It is used in a static mapping, which is quoted and has no escapes, so
 * only some characters are allowed.
 */
export function originSecret(scope: Construct): TerraformVariable {
  return sensitiveVariable(scope, VARIABLES.originSecret, (parent) => {
    const variable = new SensitiveVariable(parent, VARIABLES.originSecret, {
      description:
        "Secret header value that the gateway sends, so that the backend can reject requests from other senders.",
    });
    variable.addValidation({
      condition: Fn.can(Fn.regex("^[A-Za-z0-9._~+/=-]{32,256}$", variable.value)),
      errorMessage: `${VARIABLES.originSecret} must be 32 to 256 letters, digits or ._~+/=- characters. \`openssl rand -hex 32\` generates one.`,
    });
    return variable;
  });
}
