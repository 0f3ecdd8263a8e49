/**
 * The cases in which a client must be rejected: a table of statuses, variants and advice, and the function that runs
 * them.
 */
import { adviceFor, brief } from "../advice";
import { Connection } from "../connection";
import { forgedIdentities, type Identity, identityOf } from "../identity";
import type { CaseResult, SmokeOptions } from "../types";
import { bareUrl, connectUntil, type Outcome, probeOptions, runCase, skip, type TestContext, words } from "./case";

type RefusalId = "no-token" | "bad-token" | "other-origin" | "missing-parameter" | "unknown-stage";

interface Variant {
  /** What is wrong with this client's request, such as `a changed signature`. */
  readonly name: string;
  readonly url?: string;
  /** Default: the required parameters. */
  readonly query?: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

export interface RefusalCase {
  readonly id: RefusalId;
  readonly title?: string;
  /**
   * Accepted statuses, from AWS's documentation. Undefined: not documented, so the answer is reported but cannot fail.
   */
  readonly statuses: readonly number[] | undefined;
  readonly variants: (options: SmokeOptions) => readonly Variant[];
  /** Why the case is skipped when there are no variants. */
  readonly without?: string;
  /** What it means if the client is accepted. */
  readonly accepted: string;
}

const NO_AUTHORIZER = "There is no token: the API accepts every client.";

const REFUSALS: readonly RefusalCase[] = [
  {
    id: "no-token",
    // API Gateway rejects a missing identity source without invoking the authorizer.
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
    statuses: [401],
    variants: (options) => (acceptsAll(options) ? [] : [{ name: "no token", identity: {} }]),
    without: NO_AUTHORIZER,
    accepted:
      "The gateway accepts clients without a token: $connect has no authorizer, or the deployed stage is older than the authorizer.",
  },
  {
    id: "bad-token",
    // 403 for a policy that denies, 401 for an authorizer that throws Unauthorized.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    statuses: [401, 403],
    variants: forgedIdentities,
    without: NO_AUTHORIZER,
    accepted: "The authorizer does not verify the signature. Treat all connections so far as unauthenticated.",
  },
  {
    id: "missing-parameter",
    // AWS does not document whether a WebSocket API enforces a required route parameter.
    statuses: undefined,
    variants: (options) =>
      Object.keys(options.parameters).length === 0
        ? []
        : [{ name: "no parameters", query: {}, identity: identityOf(options) }],
    without: "No required parameters were given.",
    accepted: "API Gateway does not enforce the parameter, so the backend must check it.",
  },
  {
    id: "unknown-stage",
    // Observed, see hashicorp/terraform-provider-aws#17955.
    statuses: [403],
    variants: (options) => [
      {
        name: "an unknown stage",
        url: otherStage(bareUrl(options)),
        identity: identityOf(options),
      },
    ],
    accepted:
      "The address accepts any path: it does not belong to API Gateway, or a proxy in front of it rewrites paths.",
  },
];

/** With IAM authorization, API Gateway checks the signature, and answers 403 (aws-samples/serverless-patterns#1144). */
const IAM: Partial<Record<RefusalId, Pick<RefusalCase, "title" | "statuses" | "accepted">>> = {
  "no-token": {
    title: "A client without a signature is rejected",
    statuses: [403],
    accepted:
      "The gateway accepts clients without a signature: $connect has no authorization, or the deployed stage is older.",
  },
  "bad-token": {
    title: "A client with a forged signature is rejected",
    statuses: [403],
    accepted: "API Gateway does not verify the signature, so the address does not belong to it.",
  },
};

const OTHER_ORIGIN: RefusalCase = {
  id: "other-origin",
  statuses: [401, 403],
  variants: (options) => {
    const { headers, ...rest } = identityOf(options);
    return [
      { name: "another origin", identity: { ...rest, headers: { ...headers, Origin: "https://origin.invalid" } } },
    ];
  },
  accepted: "The authorizer does not check the origin, so every page can connect in the name of its visitor.",
};

const acceptsAll = ({ token, iam }: SmokeOptions): boolean => token === undefined && !iam;

/** Returns the cases for a test. */
export function refusalsFor({ iam, origin }: SmokeOptions): readonly RefusalCase[] {
  const cases = iam ? REFUSALS.map((refusal) => ({ ...refusal, ...IAM[refusal.id] })) : REFUSALS;
  return origin === undefined ? cases : [...cases, OTHER_ORIGIN];
}

export async function refusalCase(context: TestContext, refusal: RefusalCase): Promise<CaseResult> {
  const statuses = context.options.expectStatus?.[refusal.id] ?? refusal.statuses;
  const expected = statuses?.join(" or ") ?? "a rejection, undocumented";
  const run = async (): Promise<Outcome> => {
    const variants = refusal.variants(context.options);
    if (variants.length === 0) return skip(expected, refusal.without ?? "There is nothing to test.");
    const outcomes: Outcome[] = [];
    for (const variant of variants) outcomes.push(await tryVariant(context, refusal, variant, statuses, expected));
    return combine(variants, outcomes);
  };
  return await runCase(context, refusal.id, expected, run, refusal.title);
}

async function tryVariant(
  context: TestContext,
  refusal: RefusalCase,
  variant: Variant,
  statuses: readonly number[] | undefined,
  expected: string,
): Promise<Outcome> {
  const { url = bareUrl(context.options), query = context.options.parameters, identity } = variant;
  const options = probeOptions(context, url, query, identity);
  const { answer, attempts } = await connectUntil(
    context,
    options,
    (candidate) => candidate.kind === "refused" && (statuses?.includes(candidate.status) ?? candidate.status < 429),
  );
  if (answer instanceof Connection) await answer.close({ signal: context.clock.signal }).catch(() => {});
  const actual = brief(answer);
  const base = { expected, actual, attempts, ...(answer instanceof Connection ? { status: 101 } : words(answer)) };
  const detail = answer instanceof Connection ? refusal.accepted : adviceFor(answer, context.options.iam);
  if (answer.kind === "failed") return { ...base, verdict: "failed", detail };
  if (statuses === undefined)
    return { ...base, verdict: "reported", detail: answer instanceof Connection ? detail : undefined };
  const accepted = answer.kind === "refused" && statuses.includes(answer.status);
  return accepted ? { ...base, verdict: "passed" } : { ...base, verdict: "failed", detail };
}

/** Combines the results of all variants. The first failed variant decides the case. */
function combine(variants: readonly Variant[], outcomes: readonly Outcome[]): Outcome {
  const index = outcomes.findIndex(({ verdict }) => verdict === "failed");
  const chosen = outcomes[Math.max(index, 0)] ?? skip("", "");
  if (variants.length === 1) return chosen;
  const actual = outcomes.map((outcome, i) => `${outcome.actual} for ${variants[i]?.name}`).join(", ");
  const attempts = Math.max(...outcomes.map((outcome) => outcome.attempts));
  const detail = chosen.detail && `With ${variants[index]?.name}: ${chosen.detail}`;
  return { ...chosen, actual, attempts, detail };
}

/**
 * Returns the URL of a stage that does not exist. The last segment of the path is the stage, or the base path of a
 * custom domain.
 */
function otherStage(text: string): string {
  const url = new URL(text);
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  url.pathname = [...segments.slice(0, -1), "no-such-stage"].join("/");
  return url.href;
}
