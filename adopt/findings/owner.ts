/** Recognizes by its tags that another tool owns an API, and says how to release it without deleting it. */
import { AdoptError } from "../errors";

export interface Owner {
  readonly tool: string;
  /** The stack or project. Empty if the tags do not name it. */
  readonly name: string;
  /** How to release the API. */
  readonly release: string;
}

const RETAIN =
  "set `DeletionPolicy: Retain` for its resources and deploy; then remove them from the template and deploy again";

/** Returns the owner that the tags of an API name. */
export function ownerOf(tags: Readonly<Record<string, string>>): Owner | undefined {
  const entries = Object.entries(tags);
  const stack = tags["aws:cloudformation:stack-name"];
  if (stack !== undefined) {
    if (entries.some(([key, value]) => /^aws-?cdk/i.test(key) || value === "CDK"))
      return owner(
        "AWS CDK",
        stack,
        `call \`applyRemovalPolicy(RemovalPolicy.RETAIN)\` on its constructs and deploy; then remove them and deploy again`,
      );
    if (entries.some(([key, value]) => /createdBy$/i.test(key) && value === "SAM"))
      return owner("AWS SAM", stack, RETAIN);
    // The Serverless Framework tags its stacks with their stage.
    if (tags.STAGE !== undefined)
      return owner("the Serverless Framework", stack, `in serverless.yml, under \`resources.extensions\`, ${RETAIN}`);
    return owner("AWS CloudFormation", stack, RETAIN);
  }
  const pulumi = entries.find(([key]) => /^pulumi[:-]/i.test(key));
  if (pulumi)
    return owner("Pulumi", pulumi[1], "set `retainOnDelete: true`, run `pulumi up`, and remove it from the program");
  const terraform = entries.find(([key, value]) => /terraform/i.test(key) || /^(open)?(terraform|tofu)\b/i.test(value));
  if (terraform) {
    return owner(
      "another Terraform state",
      terraform[1],
      "there, replace each resource by a `removed` block with `lifecycle { destroy = false }` and apply, or run `terraform state rm` for each",
    );
  }
  return undefined;
}

const owner = (tool: string, name: string, release: string): Owner => ({ tool, name, release });

/** @throws {AdoptError} `owned` if the tags name an owner. The tags of CloudFormation stay after a release. */
export function requireNoOwner(apiId: string, tags: Readonly<Record<string, string>>): void {
  const found = ownerOf(tags);
  if (found === undefined) return;
  throw new AdoptError(
    "owned",
    `${apiId} belongs to ${found.tool}${found.name === "" ? "" : ` (${found.name})`}, which would change or delete it too.`,
    `Release it first, without deleting it: ${found.release}. Then run adopt with --released.`,
  );
}
