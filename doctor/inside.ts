/** Reads the API in the AWS account, and whether its backends can be reached. All requests to AWS only read. */
import * as z from "zod/mini";
import { AdoptError } from "../adopt/errors";
import { readApi } from "../adopt/read/api";
import { AwsReader } from "../adopt/read/client";
import { connectAuthorizer, integrationOf, type Live } from "../adopt/read/live";
import { functionOfUri, parseFunctionArn } from "../aws/arn";
import { regionIn, regionOfHost } from "../aws/endpoints";
import { parseJson } from "../aws/json";
import { functionLogGroup } from "../aws/names";
import { credentialsIn } from "../aws/sigv4";
import { probe } from "../smoke/index";
import type { ProbeOptions } from "../smoke/types";
import type { Variables } from "../terminal/shell";
import type { Address, Answer, Inside, Reach, Verdict } from "./evidence";

interface Options {
  readonly env: Variables;
  readonly signal: AbortSignal;
  /** Id and region, where the URL does not show them. */
  readonly api: string | undefined;
  readonly region: string | undefined;
  /** Waits before the log is read again. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Reads the API that the address names. Returns undefined if there are no AWS credentials. */
export async function lookInside(
  { url, path }: Address,
  answer: Answer,
  { env, signal, api, region: given, wait }: Options,
): Promise<Inside | undefined> {
  const credentials = credentialsIn(env);
  if (credentials === undefined) return undefined;
  const inHost = regionOfHost(url.hostname);
  const apiId = api ?? (inHost === undefined ? undefined : url.hostname.split(".")[0]);
  if (apiId === undefined)
    return { kind: "unread", why: "The URL has a custom domain name: give the API's id with --api." };
  const region = given ?? inHost ?? regionIn(env);
  if (region === undefined) return { kind: "unread", why: "The region is not known: give --region." };
  const aws = new AwsReader({ credentials, region, env, signal });
  const read = async (reader: AwsReader): Promise<Live | undefined> => {
    try {
      return await readApi(reader, apiId, () => {});
    } catch (error) {
      if (error instanceof AdoptError && error.code === "api-not-found") return undefined;
      throw error;
    }
  };
  try {
    const live = await read(aws);
    if (live === undefined) {
      const other = regionIn(env);
      if (other === undefined || other === region) return { kind: "no-api", region, elsewhere: undefined };
      const found = await read(new AwsReader({ credentials, region: other, env, signal }));
      return { kind: "no-api", region, elsewhere: found && other };
    }
    const stage = live.stages.find(({ stageName }) => stageName === stageOf(live, url, path));
    return { kind: "read", live, stage, denial: await denialOf(aws, live, answer, wait) };
  } catch (error) {
    if (error instanceof AdoptError && error.code !== "interrupted") return { kind: "unread", why: error.message };
    throw error;
  }
}

/** The stage that the address names: the first segment of the path, or the one to which a custom domain is mapped. */
function stageOf({ mappings }: Live, { hostname }: URL, path: readonly string[]): string | undefined {
  const [first = ""] = path;
  const mapped = mappings.find(
    ({ domain, mapping }) => domain.domainName === hostname && mapping.apiMappingKey === first,
  );
  return mapped?.mapping.stage ?? path.at(-1);
}

const rejection = z.object({ connectionId: z.string() });
const found = z.object({ events: z._default(z.array(z.object({ message: z.string() })), []) });
const record = z.object({
  decision: z.enum(["deny", "error"]),
  reason: z._default(z.string(), ""),
  claim: z.optional(z.string()),
  expected: z.optional(z.unknown()),
  connectionId: z.string(),
});
/** CloudWatch Logs shows an event some seconds after it was written. */
const ATTEMPTS = 4;
const BETWEEN_MS = 2_000;
const LOOK_BACK_MS = 60_000;

/** Returns what the bundled authorizer has logged about this connection. */
async function denialOf(
  aws: AwsReader,
  live: Live,
  answer: Answer,
  wait: Options["wait"],
): Promise<Verdict | undefined> {
  if (answer.kind !== "refused" || ![401, 403, 500].includes(answer.status)) return undefined;
  const body = rejection.safeParse(parseJson(answer.body));
  const arn = parseFunctionArn(functionOfUri(connectAuthorizer(live)?.authorizerUri ?? "") ?? "");
  if (!body.success || arn === undefined) return undefined;
  const { connectionId } = body.data;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answered = await aws.get({
      service: "logs",
      path: "/",
      operation: {
        target: "Logs_20140328.FilterLogEvents",
        body: {
          logGroupName: functionLogGroup(arn.functionName),
          startTime: Date.now() - LOOK_BACK_MS,
          filterPattern: JSON.stringify(connectionId),
        },
      },
      permission: `logs:FilterLogEvents on the log group of ${arn.functionName}`,
    });
    const events = found.safeParse(answered).data?.events;
    if (events === undefined) return undefined;
    for (const { message } of events) {
      const parsed = record.safeParse(parseJson(message.slice(message.indexOf("{"))));
      if (parsed.success && parsed.data.connectionId === connectionId) return parsed.data;
    }
    if (attempt < ATTEMPTS) await wait(BETWEEN_MS);
  }
  return undefined;
}

/** Connects to the public backends of `$connect`, without calling them: TCP and TLS, and one request for `/`. */
export async function reachBackends(live: Live, options: Omit<ProbeOptions, "url">): Promise<Reach[]> {
  const routes = live.routes.filter(({ routeKey }) => routeKey === "$connect");
  const targets = routes.flatMap((route) => {
    const integration = integrationOf(live, route);
    const url = integration?.integrationUri ?? "";
    const isPublic = integration?.connectionType !== "VPC_LINK" && /^https?:/.test(url) && !url.includes("${");
    return isPublic && URL.canParse(url) ? [{ routeKey: route.routeKey, url: new URL(url).origin }] : [];
  });
  return await Promise.all(
    targets.map(async (target) => {
      const answer = await probe({ ...options, upgradeTimeoutMs: options.phaseTimeoutMs, url: target.url });
      if (answer.kind === "connected") await answer.close().catch(() => {});
      return { ...target, answer: answer.kind === "connected" ? { kind: "connected" as const } : answer };
    }),
  );
}
