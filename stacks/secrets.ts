/** Secrets come from whoever runs Terraform (`TF_VAR_<name>`): they are in no file of the project. */
import { Fn, Op, TerraformStack, TerraformVariable, type TerraformVariableConfig } from "cdktf";
import { Construct } from "constructs";

/** The variable of this name, declared once in a stack whoever asks for it. */
function sensitiveVariable(
  scope: Construct,
  name: string,
  declare: (parent: Construct) => TerraformVariable,
): TerraformVariable {
  const variables = variablesOf(TerraformStack.of(scope));
  const declared = variables.node.tryFindChild(name);
  return declared instanceof TerraformVariable ? declared : declare(variables);
}

/** Has its own name in Terraform, wherever it stands. */
class SensitiveVariable extends TerraformVariable {
  constructor(scope: Construct, name: string, config: TerraformVariableConfig) {
    super(scope, name, { type: "string", sensitive: true, nullable: false, ...config });
    this.overrideLogicalId(name);
  }
}

/** Apart from the stack's other children, whose names a variable may have. */
const variablesOf = (stack: TerraformStack): Construct =>
  stack.node.tryFindChild("variables") ?? new Construct(stack, "variables");

/**
 * A secret that tokens are signed with. RFC 7518 section 3.2 asks for as many bytes as the hash has, at least.
 * An optional one may stay empty.
 */
export function signingSecret(
  scope: Construct,
  name: string,
  { optional, bytes }: { readonly optional: boolean; readonly bytes: number },
): TerraformVariable {
  return sensitiveVariable(scope, name, (parent) => {
    const variable = new SensitiveVariable(parent, name, {
      description: optional
        ? "The secret before it, accepted as long as tokens signed with it are about. Empty: none."
        : "Shared secret that tokens are signed with.",
      ...(optional ? { default: "" } : {}),
    });
    const length = Fn.lengthOf(variable.value);
    const longEnough = Op.gte(length, bytes);
    variable.addValidation({
      condition: optional ? Op.or(Op.lt(length, 1), longEnough) : longEnough,
      errorMessage: `${name} must have at least ${bytes} characters, such as \`openssl rand -hex ${bytes}\` makes.`,
    });
    return variable;
  });
}

/**
 * The header value by which the backend knows the gateway. It becomes a static mapping, which has no escape for the
 * quote that ends it, so the characters are fixed.
 */
export function originSecret(scope: Construct): TerraformVariable {
  return sensitiveVariable(scope, "origin_secret", (parent) => {
    const variable = new SensitiveVariable(parent, "origin_secret", {
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
