/** The IAM roles of a stack, with what an organization requires of every role: a permissions boundary and a path. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { Construct } from "constructs";
import { PRINCIPALS } from "../aws/endpoints";
import { IAM_NAME_LENGTH } from "../aws/limits";
import { DEFAULTS } from "../contract/defaults";
import { boundedName, literal, policyDocument } from "./text";

export interface Iam {
  /** ARN of a policy that limits the permissions of every role. */
  readonly permissionsBoundary?: string | undefined;
  /** Path of every role, which begins and ends with a slash. A changed path replaces the roles. */
  readonly path: string;
}

/** Creates a role that one AWS service can assume. */
export function serviceRole(
  scope: Construct,
  id: string,
  {
    name,
    service,
    iam,
  }: { readonly name: string; readonly service: keyof typeof PRINCIPALS; readonly iam: Iam | undefined },
): IamRole {
  return new IamRole(scope, id, {
    name: literal(boundedName(name, IAM_NAME_LENGTH.role)),
    assumeRolePolicy: policyDocument([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: PRINCIPALS[service] } },
    ]),
    ...(iam?.permissionsBoundary === undefined ? {} : { permissionsBoundary: iam.permissionsBoundary }),
    ...(iam === undefined || iam.path === DEFAULTS.iamPath ? {} : { path: iam.path }),
  });
}
