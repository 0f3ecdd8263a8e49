/** Resolves `state` to a Terraform backend, with a different location for each environment. */

import { isSecretName } from "../../terminal/mask";
import { didYouMean, nearest } from "../../terminal/nearest";
import { SUBSTITUTION } from "../check/hints";
import { reasonUnsupported } from "../check/unsupported";
import type { StateBackend } from "../model";
import type { StateInput } from "../schema/state";
import type { Scope } from "./scope";

type Remote = Exclude<StateBackend["type"], "local">;

interface Backend {
  readonly required: readonly string[];
  /** Returns the default location of an environment's state. */
  readonly defaults: (scope: Scope) => Record<string, unknown>;
}

/** Requirements of this project for a backend. Terraform checks the rest (https://developer.hashicorp.com/terraform/language/backend). */
const BACKENDS: Readonly<Record<Remote, Backend>> = {
  s3: {
    required: ["bucket"],
    defaults: ({ project, environment, region }) => ({ key: `${project}/${environment}/terraform.tfstate`, region }),
  },
  cloud: {
    required: ["organization"],
    defaults: ({ project, environment }) => ({ workspaces: { name: `${project}-${environment}` } }),
  },
  http: { required: ["address"], defaults: () => ({}) },
  gcs: {
    required: ["bucket"],
    defaults: ({ project, environment }) => ({ prefix: `${project}/${environment}` }),
  },
  azurerm: {
    required: ["storage_account_name", "container_name"],
    defaults: ({ project, environment }) => ({ key: `${project}/${environment}.tfstate` }),
  },
  pg: {
    required: [],
    defaults: ({ project, environment }) => ({ schema_name: `${project}_${environment}`.replaceAll("-", "_") }),
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
  const { required, defaults } = BACKENDS[type];
  const path = ["state", type];
  const filled = { ...defaults(scope), ...given };
  for (const name of required) {
    if (name in given || !scope.intact(...path)) continue;
    const misspelt = nearest(name, Object.keys(given));
    const hint = misspelt && `\`${misspelt}\` is probably a misspelling of it.`;
    scope.report.key(path, `needs \`${name}\`.`, hint);
  }
  const known = [...required, ...Object.keys(defaults(scope)), ...(type === "s3" ? ["use_lockfile"] : [])];
  for (const [name, value] of Object.entries(given)) {
    const at = [...path, name];
    const hint = known.includes(name) ? undefined : (reasonUnsupported(name) ?? misspelling(name, known));
    if (hint) scope.report.warn(at, "is passed on to Terraform, but is probably a mistake.", hint);
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
  if (type === "http" && given.lock_address === undefined && scope.intact(...path))
    scope.report.warn(
      path,
      "is not locked: two deploys at the same time would corrupt the state.",
      "Set `lock_address` here, or TF_HTTP_LOCK_ADDRESS where Terraform runs.",
    );
  return { type, arguments: filled };
}

/** `credentials` of gcs may be the path of a file. */
const isSecret = (name: string) => isSecretName(name) && name !== "credentials";

/** Suggests a name. If a name contains the nearest one, it is another argument, such as `sts_region` beside `region`. */
const misspelling = (name: string, known: readonly string[]): string | undefined =>
  known.some((other) => name.includes(other)) ? undefined : didYouMean(name, known);
