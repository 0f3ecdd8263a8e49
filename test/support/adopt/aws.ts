/**
 * A simulated AWS in this process: the local control plane, and as much of Lambda, CloudWatch Logs and STS as adopt and
 * Terraform's import read.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { AwsReader } from "../../../adopt/read/client";
import { functionArn, unqualified } from "../../../aws/arn";
import { close, listen } from "../../../harness/servers";
import { Store, systemGenerator } from "../../../local/api/store";
import { createControlPlane } from "../../../local/control-plane";

export const ACCOUNT = { accountId: "123456789012", region: "us-east-1", partition: "aws" };

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/test</Arn><UserId>test</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

const DENIED_XML =
  "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";

export interface LogGroup {
  readonly name: string;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A function whose code can be downloaded, with Lambda's names. It has one version, 1. */
export interface DeployedFunction {
  readonly configuration: Readonly<Record<string, unknown>> & { readonly FunctionName: string };
  readonly zip: Uint8Array;
  readonly reservedConcurrency?: number | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Role {
  readonly arn: string;
  readonly boundary?: string | undefined;
  readonly policies: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface Alarm {
  readonly name: string;
  readonly topicArns: readonly string[];
  readonly evaluationPeriods: number;
  readonly period: number;
  readonly threshold: number;
}

export interface AliasRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly target: string;
}

export interface SimulatedAws {
  readonly store: Store;
  /** Requests as `METHOD /path`. */
  readonly requests: string[];
  /** ARN of a function to the source ARNs of its policy, by statement id. */
  readonly functions: Map<string, Readonly<Record<string, string>>>;
  readonly logGroups: LogGroup[];
  readonly deployed: DeployedFunction[];
  readonly roles: Role[];
  /** ARNs of managed policies. */
  readonly policies: string[];
  /** Names of SSM parameters. */
  readonly parameters: string[];
  readonly alarms: Alarm[];
  /** Names of CloudWatch dashboards. */
  readonly dashboards: string[];
  /** Public zones of Route 53 by id, with their names, and the alias records in them. */
  readonly zones: Map<string, string>;
  readonly records: AliasRecord[];
  /** Requests that the caller may not make, except to API Gateway: by path, target or form. */
  denied: RegExp | undefined;
  /** Answers a request in place of AWS. Returns whether it did. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  reader(signal?: AbortSignal): AwsReader;
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  close(): Promise<void>;
}

/** Returns a clock that advances by one second at each reading. */
function clock(): () => string {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)).toISOString();
}

