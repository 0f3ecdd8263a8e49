/** Configurations whose Terraform module must plan what their stack plans. Together they use every option. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";
import { ROOT } from "../../../harness/tools";

type Configuration = Readonly<Record<string, unknown>>;

const SMALLEST = {
  name: "quotes",
  backend: "https://api.example.com",
  authorizer: { issuer: "https://login.example.com/", audience: "quotes" },
};
const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:chat";
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/quotes/0123456789abcdef";
const file = (path: string): Configuration =>
  z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(ROOT, path), "utf8")));

/** Title of each configuration, and its settings in addition to the smallest ones. */
const SETTINGS: Readonly<Record<string, Configuration>> = {
  "the smallest file": {},
  "the shipped file": file("gateway.yaml"),
  "every part of the stack": file("test/support/stacks/everything.yaml"),
  "no authorizer": { authorizer: "none" },
  "a function of its own as the authorizer": { authorizer: { lambda: `${FUNCTION}:live` } },
  "a shared secret": { authorizer: { ...SMALLEST.authorizer, secret: "env" } },
  "a shared secret in SSM": { authorizer: { ...SMALLEST.authorizer, secret: { ssm: ["/quotes/new", "/quotes/old"] } } },
  "two issuers": {
    authorizer: { issuers: [SMALLEST.authorizer, { issuer: "https://id.example.org/", audience: ["a", "b"] }] },
  },
  "Amazon Cognito": { authorizer: { cognito: { userPoolId: "us-east-1_AbCdEf123", clientId: ["one", "two"] } } },
  "settings of the authorizer's function": {
    authorizer: {
      ...SMALLEST.authorizer,
      memoryMb: 512,
      timeoutSeconds: 10,
      reservedConcurrency: 5,
      logRetentionDays: 7,
    },
  },
  "several identity sources": {
    authorizer: {
      ...SMALLEST.authorizer,
      identitySources: ["route.request.querystring.token", "context.identity.sourceIp"],
    },
  },
  "a proxy integration": { backend: { url: SMALLEST.backend, integration: "http-proxy", timeoutMs: 5000 } },
  "an origin secret": { backend: { url: "https://api.example.com/v1", originSecret: "x-secret" } },
  "an existing VPC link": { backend: { url: SMALLEST.backend, vpcLink: { id: "abc123" } } },
  "a VPC link": { backend: { url: SMALLEST.backend, vpcLink: { targetArn: BALANCER } } },
  "messages with a reply and templates": {
    routes: {
      $default: {
        reply: true,
        requestTemplates: { $default: '#set($a = "${context.connectionId}")\n{"a": "$a", "b": "\\\\ %{if}"}' },
      },
      say: {
        responses: { $default: {}, "/4\\d\\d/": { templates: { $default: '{"error": "$input.body"}' } } },
        reply: true,
      },
    },
  },
  "a Lambda function behind a route": { routes: { ask: { lambda: `${FUNCTION}:live` } } },
  "a Lambda function in another region": { routes: { ask: { lambda: FUNCTION.replace("us-east-1", "eu-west-1") } } },
  "no route for closed connections": { routes: { $disconnect: false } },
  "another host for a route": { routes: { say: { url: "https://chat.example.org/say", method: "PUT" } } },
  "limits of a route": {
    routes: { say: { throttle: { burst: 5, rate: 2.5 } } },
    stage: { throttle: { burst: 50, rate: 20.5 } },
  },
  "a stage with a name and variables": {
    stage: { name: "live", variables: { host: "a.example.com" }, detailedMetrics: true },
  },
  "a stage whose name is a number": { stage: "2024" },
  "both logs": { logs: { access: true, execution: "INFO", retentionDays: 90 } },
  "the account's logging role": { logs: { execution: "ERROR", manageAccountRole: true } },
  alarms: { alarms: true },
  "alarms with topics and thresholds": {
    alarms: {
      topicArns: ["arn:aws:sns:us-east-1:123456789012:a", "arn:aws:sns:us-east-1:123456789012:b"],
      periodSeconds: 60,
      thresholds: { clientErrors: 7 },
    },
  },
  "a dashboard": { dashboard: true },
  "a custom domain": {
    domain: { name: "ws.example.com", certificateArn: CERTIFICATE, zoneId: "Z0123456789", basePath: "quotes" },
  },
  "an existing domain": { domain: { name: "ws.example.com", existing: true } },
  "no SSM parameters": { ssm: false },
  "SSM parameters with a KMS key": {
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    ssm: "/teams/quotes",
  },
  "IAM roles of an organization": {
    iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary", path: "/teams/" },
  },
  "addresses, tags and accounts": {
    ipAddressType: "dualstack",
    tags: { team: "quotes" },
    allowedAccountIds: ["123456789012"],
  },
  "another region": { region: "eu-west-1" },
  "a description with quotes": { description: 'says "hi" \\ 100 %' },
  "names that are cut": {
    name: "a-very-long-name-of-a-project-that-is-40",
    environments: { "with-a-long-name-of-an-environment": {} },
  },
  "environments that differ in variables": {
    alarms: true,
    environments: {
      prod: {
        alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:pager"] },
        stage: { throttle: { burst: 9, rate: 8 } },
      },
      staging: {
        backend: "https://staging.example.com",
        authorizer: { audience: "staging" },
        logs: { retentionDays: 7 },
      },
    },
  },
};

export const CONFIGURATIONS: readonly (readonly [title: string, configuration: Configuration])[] = Object.entries(
  SETTINGS,
).map(([title, settings]) => [title, { ...SMALLEST, ...settings }]);
