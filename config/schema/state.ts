/** The schema of `state`: where Terraform stores its state. */
import * as z from "zod/mini";
import { either, map, record, text } from "./values";

const scalar = z.union([z.string(), z.number(), z.boolean()], "a text, a number, true or false");
const argument = z.union(
  [scalar, z.array(scalar), z.record(z.string(), z.union([scalar, z.array(scalar), z.record(z.string(), scalar)]))],
  "a text, a number, true, false, a list or a map",
);
/** @param suggested arguments that editors suggest, each with its description; others are passed on to Terraform too */
function remote(description: string, suggested: Readonly<Record<string, string>>) {
  const schema = record(argument, "a map of the backend's arguments, with Terraform's names");
  const properties = Object.entries(suggested).map(([name, about]) => {
    const type = name === "workspaces" ? "object" : name === "use_oidc" ? "boolean" : "string";
    return [name, { type, description: about }] as const;
  });
  z.globalRegistry.add(schema, { description, properties: Object.fromEntries(properties) });
  return z.optional(schema);
}
const stateKeys = map(
  {
    local: z.optional(
      map(
        {
          path: z.optional(
            text(
              "a path",
              /^[^\0${}%]{1,1024}$/,
              "Path of the file. Default: `terraform.<name>-<environment>.tfstate`.",
            ),
          ),
        },
        "a map with `path`",
        "A file on this machine.",
      ),
    ),
    s3: remote(
      "Amazon S3, always with a lock file. `bucket` is required; `key` is `<name>/<environment>/terraform.tfstate` and `region` the API's unless given.",
      {
        bucket: "Name of the bucket.",
        key: "Path of the state. Default: `<name>/<environment>/terraform.tfstate`.",
        region: "Region of the bucket. Default: `region`.",
        kms_key_id: "ARN of the KMS key that encrypts the state. Default: the bucket's key.",
        profile: "AWS profile of the credentials.",
      },
    ),
    cloud: remote(
      "HCP Terraform. `organization` is required; `workspaces` is `{name: <name>-<environment>}` unless given.",
      {
        organization: "Name of the organization.",
        hostname: "Host of Terraform Enterprise. Default: `app.terraform.io`.",
        workspaces: "The workspace. Default: `{name: <name>-<environment>}`.",
      },
    ),
    http: remote("A REST endpoint. `address` is required.", {
      address: "URL of the state.",
      lock_address: "URL of the lock.",
      unlock_address: "URL that removes the lock. Default: `lock_address`.",
    }),
    gcs: remote("Google Cloud Storage. `bucket` is required; `prefix` is `<name>/<environment>` unless given.", {
      bucket: "Name of the bucket.",
      prefix: "Folder of the state. Default: `<name>/<environment>`.",
    }),
    azurerm: remote(
      "Azure Blob Storage. `storage_account_name` and `container_name` are required; `key` is `<name>/<environment>.tfstate` unless given.",
      {
        resource_group_name: "Resource group of the storage account.",
        storage_account_name: "Name of the storage account.",
        container_name: "Name of the container.",
        key: "Path of the state. Default: `<name>/<environment>.tfstate`.",
        use_oidc: "Whether to sign in with an OIDC token.",
      },
    ),
    pg: remote(
      "PostgreSQL. `schema_name` is `<name>_<environment>` unless given. Set the environment variable PG_CONN_STR instead of `conn_str`.",
      { schema_name: "Schema of the state. Default: `<name>_<environment>`." },
    ),
  },
  "`local`, or a map with one backend such as `s3`",
);
export const state = either(
  [z.literal("local"), stateKeys],
  "`local`, or a map with one backend such as `s3`",
  "Where Terraform stores its state. Default: `local`.",
);

export type StateInput = z.infer<typeof stateKeys>;
