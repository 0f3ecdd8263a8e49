/** Resolves `state` to a Terraform backend, with a different location for each environment. */

import { isSecretName } from "../../terminal/mask";
import { didYouMean } from "../../terminal/nearest";
import { SUBSTITUTION } from "../check/issues";
import { explainMisfit } from "../check/misfits";
import type { StateBackend } from "../model";
import type { StateInput } from "../schema/operations";
import type { Scope } from "./scope";

type Remote = Exclude<StateBackend["type"], "local">;

interface Backend {
  readonly required: readonly string[];
  /** The default location of this environment's state. */
  readonly defaults: (scope: Scope) => Record<string, unknown>;
  /** All other arguments. Undefined: too many to know. */
  readonly optional: readonly string[];
}

const words = (text: string) => text.split(" ");

/** https://developer.hashicorp.com/terraform/language/backend */
const BACKENDS: Readonly<Record<Remote, Backend>> = {
  s3: {
    required: ["bucket"],
    defaults: ({ project, environment, region }) => ({ key: `${project}/${environment}/terraform.tfstate`, region }),
    optional: words(
      "encrypt use_lockfile kms_key_id acl access_key secret_key token profile shared_config_files shared_credentials_files endpoints assume_role assume_role_with_web_identity allowed_account_ids forbidden_account_ids custom_ca_bundle ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode http_proxy https_proxy no_proxy insecure max_retries retry_mode skip_credentials_validation skip_metadata_api_check skip_region_validation skip_requesting_account_id skip_s3_checksum sse_customer_key sts_region use_dualstack_endpoint use_fips_endpoint use_path_style workspace_key_prefix",
    ),
  },
  cloud: {
    required: ["organization"],
    defaults: ({ project, environment }) => ({ workspaces: { name: `${project}-${environment}` } }),
    optional: words("hostname token"),
  },
  http: {
    required: ["address"],
    defaults: () => ({}),
    optional: words(
      "update_method lock_address lock_method unlock_address unlock_method username password skip_cert_verification retry_max retry_wait_min retry_wait_max client_ca_certificate_pem client_certificate_pem client_private_key_pem",
    ),
  },
  gcs: {
    required: ["bucket"],
    defaults: ({ project, environment }) => ({ prefix: `${project}/${environment}` }),
    optional: words(
      "credentials impersonate_service_account impersonate_service_account_delegates access_token encryption_key kms_encryption_key storage_custom_endpoint",
    ),
  },
  azurerm: {
    required: ["storage_account_name", "container_name"],
    defaults: ({ project, environment }) => ({ key: `${project}/${environment}.tfstate` }),
    optional: words(
      "resource_group_name subscription_id tenant_id client_id client_secret client_certificate_path client_certificate_password client_id_file_path client_secret_file_path access_key sas_token environment endpoint metadata_host msi_endpoint oidc_request_token oidc_request_url oidc_token oidc_token_file_path ado_pipeline_service_connection_id lookup_blob_endpoint snapshot use_aks_workload_identity use_azuread_auth use_cli use_msi use_oidc",
    ),
  },
  pg: {
    required: [],
    defaults: ({ project, environment }) => ({ schema_name: `${project}_${environment}`.replaceAll("-", "_") }),
    optional: words("conn_str skip_schema_creation skip_table_creation skip_index_creation"),
  },
};
const TYPES = ["s3", "cloud", "http", "gcs", "azurerm", "pg"] as const satisfies readonly Remote[];

export function resolveState(input: "local" | StateInput | undefined, scope: Scope): StateBackend {
  if (input === undefined || input === "local") return { type: "local", path: undefined };
  const given = [...TYPES, "local" as const].filter((type) => input[type] !== undefined);
  const [type] = given;
  if (given.length !== 1 && scope.intact("state")) {
    scope.report.key(["state"], `expected one backend, not ${given.length === 0 ? "none" : given.join(" and ")}.`);
  }
  if (type === undefined || type === "local") return { type: "local", path: input.local?.path };
  return remote(type, input[type] ?? {}, scope);
}

function remote(type: Remote, given: Readonly<Record<string, unknown>>, scope: Scope): StateBackend {
  const { required, defaults, optional } = BACKENDS[type];
  const path = ["state", type];
  const filled = { ...defaults(scope), ...given };
  for (const name of required) {
    if (!(name in given) && scope.intact(...path)) scope.report.key(path, `needs \`${name}\`.`);
  }
  const known = [...required, ...Object.keys(defaults(scope)), ...optional];
  for (const [name, value] of Object.entries(given)) {
    const at = [...path, name];
    if (!known.includes(name)) {
      const hint = explainMisfit(name) ?? didYouMean(name, known) ?? `Valid arguments: ${known.join(", ")}.`;
      scope.report.key(at, `the backend \`${type}\` has no such argument.`, hint);
    }
    if (/[$%]\{/.test(JSON.stringify(value)))
      scope.report(at, "a backend's arguments cannot contain `${…}`.", SUBSTITUTION);
    if (isSecret(name))
      scope.report.key(
        at,
        "must not be in this file, because it is a secret.",
        "Pass it to Terraform in its environment variable.",
      );
  }
  if (given.use_lockfile === false)
    scope.report([...path, "use_lockfile"], "must not be false: two deploys at the same time would corrupt the state.");
  return { type, arguments: filled };
}

/** `credentials` of gcs may be the path of a file. */
const isSecret = (name: string) => isSecretName(name) && name !== "credentials";
