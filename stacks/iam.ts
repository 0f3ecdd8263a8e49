/** What an organization requires of every IAM role: a permissions boundary and a path. */
import { DEFAULTS } from "../contract/defaults";

export interface Iam {
  /** ARN of a policy. */
  readonly permissionsBoundary?: string | undefined;
  /** Begins and ends with a slash. Another path is another role. */
  readonly path: string;
}

/** The arguments of a role. What is the default is left out. */
export const roleSettings = (iam: Iam | undefined): { permissionsBoundary?: string; path?: string } => ({
  ...(iam?.permissionsBoundary === undefined ? {} : { permissionsBoundary: iam.permissionsBoundary }),
  ...(iam === undefined || iam.path === DEFAULTS.iamPath ? {} : { path: iam.path }),
});
