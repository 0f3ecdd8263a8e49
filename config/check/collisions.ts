/**
 * Reports names and locations that two environments share but must not, because each would overwrite the other's
 * deployment.
 */
import { normalize } from "node:path";
import { type Environment, localState, type StateBackend } from "../model";
import type { Report } from "./reporter";

export function checkCollisions(environments: readonly Environment[], report: Report): void {
  for (const [index, environment] of environments.entries()) {
    for (const earlier of environments.slice(0, index)) {
      for (const what of shared(earlier, environment)) {
        report.key(
          ["environments", environment.name],
          `has the same ${what} as \`${earlier.name}\`.`,
          what === "domain"
            ? "Each environment needs its own, or all but one set `domain.existing: true` and a `basePath`."
            : "Each environment needs its own.",
        );
      }
    }
  }
}

function shared(a: Environment, b: Environment): string[] {
  return [
    ...(place(a) === place(b) ? ["state location"] : []),
    ...sharedDomain(a, b),
    ...(!areApart(a, b) && a.ssmPrefix !== undefined && a.ssmPrefix === b.ssmPrefix ? ["SSM parameters"] : []),
    ...(!areApart(a, b) && a.logs.manageAccountRole && b.logs.manageAccountRole ? ["account role for logs"] : []),
  ];
}

/** Checks domains: one environment owns a domain, and others are mapped to it, each with its own base path. */
function sharedDomain(a: Environment, b: Environment): string[] {
  if (a.domain === undefined || a.domain.name !== b.domain?.name) return [];
  if (a.domain.certificateArn !== undefined && b.domain.certificateArn !== undefined) return ["domain"];
  return !areApart(a, b) && a.domain.basePath === b.domain.basePath ? ["domain and base path"] : [];
}

/** Returns a text that identifies the location of the state. */
function place({ apiName, state }: Environment): string {
  if (state.type === "local") return normalize(state.path ?? localState(apiName));
  return JSON.stringify([state.type, ...LOCATION[state.type](state.arguments)]);
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * The arguments that name the location of a state, each in one spelling
 * (https://developer.hashicorp.com/terraform/language/backend).
 */
const LOCATION: Readonly<Record<Exclude<StateBackend["type"], "local">, (given: Arguments) => unknown[]>> = {
  s3: ({ bucket, key }) => [bucket, key],
  cloud: ({ hostname = "app.terraform.io", organization, workspaces }) => [hostname, organization, nameIn(workspaces)],
  http: ({ address }) => [withoutFragment(String(address))],
  gcs: ({ bucket, prefix }) => [bucket, normalize(`/${prefix}/`)],
  azurerm: ({ storage_account_name: account, container_name: container, key }) => [account, container, key],
  pg: ({ conn_str: connection, schema_name: schema }) => [connection, schema],
};

/** The project of a workspace is not part of its name, which is unique in the organization. */
const nameIn = (workspaces: unknown): unknown =>
  typeof workspaces === "object" && workspaces !== null && "name" in workspaces ? workspaces.name : workspaces;

const withoutFragment = (address: string): string =>
  URL.canParse(address) ? new URL(address).href.replace(/#.*/, "") : address;

/**
 * Returns whether both certainly deploy to different regions or accounts. If one has no `allowedAccountIds`, its account
 * depends on the credentials, so it may be the same.
 */
function areApart(a: Environment, b: Environment): boolean {
  if (a.region !== b.region) return true;
  if (a.allowedAccountIds.length === 0 || b.allowedAccountIds.length === 0) return false;
  return !a.allowedAccountIds.some((id) => b.allowedAccountIds.includes(id));
}
