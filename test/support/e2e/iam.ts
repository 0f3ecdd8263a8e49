/**
 * Simulates IAM in front of a simulated AWS: finds the action and resource of each request, named as in AWS's service
 * authorization reference, checks them against a policy, and forwards allowed requests. moto's own check ignores resources.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
import { createServer, request as forward, type IncomingHttpHeaders, type Server } from "node:http";
import * as z from "zod/mini";
import { listen } from "../../../harness/servers";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  /** Only the boundary of a role is checked here; other conditions are taken as met. */
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, unknown>> | undefined } | undefined;
}

/** The policy of the caller, and its requests so far. Without statements everything is allowed. */
export interface Permissions {
  statements: readonly Statement[] | undefined;
  readonly seen: Set<string>;
  readonly denied: string[];
}

interface Call {
  readonly action: string;
  /** `*`: the action knows no resources. Undefined: resources are not distinguished here. */
  readonly resource: string | undefined;
  /** The condition key `iam:PermissionsBoundary`. */
  readonly boundary?: string | undefined;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function allows(statements: readonly Statement[], { action, resource, boundary }: Call): boolean {
  return statements.some(({ Action, Resource, Condition }) => {
    if (![Action].flat().includes(action)) return false;
    const required = Condition?.StringEquals?.["iam:PermissionsBoundary"];
    if (action === "iam:CreateRole" && required !== undefined && required !== boundary) return false;
    return resource === undefined || [Resource].flat().some((pattern) => covers(pattern, resource));
  });
}

export function covers(pattern: string, resource: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*");
  return resource === "*" ? pattern === "*" : new RegExp(`^${escaped}$`).test(resource);
}

/** Returns the action and resource of a signed request. AWS checks more than one action for some requests. */
function callsOf(request: Request): Call[] {
  const [, , service = ""] = /Credential=[^/]+\/(\d+)\/([^/]+\/[^/]+)/.exec(request.headers.authorization ?? "") ?? [];
  const name = service.split("/")[1] ?? "";
  switch (name) {
    case "iam":
      return [iamCall(new URLSearchParams(request.body))];
    case "lambda":
      return lambdaCalls(request);
    case "s3":
      return [s3Call(request)];
    case "apigateway":
      return apiGatewayCalls(request);
    case "logs":
    case "ssm":
      return [jsonCall(name, request)];
    case "monitoring":
      return [
        {
          action: `cloudwatch:${new URLSearchParams(request.body).get("Action") ?? request.path.split("/").at(-1)}`,
          resource: undefined,
        },
      ];
    case "route53":
      return [route53Call(request)];
    case "sts":
      return [{ action: `sts:${new URLSearchParams(request.body).get("Action")}`, resource: "*" }];
    default:
      throw new Error(`A request for ${name || "no service"}: ${request.method} ${request.path}`);
  }
}

/** Requests name a role without its path, unless they create it. */
const paths = new Map<string, string>();

function iamCall(form: URLSearchParams): Call {
  const [role, policy, path] = [form.get("RoleName"), form.get("PolicyName"), form.get("Path") ?? "/"];
  const action = `iam:${form.get("Action")}`;
  if (action === "iam:CreateRole") paths.set(String(role), path);
  const own = role ? `role${paths.get(role) ?? "/"}${role}` : `policy${path}${policy}`;
  const resource = form.get("PolicyArn") ?? `arn:aws:iam::${ACCOUNT}:${own}`;
  return { action, resource, boundary: form.get("PermissionsBoundary") ?? undefined };
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
function route53Call({ method, path }: Request): Call {
  const [, , kind, id, part] = path.split("/");
  if (kind === "change") return { action: "route53:GetChange", resource: `arn:aws:route53:::change/${id}` };
  const ofRecords = method === "POST" ? "ChangeResourceRecordSets" : "ListResourceRecordSets";
  const action = part?.startsWith("rrset") ? ofRecords : "GetHostedZone";
  return { action: `route53:${action}`, resource: `arn:aws:route53:::hostedzone/${id}` };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const LAMBDA: readonly [method: string, path: RegExp, action: string][] = [
  ["POST", /\/functions$/, "CreateFunction"],
  ["GET", /\/functions\/[^/]+$/, "GetFunction"],
  ["DELETE", /\/functions\/[^/]+$/, "DeleteFunction"],
  ["GET", /\/configuration$/, "GetFunctionConfiguration"],
  ["PUT", /\/configuration$/, "UpdateFunctionConfiguration"],
  ["PUT", /\/code$/, "UpdateFunctionCode"],
  ["PUT", /\/concurrency$/, "PutFunctionConcurrency"],
  ["DELETE", /\/concurrency$/, "DeleteFunctionConcurrency"],
  ["GET", /\/versions$/, "ListVersionsByFunction"],
  ["POST", /\/versions$/, "PublishVersion"],
  ["GET", /\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
  ["GET", /\/policy$/, "GetPolicy"],
  ["POST", /\/policy$/, "AddPermission"],
  ["DELETE", /\/policy\/[^/]+$/, "RemovePermission"],
  ["GET", /\/tags\//, "ListTags"],
  ["POST", /\/tags\//, "TagResource"],
  ["DELETE", /\/tags\//, "UntagResource"],
];

const newFunction = z.object({ FunctionName: z.string(), Role: z.string() });

function lambdaCalls({ method, path, body }: Request): Call[] {
  const [, , operation] = LAMBDA.find(([verb, pattern]) => verb === method && pattern.test(path)) ?? [];
  const action = `lambda:${operation ?? `${method} ${path}`}`;
  const arn = (name: string) =>
    name.startsWith("arn:") ? name : `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  if (operation === "CreateFunction") {
    const { FunctionName, Role } = newFunction.parse(JSON.parse(body));
    return [
      { action, resource: arn(FunctionName) },
      { action: "iam:PassRole", resource: Role },
    ];
  }
  const [, tagged] = /\/tags\/(.+)$/.exec(path) ?? [];
  const [, name = ""] = /\/functions\/([^/]+)/.exec(path) ?? [];
  return [{ action, resource: tagged ? decodeURIComponent(tagged) : arn(decodeURIComponent(name)) }];
}

function s3Call({ method, path, query }: Request): Call {
  const [bucket = "", ...key] = path.slice(1).split("/");
  if (key.join("") === "")
    return {
      action: query.has("list-type") ? "s3:ListBucket" : `s3:${method} bucket`,
      resource: `arn:aws:s3:::${bucket}`,
    };
  const action = { GET: "GetObject", HEAD: "GetObject", PUT: "PutObject", DELETE: "DeleteObject" }[method] ?? method;
  return { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${decodeURIComponent(key.join("/"))}` };
}

/** Method and path are action and resource: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
function apiGatewayCalls({ method, path, body }: Request): Call[] {
  const call = {
    action: `apigateway:${method}`,
    resource: `arn:aws:apigateway:${REGION}::${path.replace(/^\/v2/, "")}`,
  };
  const role = body === "" ? undefined : withCredentials.parse(JSON.parse(body)).authorizerCredentialsArn;
  return role === undefined ? [call] : [call, { action: "iam:PassRole", resource: role }];
}

const withCredentials = z.object({ authorizerCredentialsArn: z.optional(z.string()) });

const named = z.object({
  logGroupName: z.optional(z.string()),
  resourceArn: z.optional(z.string()),
  Name: z.optional(z.string()),
  ResourceId: z.optional(z.string()),
});

function jsonCall(service: "logs" | "ssm", { headers, body }: Request): Call {
  const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
  if (operation.startsWith("Describe")) return { action: `${service}:${operation}`, resource: "*" };
  const { logGroupName, resourceArn, Name, ResourceId } = named.parse(JSON.parse(body));
  const own = service === "logs" ? `log-group:${logGroupName}` : `parameter${Name ?? ResourceId}`;
  return {
    action: `${service}:${operation}`,
    resource: resourceArn ?? `arn:aws:${service}:${REGION}:${ACCOUNT}:${own}`,
  };
}

/** moto answers 500, and the provider repeats the request for minutes. */
const UNKNOWN_TO_MOTO = new Set(["logs:AssociateKmsKey", "logs:DisassociateKmsKey"]);

export interface Guard {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startGuard(upstream: string, permissions: Permissions): Promise<Guard> {
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const url = new URL(incoming.url ?? "/", upstream);
      const { method = "GET", headers } = incoming;
      const calls = callsOf({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers,
        body: body.toString("utf8"),
      });
      const { statements } = permissions;
      const refused = statements && calls.find((call) => !allows(statements, call));
      for (const { action } of statements ? calls : []) permissions.seen.add(action);
      if (refused) {
        permissions.denied.push(`${refused.action} on ${refused.resource}`);
        const message = `not authorized to perform ${refused.action} on ${refused.resource}`;
        outgoing.writeHead(403, { "x-amzn-errortype": "AccessDeniedException", "content-type": "application/json" });
        outgoing.end(JSON.stringify({ __type: "AccessDeniedException", message }));
        return;
      }
      if (calls.some(({ action }) => UNKNOWN_TO_MOTO.has(action))) {
        outgoing.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end("{}");
        return;
      }
      const request = forward(url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      request.on("error", () => outgoing.destroy());
      request.end(body);
    });
  });
  return {
    url: await listen(server),
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