/** Starts the simulation on a free port. `store`: the APIs that exist. */
export async function simulatedAws(
  store = new Store({
    account: ACCOUNT,
    endpoint: (apiId) => `wss://${apiId}.execute-api.us-east-1.amazonaws.com`,
    generator: { ...systemGenerator, now: clock() },
  }),
): Promise<SimulatedAws> {
  const controlPlane = createControlPlane(store);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    aws.requests.push(`${request.method} ${path}`);
    if (aws.intercept(request, response) || controlPlane(request, response)) return;
    const isDenied = (asked: string) => {
      if (!aws.denied?.test(asked)) return false;
      // IAM and Route 53 answer with XML.
      if (/^Action=|^\/2013-04-01/.test(asked)) response.writeHead(403).end(DENIED_XML);
      else response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" }).end('{"Message": "not allowed"}');
      return true;
    };
    if (request.method === "GET" && isDenied(path)) return;
    if (path.startsWith("/code/")) return void response.end(deployedFunction(path.slice("/code/".length))?.zip);
    if (path.startsWith("/2013-04-01/")) return void response.end(route53(new URL(path, "http://a")));
    void text(request).then((body) => {
      if (body.includes("Action=GetCallerIdentity")) return void response.end(IDENTITY);
      if (isDenied(String(request.headers["x-amz-target"] ?? body))) return;
      if (body.startsWith("Action=GetPolicy&"))
        return void response
          .writeHead(aws.policies.includes(new URLSearchParams(body).get("PolicyArn") ?? "") ? 200 : 404)
          .end();
      if (body.startsWith("Action=GetDashboard&"))
        return void response
          .writeHead(aws.dashboards.includes(new URLSearchParams(body).get("DashboardName") ?? "") ? 200 : 404)
          .end();
      if (body.startsWith("Action=DescribeAlarms&")) return void response.end(alarm(new URLSearchParams(body)));
      if (body.startsWith("Action=")) return void response.end(iam(new URLSearchParams(body)));
      const answer = path.startsWith("/2015-03-31/") ? lambda(path) : logs(request, body);
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  const deployedFunction = (name: string) =>
    aws.deployed.find(({ configuration }) => configuration.FunctionName === name);
  const iam = (form: URLSearchParams): string => {
    const found = aws.roles.find(({ arn }) => arn.endsWith(`/${form.get("RoleName")}`));
    if (form.get("Action") === "ListRolePolicies")
      return `<r><PolicyNames>${found?.policies.map((name) => `<member>${name}</member>`).join("")}</PolicyNames></r>`;
    const tags = Object.entries(found?.tags ?? {}).map(
      ([k, v]) => `<member><Key>${k}</Key><Value>${v}</Value></member>`,
    );
    const boundary = found?.boundary && `<PermissionsBoundaryArn>${found.boundary}</PermissionsBoundaryArn>`;
    return `<r><Role><Arn>${found?.arn}</Arn>${boundary ?? ""}<Tags>${tags.join("")}</Tags></Role></r>`;
  };
  const alarm = (form: URLSearchParams): string => {
    const found = aws.alarms.find(({ name }) => name === form.get("AlarmNames.member.1"));
    if (found === undefined) return "<r><MetricAlarms/></r>";
    const { name, topicArns, evaluationPeriods, period, threshold } = found;
    const topics = topicArns.map((arn) => `<member>${arn}</member>`).join("");
    return `<r><MetricAlarms><member><AlarmActions>${topics}</AlarmActions><AlarmName>${name}</AlarmName><EvaluationPeriods>${evaluationPeriods}</EvaluationPeriods><OKActions>${topics}</OKActions><Period>${period}</Period><Threshold>${threshold}.0</Threshold></member></MetricAlarms></r>`;
  };
  const route53 = ({ pathname, searchParams }: URL): string => {
    if (pathname.endsWith("/hostedzonesbyname")) {
      const zones = [...aws.zones].map(
        ([id, name]) =>
          `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>`,
      );
      return `<r>${zones.join("")}</r>`;
    }
    const records = aws.records.filter(
      ({ zoneId, name }) => pathname.includes(`/${zoneId}/`) && name === searchParams.get("name"),
    );
    return `<r>${records
      .map(
        ({ name, type, target }) =>
          `<ResourceRecordSet><Name>${name}.</Name><Type>${type}</Type><AliasTarget><HostedZoneId>Z1UJRXOUMOOFQ8</HostedZoneId><DNSName>${target}.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>`,
      )
      .join("")}</r>`;
  };
  const lambda = (path: string): unknown => {
    const [, given = "", part, query = ""] =
      /^\/2015-03-31\/functions\/([^/?]+)(?:\/(\w+))?(?:\?(.*))?$/.exec(path) ?? [];
    const qualifier = new URLSearchParams(query).get("Qualifier");
    // The qualifier may be in the name, in the query string, or in both.
    const [bare = "", inName] = given.replace(/^.*:function:/, "").split(":");
    const deployed = deployedFunction(bare);
    if (deployed !== undefined && part !== "policy") {
      const { configuration, tags, reservedConcurrency } = deployed;
      if (part === "configuration") return configuration;
      const Concurrency = { ReservedConcurrentExecutions: reservedConcurrency };
      return { Configuration: configuration, Code: { Location: `${aws.url}/code/${bare}` }, Concurrency, Tags: tags };
    }
    const name = [bare, qualifier ?? inName].filter((one) => one !== undefined).join(":");
    const [arn, statements] = [...aws.functions].find(([one]) => one.endsWith(`:function:${name}`)) ?? [];
    if (arn === undefined || statements === undefined) return undefined;
    const configuration = { FunctionArn: unqualified(arn), FunctionName: unqualified(arn).replace(/^.*:/, "") };
    if (part === undefined) return { Configuration: configuration, Code: {} };
    if (part === "configuration") return configuration;
    const Statement = Object.entries(statements).map(([Sid, source]) => ({
      Sid,
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: arn,
      Condition: { ArnLike: { "AWS:SourceArn": source } },
    }));
    return { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
  };
  const logs = ({ headers }: IncomingMessage, body: string): unknown => {
    const given = JSON.parse(body);
    if (headers["x-amz-target"] === "AmazonSSM.GetParametersByPath") {
      const names = aws.parameters.filter((name) => name.startsWith(`${given.Path}/`));
      const from = Number(given.NextToken ?? 0);
      const Parameters = names.slice(from, from + 10).map((Name) => ({ Name, Type: "String" }));
      return { Parameters, ...(names.length > from + 10 ? { NextToken: String(from + 10) } : {}) };
    }
    const arnOf = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;
    if (headers["x-amz-target"] === "Logs_20140328.DescribeLogGroups") {
      const groups = aws.logGroups.filter(({ name }) => name.startsWith(given.logGroupNamePrefix));
      return {
        logGroups: groups.map(({ name, retentionInDays, kmsKeyId }) => ({
          logGroupName: name,
          arn: `${arnOf(name)}:*`,
          retentionInDays,
          kmsKeyId,
        })),
      };
    }
    return { tags: aws.logGroups.find(({ name }) => arnOf(name) === given.resourceArn)?.tags ?? {} };
  };
  const url = await listen(server);
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
  };
  const aws: SimulatedAws = {
    store,
    requests: [],
    functions: new Map(),
    logGroups: [],
    deployed: [],
    roles: [],
    policies: [],
    parameters: [],
    alarms: [],
    dashboards: [],
    zones: new Map(),
    records: [],
    denied: undefined,
    intercept: () => false,
    reader: (signal = new AbortController().signal) =>
      new AwsReader({
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        region: store.account.region,
        env,
        signal,
        wait: async () => {},
      }),
    env,
    url,
    close: () => close(server),
  };
  return aws;
}

export const FUNCTION_ARN = functionArn(ACCOUNT, "lambda-authorizer");
export const INVOKE = (arn: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
