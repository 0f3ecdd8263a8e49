/** Real messages of Terraform 1.11, the AWS provider 5.100, S3 and IAM: the reason and the advice that they lead to. */
import { explainErrors } from "../../../action/src/diagnostics";

const FAILED = "https response error StatusCode: 403, RequestID: 3f1c";
const USER = "User: arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions is not authorized to perform:";

const explain = (...messages: readonly string[]) => explainErrors(messages.map((summary) => ({ summary, detail: "" })));

test.each<[message: string, reason: string, hint: RegExp]>([
  [
    `validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, ${FAILED}, api error ExpiredToken: The security token included in the request is expired`,
    "credentials-rejected",
    /configure-aws-credentials/,
  ],
  ["No valid credential sources found", "credentials-rejected", /missing, wrong or expired/],
  [
    `retrieving caller identity from STS: operation error STS: GetCallerIdentity, ${FAILED}, api error InvalidClientTokenId: The security token included in the request is invalid.`,
    "credentials-rejected",
    /configure-aws-credentials/,
  ],
  [
    `Cannot assume IAM Role: operation error STS: AssumeRoleWithWebIdentity, ${FAILED}, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
    "credentials-rejected",
    /trust policy/,
  ],
  ["Error refreshing state: HTTP remote state endpoint requires auth", "credentials-rejected", /TF_HTTP_PASSWORD/],
  ["Error refreshing state: HTTP remote state endpoint invalid auth", "credentials-rejected", /TF_HTTP_PASSWORD/],
  [
    "storage.NewClient() failed: dialing: google: could not find default credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
    "credentials-rejected",
    /GOOGLE_CREDENTIALS/,
  ],
  ["Required token could not be found", "credentials-rejected", /TF_TOKEN_/],
  ["AWS account ID not allowed: 123456789012", "account-refused", /account 123456789012.*`allowedAccountIds`/],
  [
    `creating IAM Role (quotes-prod): operation error IAM: CreateRole, ${FAILED}, api error AccessDenied: ${USER} iam:CreateRole on resource: arn:aws:iam::123456789012:role/quotes-prod because no identity-based policy allows the iam:CreateRole action`,
    "permission-missing",
    /\{"Effect":"Allow","Action":\["iam:CreateRole"\],"Resource":"arn:aws:iam::123456789012:role\/quotes-prod"\}/,
  ],
  [
    `creating API Gateway v2 API (quotes-prod): operation error ApiGatewayV2: CreateApi, ${FAILED}, api error AccessDeniedException: ${USER} apigateway:POST on resource: arn:aws:apigateway:eu-west-3::/apis`,
    "permission-missing",
    /"Action":\["apigateway:POST"\],"Resource":"arn:aws:apigateway:eu-west-3::\/apis"/,
  ],
  [
    `creating CloudWatch Logs Log Group: operation error CloudWatch Logs: CreateLogGroup, ${FAILED}, api error AccessDeniedException: ${USER} logs:CreateLogGroup on resource: arn:aws:logs:eu-west-1:123456789012:log-group:quotes-prod:log-stream: with an explicit deny in a service control policy`,
    "permission-missing",
    /^logs:CreateLogGroup is denied with an explicit deny in a service control policy\./,
  ],
  [
    `reading KMS Key: operation error KMS: DescribeKey, ${FAILED}, api error AccessDeniedException: ${USER} kms:DescribeKey on resource: arn:aws:kms:us-east-1:123456789012:key/1 because no resource-based policy allows the kms:DescribeKey action`,
    "permission-missing",
    /^Add to the resource-based policy, which allows none of it, and to a policy of the job's role: \{"Effect":"Allow","Action":\["kms:DescribeKey"\]/,
  ],
  [
    `creating IAM Role (quotes-prod): operation error IAM: CreateRole, ${FAILED}, api error AccessDenied: ${USER} iam:CreateRole on resource: arn:aws:iam::123456789012:role/quotes-prod because no permissions boundary allows the iam:CreateRole action`,
    "permission-missing",
    /^Add to the permissions boundary, which allows none of it, and to a policy of the job's role: /,
  ],
  [
    `Failed to get existing workspaces: Unable to list objects in S3 bucket "states" with prefix "env:/": operation error S3: ListObjectsV2, ${FAILED}, HostID: 1, api error AccessDenied: ${USER} s3:ListBucket on resource: "arn:aws:s3:::states" because no identity-based policy allows the s3:ListBucket action`,
    "permission-missing",
    /"Action":\["s3:ListBucket"\],"Resource":"arn:aws:s3:::states"/,
  ],
  [
    `Error refreshing state: Unable to access object "k" in S3 bucket "states": operation error S3: HeadObject, ${FAILED}, HostID: , api error Forbidden: Forbidden`,
    "permission-missing",
    /s3:GetObject/,
  ],
  [
    "creating IAM Role (quotes-prod): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 3f1c, LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
    "quota-exceeded",
    /Service Quotas/,
  ],
  [
    "creating IAM Role (quotes-prod): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 3f1c, EntityAlreadyExists: Role with name quotes-prod already exists.",
    "name-taken",
    /terraform import/,
  ],
  [
    "creating Lambda Function (quotes-prod): operation error Lambda: CreateFunction, https response error StatusCode: 409, RequestID: 3f1c, ResourceConflictException: Function already exist: quotes-prod",
    "name-taken",
    /change `name`/,
  ],
  [
    "creating CloudWatch Logs Log Group (/aws/lambda/quotes-prod): operation error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 400, RequestID: 3f1c, ResourceAlreadyExistsException: The specified log group already exists",
    "name-taken",
    /import/,
  ],
  ["Saved plan is stale", "plan-changed", /Another run changed the state/],
  [
    'Failed to get existing workspaces: S3 bucket "states" does not exist.\n\nThe referenced S3 bucket must have been previously created.',
    "backend-unreachable",
    /bucket of the state does not exist/,
  ],
  [
    'Failed to get existing workspaces: Unable to list objects in S3 bucket "states" with prefix "env:/": operation error S3: ListObjectsV2, https response error StatusCode: 301, RequestID: , HostID: , requested bucket from "us-east-1", actual location "eu-west-1"',
    "backend-unreachable",
    /region eu-west-1/,
  ],
  [
    'validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, exceeded maximum number of attempts, 5, https response error StatusCode: 0, RequestID: , request send failed, Post "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    "backend-unreachable",
    /does not answer/,
  ],
  [
    "deleting IAM Policy (arn:aws:iam::123456789012:policy/quotes-prod): operation error IAM: DeletePolicy, https response error StatusCode: 409, RequestID: 3f1c, DeleteConflict: Cannot delete a policy attached to entities.",
    "policy-attached",
    /Detach/,
  ],
  ["Failed to persist state to backend", "state-not-saved", /errored\.tfstate/],
  ["write /tmp/gateway/plan: no space left on device", "runner-failed", /disk is full/],
  [
    "This state belongs to quotes, environment prod, region us-east-1, stage prod. The configuration is for quotes, environment prod, region eu-west-1, stage prod.",
    "replace-refused",
    /allow-replace/,
  ],
  ["Failed to query available provider packages", "init-failed", /provider registry/],
  [
    "Failed to install provider. Error while installing hashicorp/aws v5.100.0: the local package for registry.terraform.io/hashicorp/aws 5.100.0 doesn't match any of the checksums previously recorded in the dependency lock file (this might be because the available checksums are for packages targeting different platforms)",
    "init-failed",
    /lock-platforms/,
  ],
  ["Inconsistent dependency lock file", "init-failed", /lock-platforms/],
])("%s", (message, reason, hint) => {
  expect(explain(message)).toEqual({ reason, hint: expect.stringMatching(hint) });
});

test("a missing variable is named with the input that sets it", () => {
  const missing = (name: string) => ({
    summary: "No value for required variable",
    detail: `The root module input variable "${name}" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable.`,
  });
  expect(explainErrors([missing("hs256_secret"), missing("color")])).toEqual({
    reason: "variable-missing",
    hint: "Set the input `hs256-secret`, or `TF_VAR_hs256_secret` in the job's environment. Set `TF_VAR_color` in the job's environment.",
  });
});

test("all missing permissions are in one advice", () => {
  const denied = (action: string, resource: string) =>
    `api error AccessDenied: ${USER} ${action} on resource: ${resource}`;
  const role = "arn:aws:iam::123456789012:role/quotes-prod";
  expect(
    explain(denied("iam:TagRole", role), denied("iam:CreateRole", role), denied("ssm:PutParameter", "*"))?.hint,
  ).toBe(
    `Add to a policy of the job's role: {"Effect":"Allow","Action":["iam:CreateRole","iam:TagRole"],"Resource":"${role}"}, {"Effect":"Allow","Action":["ssm:PutParameter"],"Resource":"*"}`,
  );
});

test("what is not known has no explanation", () => {
  expect(explain("local-exec provisioner error")).toBeUndefined();
});
