/** What AWS's services answer about a simulated account: as much as adopt and Terraform's import read. */
import { unqualified } from "../../../aws/arn";
import { type Account, deployedFunction } from "./account";

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/test</Arn><UserId>test</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** Answers STS, IAM and CloudWatch, whose requests are forms. Undefined: it does not exist. */
export function form(account: Account, given: URLSearchParams): string | undefined {
  const exists = (names: readonly string[], key: string) => (names.includes(given.get(key) ?? "") ? "" : undefined);
  switch (given.get("Action")) {
    case "GetCallerIdentity":
      return IDENTITY;
    case "GetPolicy":
      return exists(account.policies, "PolicyArn");
    case "GetDashboard":
      return exists(account.dashboards, "DashboardName");
    case "DescribeAlarms":
      return describedAlarms(account, given);
    default:
      return role(account, given);
  }
}

function role({ roles }: Account, form: URLSearchParams): string {
  const found = roles.find(({ arn }) => arn.endsWith(`/${form.get("RoleName")}`));
  if (form.get("Action") === "ListRolePolicies")
    return `<r><PolicyNames>${found?.policies.map((name) => `<member>${name}</member>`).join("")}</PolicyNames></r>`;
  const tags = Object.entries(found?.tags ?? {}).map(([k, v]) => `<member><Key>${k}</Key><Value>${v}</Value></member>`);
  const boundary = found?.boundary && `<PermissionsBoundaryArn>${found.boundary}</PermissionsBoundaryArn>`;
  return `<r><Role><Arn>${found?.arn}</Arn>${boundary ?? ""}<Tags>${tags.join("")}</Tags></Role></r>`;
}

function describedAlarms({ alarms }: Account, form: URLSearchParams): string {
  const found = alarms.find(({ name }) => name === form.get("AlarmNames.member.1"));
  if (found === undefined) return "<r><MetricAlarms/></r>";
  const { name, topicArns, evaluationPeriods, period, threshold } = found;
  const topics = topicArns.map((arn) => `<member>${arn}</member>`).join("");
  return `<r><MetricAlarms><member><AlarmActions>${topics}</AlarmActions><AlarmName>${name}</AlarmName><EvaluationPeriods>${evaluationPeriods}</EvaluationPeriods><OKActions>${topics}</OKActions><Period>${period}</Period><Threshold>${threshold}.0</Threshold></member></MetricAlarms></r>`;
}

/** Answers Route 53. */
export function route53(account: Account, { pathname, searchParams }: URL): string {
  if (pathname.endsWith("/hostedzonesbyname")) {
    const zones = [...account.zones].map(
      ([id, name]) =>
        `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>`,
    );
    return `<r>${zones.join("")}</r>`;
  }
  const records = account.records.filter(
    ({ zoneId, name }) => pathname.includes(`/${zoneId}/`) && name === searchParams.get("name"),
  );
  return `<r>${records
    .map(
      ({ name, type, target }) =>
        `<ResourceRecordSet><Name>${name}.</Name><Type>${type}</Type><AliasTarget><HostedZoneId>Z1UJRXOUMOOFQ8</HostedZoneId><DNSName>${target}.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>`,
    )
    .join("")}</r>`;
}

/** Answers Lambda. `url`: the origin of the simulation. Undefined: there is no such function. */
export function lambda(account: Account, path: string, url: string): unknown {
  const [, given = "", part, query = ""] =
    /^\/2015-03-31\/functions\/([^/?]+)(?:\/(\w+))?(?:\?(.*))?$/.exec(path) ?? [];
  const qualifier = new URLSearchParams(query).get("Qualifier");
  // The qualifier may be in the name, in the query string, or in both.
  const [bare = "", inName] = given.replace(/^.*:function:/, "").split(":");
  const deployed = deployedFunction(account, bare);
  if (deployed !== undefined && part !== "policy") {
    const { configuration, tags, reservedConcurrency } = deployed;
    if (part === "configuration") return configuration;
    const Concurrency = { ReservedConcurrentExecutions: reservedConcurrency };
    return { Configuration: configuration, Code: { Location: `${url}/code/${bare}` }, Concurrency, Tags: tags };
  }
  const name = [bare, qualifier ?? inName].filter((one) => one !== undefined).join(":");
  const [arn, statements] = [...account.functions].find(([one]) => one.endsWith(`:function:${name}`)) ?? [];
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
}

/** Answers SSM and CloudWatch Logs. `target`: the header `x-amz-target`. */
export function ssmOrLogs(account: Account, target: unknown, body: string): unknown {
  const given = JSON.parse(body);
  if (target === "AmazonSSM.GetParametersByPath") {
    const names = account.parameters.filter((name) => name.startsWith(`${given.Path}/`));
    const from = Number(given.NextToken ?? 0);
    const Parameters = names.slice(from, from + 10).map((Name) => ({ Name, Type: "String" }));
    return { Parameters, ...(names.length > from + 10 ? { NextToken: String(from + 10) } : {}) };
  }
  const arnOf = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;
  if (target === "Logs_20140328.DescribeLogGroups") {
    const groups = account.logGroups.filter(({ name }) => name.startsWith(given.logGroupNamePrefix));
    return {
      logGroups: groups.map(({ name, retentionInDays, kmsKeyId }) => ({
        logGroupName: name,
        arn: `${arnOf(name)}:*`,
        retentionInDays,
        kmsKeyId,
      })),
    };
  }
  return { tags: account.logGroups.find(({ name }) => arnOf(name) === given.resourceArn)?.tags ?? {} };
}
