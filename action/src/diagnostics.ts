/** What an error of Terraform, its backend or AWS means for the job: the reason, and what to do next. */
import { CREDENTIALS_REJECTED, RENEW_CREDENTIALS } from "./aws";
import type { Diagnostic } from "./events";
import type { FailureReason } from "./failure-reasons";
import { inputOfVariable } from "./secrets";

export interface Explanation {
  readonly reason: FailureReason;
  readonly hint: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly reason: FailureReason;
  /** A function gets all matches in all errors, so that one run shows everything that is missing. */
  readonly hint: string | ((matches: readonly RegExpExecArray[]) => string);
}

/** The first rule that matches decides. Each has a real message as its test. */
const RULES: readonly Rule[] = [
  {
    pattern: /Failed to persist state to backend/,
    reason: "state-not-saved",
    hint: "Keep errored.tfstate, and do not deploy again before the state is recovered: Terraform would create everything a second time.",
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    reason: "runner-failed",
    hint: "The runner's disk is full. Free space in an earlier step, or use a larger runner.",
  },
  {
    // The postcondition of stacks/identity.ts.
    pattern: /This state belongs to .*, environment .*, region .*, stage /,
    reason: "replace-refused",
    hint: "To keep the address, restore the setting. To change it on purpose, set `allow-replace: true` for one run.",
  },
  {
    pattern: /Saved plan is stale/,
    reason: "plan-changed",
    hint: "Another run changed the state after this run's plan. Run the job again: it makes a new plan.",
  },
  {
    pattern: /AWS account ID not allowed: (\d+)/i,
    reason: "account-refused",
    hint: ([match]) =>
      `The credentials belong to account ${match?.[1]}, which the configuration does not allow. Use credentials of another account, or add this one to \`allowedAccountIds\`.`,
  },
  {
    pattern: CREDENTIALS_REJECTED,
    reason: "credentials-rejected",
    hint: RENEW_CREDENTIALS,
  },
  {
    pattern: /Not authorized to perform sts:AssumeRoleWithWebIdentity/,
    reason: "credentials-rejected",
    hint: "The role's trust policy does not accept this job's OIDC token. Check its conditions for `sub` and `aud`, and that the job has `permissions: id-token: write`.",
  },
  {
    pattern:
      /HTTP remote state endpoint (requires|invalid) auth|could not find default credentials|Required token could not be found/,
    reason: "credentials-rejected",
    hint: "The state backend rejects the job. Set its credentials in the job's environment: TF_HTTP_USERNAME and TF_HTTP_PASSWORD for `http`, GOOGLE_CREDENTIALS for `gcs`, TF_TOKEN_app_terraform_io for `cloud`.",
  },
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    pattern:
      /not authorized to perform: ([\w-]+:\w+)(?: on resource: "?([^\s"]+)"?)?(?: (because no [\w -]+ allows|with an explicit deny in an? [\w -]+))?/,
    reason: "permission-missing",
    hint: (matches) => {
      const denied = matches.find(([, , , why]) => why?.startsWith("with an explicit deny"));
      if (denied)
        return `${denied[1]} is denied ${denied[3]}. Allowing it elsewhere has no effect: change that policy.`;
      // The first that does not allow it. What the job's role needs besides is not known.
      const other = matches.flatMap(
        ([, , , why]) => /^because no (?!identity-based)(.+) allows/.exec(why ?? "")?.[1] ?? [],
      )[0];
      const where = other === undefined ? "" : `the ${other}, which allows none of it, and to `;
      return `Add to ${where}a policy of the job's role: ${statementsFor(matches)}`;
    },
  },
  {
    pattern: /api error (?:AccessDenied\w*|Forbidden|UnauthorizedOperation)\b/,
    reason: "permission-missing",
    hint: "AWS does not name the missing permission here. The operation in the message is the action: `S3: HeadObject` and `GetObject` need s3:GetObject, other operations the action of their own name.",
  },
  {
    pattern: /No value for required variable[\s\S]*?"([\w-]+)"/,
    reason: "variable-missing",
    hint: (matches) => matches.map(([, name = ""]) => howToSet(name)).join(" "),
  },
  {
    pattern: /DeleteConflict(Exception)?: .*(attached|entities)/,
    reason: "policy-attached",
    hint: "Detach the policy from every role, user and group that has it, and run the job again. The policy's page in the IAM console lists them.",
  },
  {
    pattern:
      /\b(LimitExceeded(Exception)?|ServiceQuotaExceeded(Exception)?|ResourceLimitExceeded|ParameterLimitExceeded|CodeStorageExceededException|TooManyEntities)\b/,
    reason: "quota-exceeded",
    hint: "Raise the quota in the Service Quotas console, or delete what is no longer used.",
  },
  {
    pattern:
      /\b(EntityAlreadyExists(Exception)?|ResourceAlreadyExistsException|ParameterAlreadyExists|AlreadyExistsException)\b|Function already exist|domain name you provided already exists/,
    reason: "name-taken",
    hint: "A resource with this name exists, and this state does not manage it. If another project or environment has it, change `name`. If an interrupted run of this environment created it, run the job again: with AWS credentials in its environment, it imports the resource, or says why it cannot. Otherwise run `terraform import`, or delete the resource.",
  },
  {
    pattern: /dependency lock file|Provider dependency changes detected|checksums previously recorded/i,
    reason: "init-failed",
    hint: "The committed .terraform.lock.hcl does not fit this configuration or this platform. Run mode `plan` with `lock-platforms`, and commit the file that it writes.",
  },
  {
    pattern: /Failed to query available provider packages|Failed to install provider|could not connect to registry/,
    reason: "init-failed",
    hint: "Check that the provider's version exists, and the job's network connection to the provider registry.",
  },
  {
    pattern: /S3 bucket "([^"]+)" does not exist|NoSuchBucket/,
    reason: "backend-unreachable",
    hint: "The bucket of the state does not exist in this account. Create it, or correct `state` in the configuration.",
  },
  {
    pattern: /requested bucket from "([^"]*)", actual location "([^"]*)"|PermanentRedirect/,
    reason: "backend-unreachable",
    hint: ([match]) =>
      `The bucket of the state is in ${match?.[2] ? `region ${match[2]}` : "another region"}. Set \`state.s3.region\` in the configuration.`,
  },
  {
    pattern: /request send failed|no such host|connection refused|i\/o timeout|TLS handshake|context deadline exceeded/,
    reason: "backend-unreachable",
    hint: "The address in the message does not answer. Check the region and the state backend in the configuration, and the job's network and proxy settings.",
  },
];

