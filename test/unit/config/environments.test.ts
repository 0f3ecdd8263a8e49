/** Environments are JSON Merge Patches (RFC 7396) over what the file says for all of them. */
import { load, loadOne, MINIMAL, problemsOf, said } from "../../support/config/load";

const with_ = (text: string) => `${MINIMAL}${text}`;

test("without environments there is one, `prod`", () => {
  expect(loadOne(MINIMAL)).toMatchObject({
    name: "prod",
    project: "quotes",
    apiName: "quotes-prod",
    stage: { name: "prod" },
  });
});

test("each has its own stack, API, stage, state and parameters", () => {
  const environments = load(with_("state: {s3: {bucket: b}}\nenvironments: {staging: , prod: }\n"));
  expect(
    environments.map(({ name, apiName, stage, ssmPrefix, state }) => [
      name,
      apiName,
      stage.name,
      ssmPrefix,
      "arguments" in state && state.arguments.key,
    ]),
  ).toEqual([
    ["staging", "quotes-staging", "staging", "/quotes/staging", "quotes/staging/terraform.tfstate"],
    ["prod", "quotes-prod", "prod", "/quotes/prod", "quotes/prod/terraform.tfstate"],
  ]);
});

test("maps merge key by key, lists and texts replace", () => {
  const [environment] = load(
    with_(`tags: {team: quotes, tier: low}
allowedAccountIds: ["111111111111", "222222222222"]
stage: {name: live, variables: {a: "1", b: "2"}}
environments:
  prod:
    tags: {tier: high}
    allowedAccountIds: ["333333333333"]
    stage: {variables: {b: "3"}}
    authorizer: {audience: quotes-prod}
`),
  );
  expect(environment?.tags).toEqual({ team: "quotes", tier: "high" });
  expect(environment?.allowedAccountIds).toEqual(["333333333333"]);
  expect(environment?.stage).toMatchObject({ name: "live", variables: { a: "1", b: "3" } });
  expect(environment?.authorizer).toMatchObject({
    function: { settings: { issuers: [{ issuer: "https://login.example.com/", audiences: ["quotes-prod"] }] } },
  });
});

test("a map replaces a text, and a text a map", () => {
  const environments = load(
    with_(
      "stage: live\nenvironments: {a: {stage: {detailedMetrics: true}}, b: {backend: {url: 'https://b.example'}}}\n",
    ),
  );
  expect(environments.map(({ stage }) => [stage.name, stage.detailedMetrics])).toEqual([
    ["a", true],
    ["live", false],
  ]);
  expect(environments[1]?.routes[0]?.integration).toMatchObject({ uri: "https://b.example/connect" });
});

test("an empty value removes the inherited one", () => {
  const [staging, prod] = load(
    with_(`alarms: true
routes: {chat: {reply: true}, talk: {}}
environments:
  staging: {alarms: , routes: {chat: }, authorizer: {issuer: legacy, secret: env}}
  prod: {}
`),
  );
  expect([staging?.alarms, prod?.alarms?.periodSeconds]).toEqual([undefined, 300]);
  expect(staging?.routes.map(({ key }) => key)).toEqual(["$connect", "$disconnect", "talk"]);
});

test("required settings may be in each environment", () => {
  const environments = load(
    "name: quotes\nauthorizer: none\nenvironments:\n  a: {backend: https://a.example}\n  b: {backend: https://b.example}\n",
  );
  expect(environments.map(({ routes: [connect] }) => connect?.integration.type)).toEqual(["HTTP", "HTTP"]);
});

