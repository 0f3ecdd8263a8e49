/** Secrets come from whoever runs Terraform (`TF_VAR_<name>`): they are in no file of the project. */
import { Fn, Op, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";

/** The variable of this name, declared once in a stack whoever asks for it. */
function sensitiveVariable(
  scope: Construct,
  name: string,
  declare: (stack: TerraformStack) => TerraformVariable,
): TerraformVariable {
  const stack = TerraformStack.of(scope);
  const declared = stack.node.tryFindChild(name);
  return declared instanceof TerraformVariable ? declared : declare(stack);
}

/**
 * A secret that tokens are signed with. RFC 7518 section 3.2 asks for as many bytes as the hash has: at least 32.
 * An optional one may stay empty.
 */
export function signingSecret(scope: Construct, name: string, optional: boolean): TerraformVariable {
  return sensitiveVariable(scope, name, (stack) => {
    const variable = new TerraformVariable(stack, name, {
      type: "string",
      sensitive: true,
      nullable: false,
      description: optional
        ? "The secret before it, accepted as long as tokens signed with it are about. Empty: none."
        : "Shared secret that tokens are signed with.",
      ...(optional ? { default: "" } : {}),
    });
    const length = Fn.lengthOf(variable.value);
    const longEnough = Op.gte(length, 32);
    variable.addValidation({
      condition: optional ? Op.or(Op.lt(length, 1), longEnough) : longEnough,
      errorMessage: `${name} must have at least 32 characters, such as \`openssl rand -hex 32\` makes.`,
    });
    return variable;
  });
}

/**
 * The header value by which the backend knows the gateway. It becomes a static mapping, which has no escape for the
 * quote that ends it, so the characters are fixed.
 */
export function originSecret(scope: Construct): TerraformVariable {
  return sensitiveVariable(scope, "origin_secret", (stack) => {
    const variable = new TerraformVariable(stack, "origin_secret", {
      type: "string",
      sensitive: true,
      nullable: false,
      description: "Header value that only the gateway sends, so that the backend can refuse everybody else.",
    });
    variable.addValidation({
      condition: Fn.can(Fn.regex("^[A-Za-z0-9._~+/=-]{32,256}$", variable.value)),
      errorMessage:
        "origin_secret must be 32 to 256 letters, digits or ._~+/=- characters, such as `openssl rand -hex 32` makes.",
    });
    return variable;
  });
}