/** `undefined`: no rule matches, so the phase in which Terraform failed is all that is known. */
export function explainErrors(errors: readonly Pick<Diagnostic, "summary" | "detail">[]): Explanation | undefined {
  const texts = errors.map(({ summary, detail }) => `${summary}\n${detail}`);
  for (const { pattern, reason, hint } of RULES) {
    const matches = texts.flatMap((text) => [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))]);
    if (matches.length > 0) return { reason, hint: typeof hint === "string" ? hint : hint(matches) };
  }
  return undefined;
}

/** One IAM statement per resource, as JSON that can be pasted into a policy. */
function statementsFor(matches: readonly RegExpExecArray[]): string {
  const actions = new Map<string, Set<string>>();
  for (const [, action = "", resource = "*"] of matches) {
    actions.set(resource, (actions.get(resource) ?? new Set()).add(action));
  }
  return [...actions]
    .map(([Resource, Action]) => JSON.stringify({ Effect: "Allow", Action: [...Action].sort(), Resource }))
    .join(", ");
}

function howToSet(variable: string): string {
  const input = inputOfVariable(variable);
  const otherwise = `\`TF_VAR_${variable}\` in the job's environment`;
  return input ? `Set the input \`${input}\`, or ${otherwise}.` : `Set ${otherwise}.`;
}
