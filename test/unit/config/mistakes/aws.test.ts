/** Mistakes in what AWS and Terraform refuse. */
import { parseConfig } from "../../../../config";
import { finds } from "../../../support/config/finds";
import { plus, routes } from "../../../support/config/load";

finds("what AWS and Terraform refuse", [
  [
    "a stage name that AWS refuses",
    plus("stage: ▸pro/d"),
    "stage: expected a stage name of letters, digits, `_` and `-`, at most 128, not `pro/d`.",
  ],
  [
    "a stage variable that AWS refuses",
    plus("stage: {variables: {▸a-b: x, c: ▸'x y'}}"),
    "stage.variables.a-b: expected a name of letters, digits and `_`, at most 64.",
    "stage.variables.c: expected a text of letters, digits and `-._~:/?#&=,`, at most 512, not `x y`.",
  ],
  [
    "timeouts out of range",
    routes("{chat: {timeoutMs: ▸49}, talk: {timeoutMs: ▸29001}}"),
    "routes.chat.timeoutMs: expected milliseconds, a whole number from 50 to 29000, not `49`.",
    "routes.talk.timeoutMs: expected milliseconds, a whole number from 50 to 29000, not `29001`.",
  ],
  [
    "a throttle that rejects every client",
    plus("stage: {throttle: {burst: ▸0, rate: ▸0}}"),
    "stage.throttle.burst: expected requests at once, a whole number from 1 to 1000000, not `0`.",
    "stage.throttle.rate: expected requests per second, greater than 0, not `0`.",
  ],
  [
    "half a throttle",
    plus("stage: {▸throttle: {burst: 10}}"),
    "stage.throttle.rate: is missing: expected requests per second, greater than 0.",
  ],
  ["no region", plus("region: ▸us-east1"), "region: expected an AWS region such as `eu-west-1`, not `us-east1`."],
  [
    "no ARN",
    routes("{chat: {lambda: ▸chat}}"),
    "routes.chat.lambda: expected the ARN of a Lambda function, not `chat`.",
  ],
  [
    "an Application Load Balancer",
    'name: quotes\nauthorizer: none\nbackend: {url: https://a.example, vpcLink: {targetArn: ▸"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"}}',
    "backend.vpcLink.targetArn: expected the ARN of a Network Load Balancer, not `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbala…`.",
  ],
  [
    "a VPC link of version 2",
    "name: quotes\nauthorizer: none\nbackend: {url: https://a.example, vpcLink: {▸subnetIds: [a]}}",
    "backend.vpcLink.subnetIds: no such setting. WebSocket APIs support only version 1 VPC links, which have no subnets. Set `targetArn` to a Network Load Balancer, or `id`.",
  ],
  [
    "a VPC link of no kind",
    "name: quotes\nauthorizer: none\nbackend: {url: https://a.example, ▸vpcLink: {}}",
    "backend.vpcLink: expected either `id` or `targetArn`.",
  ],
  [
    "mutual TLS",
    plus(
      "domain: {name: ws.example.com, certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a', ▸mutualTlsAuthentication: {}}",
    ),
    "domain.mutualTlsAuthentication: no such setting. WebSocket APIs do not support mutual TLS.",
  ],
  [
    "a JWT authorizer",
    routes("{$connect: {▸authorizationType: JWT}}"),
    "routes.$connect.authorizationType: no such setting. API Gateway runs the authorizer on `$connect` only. Use the setting `authorizer`.",
  ],
  [
    "a certificate of another region",
    plus("domain: {name: ws.example.com, certificateArn: ▸'arn:aws:acm:eu-west-1:123456789012:certificate/a'}"),
    "domain.certificateArn: is a certificate of eu-west-1, and the API is in us-east-1. Use a certificate of us-east-1.",
  ],
  [
    "a domain without a certificate",
    plus("▸domain: {name: ws.example.com}"),
    "domain: `certificateArn` is missing. For a domain that is managed elsewhere, set `existing: true`.",
  ],
  [
    "the certificate of a domain that is managed elsewhere",
    plus(
      "domain: {name: ws.example.com, existing: true, ▸certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a'}",
    ),
    "domain.certificateArn: belongs to the owner of the domain, and this one is `existing`.",
  ],
  [
    "the record of a domain that is managed elsewhere",
    plus("domain: {name: ws.example.com, existing: true, ▸zoneId: Z0123}"),
    "domain.zoneId: belongs to the owner of the domain, and this one is `existing`.",
  ],
  [
    "a KMS key of another region",
    plus("kmsKeyArn: ▸'arn:aws:kms:eu-west-1:123456789012:key/a'"),
    "kmsKeyArn: is a key of eu-west-1, and the API is in us-east-1. Use a key of us-east-1.",
  ],
  [
    "an alias in place of a KMS key",
    plus("kmsKeyArn: ▸'arn:aws:kms:us-east-1:123456789012:alias/logs'"),
    "kmsKeyArn: expected the ARN of a KMS key, not `arn:aws:kms:us-east-1:123456789012:alias/logs`.",
  ],
  [
    "an IAM path without its last slash",
    plus("iam: {path: ▸/teams/quotes}"),
    "iam.path: expected a path that begins and ends with `/`, such as `/teams/quotes/`, not `/teams/quotes`.",
  ],
  [
    "parameters that SSM refuses",
    "name: ▸aws-quotes\nbackend: https://a.example\nauthorizer: none\n",
    "name: SSM rejects parameters that begin with `/aws` or `/ssm`, and the parameters of this project would. Set `ssm` to another path, or to false.",
  ],
  [
    "text for Terraform",
    plus("description: ▸costs ${price}"),
    "description: Terraform would evaluate `${` or `%{` as a template. Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.",
  ],
  [
    "an environment variable",
    "name: quotes\nbackend: ▸${BACKEND_URL}\nauthorizer: none\n",
    "backend: expected a URL such as `https://api.example.com`, not `${BACKEND_URL}`. Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.",
  ],
  [
    "a directive of Terraform",
    routes("{$connect: {query: {a: ▸\"'%{ if x }'\"}}}"),
    "routes.$connect.query.a: Terraform would evaluate `${` or `%{` as a template. Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.",
  ],
  [
    "a topic of another region",
    plus("alarms: {topicArns: [▸'arn:aws:sns:eu-west-1:123456789012:alarms']}"),
    "alarms.topicArns.0: is a topic of eu-west-1, and the API is in us-east-1. Use a topic of us-east-1.",
  ],
  [
    "a topic of another partition",
    plus("alarms: {topicArns: [▸'arn:aws-cn:sns:us-east-1:123456789012:alarms']}"),
    "alarms.topicArns.0: is in the partition aws-cn, and us-east-1 is in aws.",
  ],
  [
    "a load balancer of another region",
    "name: quotes\nauthorizer: none\nbackend: {url: https://a.example, vpcLink: {targetArn: ▸'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/a/50dc6c495c0c9188'}}",
    "backend.vpcLink.targetArn: is a load balancer of eu-west-1, and the API is in us-east-1. Use a load balancer of us-east-1.",
  ],
  ...[
    ...["localhost:8080", "127.0.0.1", "10.1.2.3:80", "192.168.0.4", "api.localhost", "127.1", "0x7f.1"],
    ...["100.64.0.1", "backend:8080", "host.docker.internal:8080", "laptop.local"],
  ].map((host): [string, string, string] => [
    `a backend at ${host}`,
    `name: quotes\nauthorizer: none\nbackend: ▸http://${host}\n`,
    `backend: API Gateway cannot reach \`${host.replace(/:.*/, "")}\`. Use a public host, or a VPC link. The local gateway accepts this address.`,
  ]),
  [
    "a route at a private address",
    routes("{chat: {url: ▸'http://127.0.0.1:9000/chat'}}"),
    "routes.chat.url: API Gateway cannot reach `127.0.0.1`. Use a public host, or a VPC link. The local gateway accepts this address.",
  ],
  [
    "an origin secret without TLS",
    "name: quotes\nauthorizer: none\n▸backend: {url: http://a.example, originSecret: true}\n",
    "backend: sends the origin secret unencrypted. Use https, or a VPC link.",
  ],
  [
    "an origin secret that one route sends without TLS",
    "name: quotes\nauthorizer: none\nbackend: {url: https://a.example, originSecret: true}\nroutes: {say: {url: ▸'http://a.example:8080/say'}}\n",
    "routes.say.url: sends the origin secret unencrypted. Use https, or a VPC link.",
  ],
]);

test.each([
  ["a private address behind a VPC link", "{url: 'http://10.1.2.3', originSecret: true, vpcLink: {id: ab12}}", false],
  ["a local address, served locally", "{url: 'http://localhost:8080', originSecret: true}", true],
])("accepts %s", (_, backend, local) => {
  const text = `name: quotes\nauthorizer: none\nbackend: ${backend}\n`;
  expect(parseConfig(text, "gateway.yaml", () => "", { local }).environments).toHaveLength(1);
});
