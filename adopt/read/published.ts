/** Reads what a stack of this project publishes beside the API: the policy for backends, and the SSM parameters. */
import * as z from "zod/mini";
import { iamArn, parameterArn, parseFunctionArn } from "../../aws/arn";
import { CONTRACT_VERSION, connectionsPolicyName } from "../../contract/names";
import { namesOf } from "../names";
import { type AwsReader, elements } from "./client";
import type { LiveApi, LiveBundled, LivePublished } from "./live";

const page = z.object({
  Parameters: z.array(z.object({ Name: z.string(), Type: z.string() })),
  NextToken: z.optional(z.string()),
});

/** Reads what has this project's default names. */
export async function readPublished(
  aws: AwsReader,
  api: LiveApi,
  stageName: string,
  { arn, role }: LiveBundled,
): Promise<LivePublished> {
  const account = parseFunctionArn(arn) ?? { partition: "aws", region: aws.region, accountId: "" };
  const policyName = connectionsPolicyName(api.name, aws.region);
  const policyArn = iamArn(account, "policy", policyName, role.path);
  const { project, environment } = namesOf(api.name, stageName);
  const path = `/${project}/${environment}/v${CONTRACT_VERSION}`;
  const [policy, parameters] = await Promise.all([
    aws.text({
      service: "iam",
      path: "/",
      form: { Action: "GetPolicy", Version: "2010-05-08", PolicyArn: policyArn },
      permission: `iam:GetPolicy on ${policyArn}`,
    }),
    parametersBelow(aws, path, parameterArn({ ...account, region: aws.region }, `${path}/*`)),
  ]);
  const [description] = elements(policy ?? "", "Description");
  return {
    connectionsPolicy:
      policy === undefined ? undefined : { name: policyName, path: role.path, arn: policyArn, description },
    parameters,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
async function parametersBelow(aws: AwsReader, path: string, arn: string): Promise<LivePublished["parameters"]> {
  const found: { name: string; type: string }[] = [];
  let token: string | undefined;
  do {
    const body = { Path: path, ...(token === undefined ? {} : { NextToken: token }) };
    const operation = { target: "AmazonSSM.GetParametersByPath", body };
    const permission = `ssm:GetParametersByPath on ${arn}`;
    const answered = page.parse(
      (await aws.get({ service: "ssm", path: "/", operation, permission })) ?? { Parameters: [] },
    );
    found.push(...answered.Parameters.map(({ Name, Type }) => ({ name: Name, type: Type })));
    token = answered.NextToken;
  } while (token !== undefined);
  return found;
}