test.each([
  [
    "an unknown key is reported where it is",
    "environments:\n  prod:\n    stagge: x\n",
    ["6:5 environments.prod.stagge: no such setting. Did you mean `stage`?"],
  ],
  [
    "a mistake above them is reported once",
    "regoin: x\nenvironments: {a: {}, b: {}}\n",
    ["4:1 regoin: no such setting. Did you mean `region`?"],
  ],
  [
    "what is missing is missed in each",
    "environments: {a: {backend: }, b: {}}\n",
    ["4:19 environments.a.backend: is missing: expected a URL such as `https://api.example.com`, or a map with `url`."],
  ],
  [
    "none is too few",
    "environments: {}\n",
    ["4:1 environments: expected a map of names to settings, such as `prod: {}`."],
  ],
  [
    "a list is no map of them",
    "environments: [a]\n",
    ["4:1 environments: expected a map of names to settings, such as `prod: {}`."],
  ],
  [
    "a text is no environment",
    "environments: {a: b}\n",
    ["4:19 environments.a: expected a map with the settings of this environment."],
  ],
  [
    "a name must do for a folder and a stage",
    "environments: {Prod/1: {}}\n",
    ["4:16 environments.Prod/1: expected a name of lower-case letters, digits and `-`, at most 40."],
  ],
  [
    "the name is the same for all",
    "environments: {a: {name: other}}\n",
    ["4:20 environments.a.name: must be the same for every environment: set it at the top level."],
  ],
])("%s", (_what, text, expected) => {
  expect(problemsOf(with_(text)).map(said)).toEqual(expected);
});

test("a mistake that only one environment causes is reported for that environment", () => {
  const problems = problemsOf(
    with_("environments: {prod: , e2e: {authorizer: {cognito: {userPoolId: eu-west-1_x, clientId: a}}}}\n"),
  );
  expect(problems.map(said)).toContain(
    "3:14 authorizer.issuer: cannot be combined with `cognito`, which sets it. This affects environment `e2e` only.",
  );
});

test("a text for `backend` replaces the URL and keeps the origin secret", () => {
  const [staging] = load(
    "name: quotes\nauthorizer: none\nbackend: {url: 'https://a.example', originSecret: true}\nenvironments: {staging: {backend: 'https://b.example'}}\n",
  );
  expect(staging?.originSecret).toEqual({ header: "x-origin-secret" });
  expect(staging?.routes[0]?.integration).toMatchObject({ uri: "https://b.example/connect" });
});

test("two environments cannot share a state or SSM parameters", () => {
  const state = "environments: {a: , b: {state: {local: {path: ./terraform.quotes-a.tfstate}}}}\n";
  expect(problemsOf(with_(state)).map(said)).toEqual([
    "4:21 environments.b: has the same state location as `a`. Each environment needs its own.",
  ]);
  const ssm = (more: string) =>
    `ssm: /shared\nenvironments: {a: {allowedAccountIds: ["111111111111"]}, b: {${more}}}\n`;
  expect(problemsOf(with_(ssm(""))).map(({ message }) => message)).toEqual(["has the same SSM parameters as `a`."]);
  expect(load(with_(ssm('allowedAccountIds: ["222222222222"]')))).toHaveLength(2);
  expect(load(with_(ssm("region: eu-west-1")))).toHaveLength(2);
});

test("a syntax mistake is reported without its consequences", () => {
  const yaml = with_(
    `routes: {$connect: {query: { b: route.request.body.a[0].b, ${"c: context.stage, ".repeat(30)}}}}\n`,
  );
  expect(problemsOf(yaml).length).toBeLessThanOrEqual(3);
});

test("the origin secret and the VPC link are used for the backend's host only", () => {
  const environment = loadOne(
    "name: quotes\nauthorizer: none\nbackend: {url: 'https://a.example', originSecret: true}\nroutes: {say: {url: 'https://b.example/hook'}, ask: {url: 'https://a.example:8443/ask'}}\n",
  );
  const toBackend = environment.routes.map(({ key, integration }) => [
    "toBackend" in integration && integration.toBackend,
    key,
  ]);
  expect(toBackend).toEqual([
    [true, "$connect"],
    [true, "$disconnect"],
    [false, "say"],
    [true, "ask"],
  ]);
});
