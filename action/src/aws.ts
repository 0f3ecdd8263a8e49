/** The AWS requests that the action makes itself: the account, who has a policy, and the deployments of a stage. */
import * as z from "zod";
import { type Access, type AwsRequest, signedRequest } from "../../aws/request";
import { CodedError, reasonOf } from "../../terminal/error";
import { redact } from "./secrets";

/** AWS answered with an error status, or could not be reached. */
export class AwsError extends CodedError {
  override readonly name = "AwsError";
  /** HTTP status of the answer. */
  readonly status: number | undefined;

  constructor(code: string, message: string, status?: number) {
    super(code, message);
    this.status = status;
  }
}

export type { Access };

const TIMEOUT_MS = 20_000;

async function call(access: Access, asked: AwsRequest): Promise<string> {
  const { url, init } = signedRequest(asked, access);
  const request = async () => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, ok: response.ok, text: await response.text() };
  };
  const { status, ok, text } = await request()
    // One retry after a broken connection: every request here is safe to repeat.
    .catch(request)
    .catch((cause: unknown) => {
      throw new AwsError("aws-unreachable", `${asked.service} at ${url.host} could not be reached: ${reasonOf(cause)}`);
    });
  if (!ok)
    throw new AwsError(
      "aws-rejected",
      `${asked.service} at ${url.host} answered ${status}: ${redact(text).slice(0, 500)}`,
      status,
    );
  return text;
}

/** A request of IAM or STS. The answer is XML. */
export function form(access: Access, service: "iam" | "sts", query: Readonly<Record<string, string>>): Promise<string> {
  return call(access, {
    service,
    method: "POST",
    path: "/",
    body: String(new URLSearchParams(query)),
    contentType: "application/x-www-form-urlencoded; charset=utf-8",
  });
}

/** A request of CloudWatch Logs or Systems Manager, such as `AmazonSSM.GetParameter`. */
export async function operation(
  access: Access,
  service: "logs" | "ssm",
  target: string,
  body: object,
): Promise<unknown> {
  const contentType = "application/x-amz-json-1.1";
  return JSON.parse(
    await call(access, { service, method: "POST", path: "/", body: JSON.stringify(body), contentType, target }),
  );
}

/** Reads a resource of a service whose paths name resources. */
export async function resource(access: Access, service: "apigateway" | "lambda", path: string): Promise<unknown> {
  return JSON.parse(await call(access, { service, method: "GET", path }));
}

const page = z.object({ items: z.array(z.unknown()), nextToken: z.string().optional() });

/** Reads a whole list of API Gateway. */
export async function items(access: Access, path: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let query: string | undefined = ""; query !== undefined; ) {
    const { items: found, nextToken } = page.parse(await resource(access, "apigateway", `/v2${path}${query}`));
    all.push(...found);
    query = nextToken && `?nextToken=${encodeURIComponent(nextToken)}`;
  }
  return all;
}

/**
 * Names of the roles, users and groups that have a managed policy attached; the first thousand.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
export async function entitiesWith(access: Access, policyArn: string): Promise<PolicyEntity[]> {
  const answer = await form(access, "iam", {
    Action: "ListEntitiesForPolicy",
    Version: "2010-05-08",
    PolicyArn: policyArn,
    MaxItems: "1000",
  });
  return (["role", "user", "group"] as const).flatMap((kind) => {
    const tag = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Name`;
    return [...answer.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, "g"))].map(([, name = ""]) => ({ kind, name }));
  });
}

export interface PolicyEntity {
  readonly kind: "role" | "user" | "group";
  readonly name: string;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export async function accountId(access: Access): Promise<string | undefined> {
  const answer = await form(access, "sts", { Action: "GetCallerIdentity", Version: "2011-06-15" });
  return /<Account>(\d{12})<\/Account>/.exec(answer)?.[1];
}

const routeSettings = z.object({
  throttlingBurstLimit: z.number().optional(),
  throttlingRateLimit: z.number().optional(),
  dataTraceEnabled: z.boolean().optional(),
  detailedMetricsEnabled: z.boolean().optional(),
  loggingLevel: z.string().optional(),
});
const stage = z.object({
  stageName: z.string(),
  description: z.string().optional(),
  deploymentId: z.string().optional(),
  stageVariables: z.record(z.string(), z.string()).default({}),
  defaultRouteSettings: routeSettings.optional(),
  /** By route key. */
  routeSettings: z.record(z.string(), routeSettings).default({}),
});
export type Stage = z.infer<typeof stage>;

const deployment = z.object({
  deploymentId: z.string(),
  createdDate: z.string().optional(),
  description: z.string().optional(),
  deploymentStatus: z.string().optional(),
});
export type Deployment = z.infer<typeof deployment>;

/**
 * The stages and deployments of one API.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
 */
export class ApiGateway {
  constructor(
    private readonly access: Access,
    private readonly apiId: string,
  ) {}

  /** The URL of a stage at the API's own domain name: `wss://…/<stage>`. */
  async stageUrl(stageName: string): Promise<string> {
    const { apiEndpoint } = z.object({ apiEndpoint: z.string() }).parse(await this.json("GET", ""));
    return `${apiEndpoint}/${stageName}`;
  }

  async stage(name: string): Promise<Stage> {
    return stage.parse(await this.json("GET", stagePath(name)));
  }

  async stages(): Promise<readonly Stage[]> {
    return z.array(stage).parse(await this.items("/stages"));
  }

  async createStage(settings: Stage): Promise<void> {
    await this.json("POST", "/stages", settings);
  }

  async updateStage(name: string, change: Partial<Stage>): Promise<void> {
    await this.json("PATCH", stagePath(name), change);
  }

  /** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html */
  async deleteRouteSettings(name: string, routeKey: string): Promise<void> {
    await this.json("DELETE", `${stagePath(name)}/routesettings/${encodeURIComponent(routeKey)}`);
  }

  async deleteStage(name: string): Promise<void> {
    await this.json("DELETE", stagePath(name));
  }

  async deployments(): Promise<readonly Deployment[]> {
    return z.array(deployment).parse(await this.items("/deployments"));
  }

  async deployment(id: string): Promise<Deployment> {
    return deployment.parse(await this.json("GET", deploymentPath(id)));
  }

  async describeDeployment(id: string, description: string): Promise<void> {
    await this.json("PATCH", deploymentPath(id), { description });
  }

  async deleteDeployment(id: string): Promise<void> {
    await this.json("DELETE", deploymentPath(id));
  }

  private items(path: string): Promise<unknown[]> {
    return items(this.access, `${apiPath(this.apiId)}${path}`);
  }

  private async json(method: AwsRequest["method"], path: string, body?: unknown): Promise<unknown> {
    const text = await call(this.access, {
      service: "apigateway",
      method,
      path: `/v2${apiPath(this.apiId)}${path}`,
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: "application/json" }),
    });
    return text === "" ? undefined : JSON.parse(text);
  }
}

const apiPath = (id: string): string => `/apis/${encodeURIComponent(id)}`;
const stagePath = (name: string): string => `/stages/${encodeURIComponent(name)}`;
const deploymentPath = (id: string): string => `/deployments/${encodeURIComponent(id)}`;
