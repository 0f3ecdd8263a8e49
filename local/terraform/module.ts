/** Resolves the names of one synthesized stack. A resource is created at the first reference to it. */
import type { Account } from "../../aws/arn";
import { accountRootArn } from "../../aws/arn";
import { dnsSuffix } from "../../aws/endpoints";
import { Arguments, evaluateJson } from "./arguments";
import type { Document } from "./document";
import { placed, TerraformError } from "./error";
import type { Scope } from "./evaluate";
import { asObject, type ObjectValue, type Value } from "./values";
import { variable } from "./variables";

/** Creates a resource and returns its computed attributes, which no argument sets. */
export type CreateResource = (args: Arguments, type: string, name: string) => ObjectValue;

interface Options {
  readonly document: Document;
  readonly variables: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly unsetSecret?: ((name: string) => string) | undefined;
  readonly account: Account;
  readonly create: CreateResource;
}

export class Module implements Scope {
  readonly folder: string;
  private readonly made = new Map<string, { args: Arguments; computed: ObjectValue }>();
  private readonly variables = new Map<string, Value>();
  /** Addresses whose evaluation is in progress. */
  readonly pending = new Set<string>();

  constructor(private readonly options: Options) {
    this.folder = options.document.folder;
  }

  /** Returns the names of the resources of a type. */
  named(type: string): string[] {
    return Object.keys(this.options.document.resource[type] ?? {});
  }

  /** Returns one argument of a resource, without creating the resource. */
  argument(type: string, name: string, argument: string): Value | undefined {
    const address = `${type}.${name}`;
    const body = this.options.document.resource[type]?.[name] ?? {};
    return placed(address, () => new Arguments(address, body, this).value(argument));
  }

  resource(type: string, name: string): { args: Arguments; computed: ObjectValue } {
    const address = `${type}.${name}`;
    const made = this.made.get(address);
    if (made) return made;
    const body = this.options.document.resource[type]?.[name];
    if (!body) throw new TerraformError("unknown", `the resource ${address} does not exist`, "");
    return this.guarded(address, () => {
      for (const meta of ["count", "for_each", "dynamic"]) {
        if (body[meta] !== undefined) {
          throw new TerraformError("unsupported", `${meta} is not supported by the local gateway`, "");
        }
      }
      const args = new Arguments(address, body, this);
      const fresh = { args, computed: this.options.create(args, type, name) };
      this.made.set(address, fresh);
      return fresh;
    });
  }

  output(name: string): Value {
    const value = this.options.document.output[name]?.value ?? null;
    return this.guarded(`output.${name}`, () => evaluateJson(value, this));
  }

  resolve(path: readonly string[]): { value: Value; taken: number } {
    const [root = "", name = "", third, fourth] = path;
    switch (root) {
      case "var":
        return { value: this.variable(name), taken: 2 };
      case "local":
        return { value: this.local(name), taken: 2 };
      case "data":
        return { value: member(`data.${name}.${third}`, this.data(name), fourth), taken: 4 };
      case "path":
        return { value: ".", taken: 2 };
      case "terraform":
        return { value: "default", taken: 2 };
      case "module":
      case "each":
      case "count":
      case "self":
        throw new TerraformError("unsupported", `${root} is not supported by the local gateway`, "");
      default:
        return { value: this.attribute(root, name, third), taken: 3 };
    }
  }

  private attribute(type: string, name: string, attribute: string | undefined): Value {
    const address = `${type}.${name}`;
    if (!type.includes("_"))
      throw new TerraformError("unknown", `${address} is not a reference that Terraform knows`, "");
    if (attribute === undefined) {
      throw new TerraformError(
        "unsupported",
        `${address} as a whole is not supported by the local gateway`,
        "Refer to an attribute of it",
      );
    }
    const { args, computed } = this.resource(type, name);
    if (Object.hasOwn(computed, attribute)) return computed[attribute] ?? null;
    return args.value(attribute) ?? member(address, computed, attribute);
  }

  private variable(name: string): Value {
    const known = this.variables.get(name);
    if (known !== undefined) return known;
    const { document, variables, env, unsetSecret } = this.options;
    return placed(`variable.${name}`, () => {
      const value = variable(name, document, variables, env, unsetSecret);
      this.variables.set(name, value);
      this.validate(name);
      return value;
    });
  }

  /** Checks a variable by its validation rules, as Terraform does. */
  private validate(name: string): void {
    const body = this.options.document.variable[name] ?? {};
    for (const rule of new Arguments(`variable.${name}`, body, this).blocks("validation")) {
      if (rule.value("condition") !== true) {
        throw new TerraformError("variable", rule.required("error_message").replace(/\.$/, ""), `Set TF_VAR_${name}`);
      }
    }
  }

  private local(name: string): Value {
    const { locals } = this.options.document;
    if (!Object.hasOwn(locals, name)) throw new TerraformError("unknown", `the local value ${name} does not exist`, "");
    return this.guarded(`local.${name}`, () => evaluateJson(locals[name] ?? null, this));
  }

  private data(type: string): ObjectValue {
    const { account } = this.options;
    const { accountId, region, partition } = account;
    switch (type) {
      case "aws_caller_identity":
        return asObject({ account_id: accountId, id: accountId, arn: accountRootArn(account) });
      case "aws_region":
        return { name: region, id: region, region };
      case "aws_partition":
        return { partition, id: partition, dns_suffix: dnsSuffix(region) };
      default:
        throw new TerraformError(
          "unsupported",
          `data.${type} is a data source that Terraform reads from AWS, which the local gateway does not`,
          "Do not use it in what the API needs: use a variable instead",
        );
    }
  }

  private guarded<T>(address: string, run: () => T): T {
    if (this.pending.has(address)) {
      throw new TerraformError("cycle", `${[...this.pending, address].join(" → ")} refer to each other in a cycle`, "");
    }
    this.pending.add(address);
    try {
      return placed(address, run);
    } finally {
      this.pending.delete(address);
    }
  }
}

function member(address: string, computed: ObjectValue, attribute: string | undefined): Value {
  const found = attribute === undefined ? undefined : computed[attribute];
  if (found !== undefined) return found;
  const known = Object.keys(computed).join(", ");
  throw new TerraformError(
    "unsupported",
    `${address}.${attribute} has a value only on AWS`,
    known ? `The local gateway knows its arguments and ${known}` : "",
  );
}
