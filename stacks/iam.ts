/** Requirements of an organization for every IAM role: a permissions boundary and a path. */
import { DEFAULTS } from "../contract/defaults";

export interface Iam {
  /** ARN of a policy that limits the permissions of every role. */
  readonly permissionsBoundary?: string | undefined;
  /** Path of every role, which begins and ends with a slash. A changed path replaces the roles. */
  readonly path: string;
}

/** Returns the arguments of a role, without those that have their defaults. */
export const roleSettings = (iam: Iam | undefined): { permissionsBoundary?: string; path?: string } => ({
  ...(iam?.permissionsBoundary === undefined ? {} : { permissionsBoundary: iam.permissionsBoundary }),
  ...(iam === undefined || iam.path === DEFAULTS.iamPath ? {} : { path: iam.path }),
});
