/** Mistakes in names and values. */
import { finds } from "../../../support/config/finds";
import { plus, routes } from "../../../support/config/load";

finds("names and values", [
  ["an unknown key", plus("▸regoin: eu-west-1"), "regoin: no such setting. Did you mean `region`?"],
  [
    "Terraform's habit",
    plus("stage: {▸detailed_metrics: true}"),
    "stage.detailed_metrics: no such setting. Did you mean `detailedMetrics`?",
  ],
  [
    "a key that is like no other",
    plus("▸dashbord: true\n▸xyz: 1"),
    "dashbord: no such setting. Did you mean `dashboard`?",
    "xyz: no such setting. Valid settings: name, description, region, allowedAccountIds, tags, iam, kmsKeyArn, ipAddressType, backend, authorizer, routeSelectionExpression, routes, stage, logs, alarms, dashboard, domain, state, connectionsPolicy, ssm, adopted, environments.",
  ],
  ["a key twice", plus("region: eu-west-1\n▸region: eu-west-2"), "region: duplicate key: already defined above."],
  [
    "no name",
    "▸backend: https://a.example\nauthorizer: none\n",
    "name: is missing: expected a name of lower-case letters, digits and `-`, at most 40, beginning with a letter.",
  ],
  [
    "no backend, no authorizer",
    "▸name: quotes\n",
    "backend: is missing: expected a URL such as `https://api.example.com`, or a map with `url`.",
    "1:1 authorizer: is missing: expected `none`, `iam`, or a map with `issuer` and `audience`.",
  ],
  [
    "a name that AWS refuses",
    "name: ▸My Quotes\nbackend: https://a.example\nauthorizer: none",
    "name: expected a name of lower-case letters, digits and `-`, at most 40, beginning with a letter, not `My Quotes`.",
  ],
  ["an empty value", plus("region:▸"), "region: is empty: expected an AWS region such as `eu-west-1`."],
  [
    "a value near a right one",
    plus("logs: {execution: ▸WARN, retentionDays: ▸31}\nalarms: {▸topicArns: []}"),
    "logs.execution: expected one of `OFF`, `ERROR`, `INFO`, not `WARN`.",
    "logs.retentionDays: expected days that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not `31`.",
    "alarms.topicArns: expected a list of SNS topics, not an empty list.",
  ],
  [
    "a misspelt value",
    routes("{chat: {integration: ▸http-prox}}"),
    "routes.chat.integration: expected one of `http`, `http-proxy`, not `http-prox`. Did you mean `http-proxy`?",
  ],
  [
    "a number for a text",
    plus("tags: {cost: ▸42}\nallowedAccountIds: [▸123456789012]"),
    'tags.cost: expected a text of at most 256 characters, not `42`. Put it in quotes: "42".',
    'allowedAccountIds.0: expected 12 digits in quotes, such as `"123456789012"`, not `123456789012`. Put it in quotes: "123456789012".',
  ],
  [
    "a number for a text, which quotes must keep as it is",
    plus("tags: {version: ▸1.10}\nallowedAccountIds: [▸012345678901]\nroutes: {say: {query: {n: ▸5}}}"),
    'tags.version: expected a text of at most 256 characters, not `1.10`. Put it in quotes: "1.10".',
    'allowedAccountIds.0: expected 12 digits in quotes, such as `"123456789012"`, not `012345678901`. Put it in quotes: "012345678901".',
    "routes.say.query.n: expected a source such as `context.connectionId`, not `5`. Put it in quotes: \"'5'\".",
  ],
  [
    "a misspelt list of environments",
    plus("▸enviroments: {staging: {}}"),
    "enviroments: no such setting. Did you mean `environments`?",
  ],
  [
    "a region that is none",
    plus("region: ▸us-esat-1"),
    "region: expected an AWS region such as `eu-west-1`, not `us-esat-1`.",
  ],
  ["a tag of AWS's own", plus("tags: {▸aws:x: y}"), "tags.aws:x: keys that begin with `aws:` are reserved by AWS."],
  [
    "a tag whose key AWS rejects",
    plus('tags: {"cost center/a+b=c@d": x, ▸"team!": x, ▸"a\\nb": x}'),
    "tags.team!: expected a key of letters, digits, spaces and `_.:/=+-@`.",
    "tags.a\nb: expected a key of letters, digits, spaces and `_.:/=+-@`.",
  ],
  [
    "more tags than a resource can have",
    plus(`▸tags: {${Array.from({ length: 51 }, (_, n) => `t${n}: x`)}}`),
    "tags: expected at most 50 tags.",
  ],
  [
    "an alarm that takes too long",
    plus("alarms: {periodSeconds: 900, evaluationPeriods: ▸100}"),
    "alarms.evaluationPeriods: 100 periods of 900 s are longer than 86400 s, the most that CloudWatch evaluates.",
  ],
  ["yes and no", plus("dashboard: ▸yes"), "dashboard: expected true or false, not `yes`. Write `true`."],
  [
    "a quoted number",
    routes('{chat: {timeoutMs: ▸"500"}}'),
    "routes.chat.timeoutMs: expected milliseconds, a whole number from 50 to 29000, not `500`. Write 500, without quotes.",
  ],
  [
    "a merge key of YAML 1.1",
    routes("{chat: &chat {reply: true}, talk: {▸<<: *chat}}"),
    "routes.talk.<<: no such setting. YAML 1.2 has no merge keys; an alias (`*name`) replaces a whole value.",
  ],
]);
