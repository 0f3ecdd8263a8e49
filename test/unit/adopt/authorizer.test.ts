/** The bundled authorizer's settings, as they are in its code, become the configuration that they were made from. */
import * as YAML from "yaml";
import type { LiveBundled } from "../../../adopt/read/live";
import { settingsSchema } from "../../../adopt/read/schemas";
import { authorizerOf } from "../../../adopt/write/authorizer";
import { TemplateFiles } from "../../../adopt/write/templates";
import { parseConfig } from "../../../config";
import type { Environment } from "../../../config/model";
import { INVOKE } from "../../support/adopt/aws";
import { filesOf } from "../../support/config/load";
import { FILES } from "../../support/config/option-case";
import { AUTHORIZER_CASES } from "../config/options/authorizer";
import { PRESET_CASES } from "../config/options/presets";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:quotes-prod-authorizer";
const role = (name: string) => ({
  name,
  arn: `arn:aws:iam::123456789012:role/${name}`,
  path: "/",
  permissionsBoundary: undefined,
  tags: {},
  policies: [],
});

type Verify = Extract<Environment["authorizer"], { kind: "verify" }>;

function bundledOf({ function: fn }: Verify, change: Partial<LiveBundled> = {}): LiveBundled {
  return {
    functionName: "quotes-prod-authorizer",
    arn: ARN,
    isNewest: true,
    settings: settingsSchema.parse({ ...fn.settings, fetchBudgetMs: fn.timeoutSeconds * 1000 - 500 }),
    jwks: fn.jwks,
    configuration: {
      CodeSha256: "",
      Runtime: fn.runtime,
      Role: role("quotes").arn,
      Handler: "index.handler",
      MemorySize: fn.memoryMb,
      Timeout: fn.timeoutSeconds,
    },
    reservedConcurrency: fn.reservedConcurrency,
    tags: {},
    logGroup: {
      name: "",
      arn: "",
      retentionInDays: fn.logRetentionDays,
      kmsKeyId: undefined,
      tags: {},
    },
    role: role("quotes"),
    invokeRole: role("quotes-invoke"),
    ...change,
  };
}

/** What adopt writes under `authorizer`, with the files that it names. */
function written(authorizer: Verify, change: Partial<LiveBundled> = {}) {
  const files = new TemplateFiles("templates");
  const live = {
    bundled: bundledOf(authorizer, change),
    authorizers: [
      {
        authorizerId: "a1",
        name: "quotes-prod-authorizer",
        authorizerType: "REQUEST",
        authorizerUri: INVOKE(`${ARN}:1`),
        authorizerCredentialsArn: role("quotes-invoke").arn,
        identitySource: authorizer.identitySources.map(({ text }) => text).sort(),
      },
    ],
    routes: [
      {
        routeId: "r1",
        routeKey: "$connect",
        authorizationType: "CUSTOM",
        authorizerId: "a1",
        requestParameters: {},
        responses: [],
      },
    ],
  };
  return { tree: authorizerOf({ live, stage: { stageVariables: {} }, files, local: true }), files };
}

const load = (text: string, files: (path: string) => string): Verify => {
  const [environment] = parseConfig(text, "gateway.yaml", files, { local: true }).environments;
  if (environment?.authorizer.kind !== "verify") throw new Error("not the bundled authorizer");
  return environment.authorizer;
};
const verify = (text: string) => load(text, filesOf(FILES));

/** Settings for which there is a shorter form, and its keys. The keys of an issuer are in a file of its own. */
const SHORTER: readonly (readonly [given: RegExp, keys: object])[] = [
  [/jwks: keys/, { jwks: "keys/login.example.com.json" }],
  [/Ed25519/, { algorithms: ["EdDSA", "PS256"] }],
  [/octo\/c/, { github: { repository: "octo/b" }, requiredClaims: { ref: "refs/heads/main" } }],
  [/token: \{query: jwt\}/, { token: undefined, tokenParameter: "jwt" }],
  [/token: \[\{query: token\}\]/, { token: undefined }],
  [
    /querystring.token, route.request.header.X-Tenant/,
    { identitySources: ["route.request.header.X-Tenant", "route.request.querystring.token"] },
  ],
];

const cases = [...AUTHORIZER_CASES, ...PRESET_CASES]
  .map(([option, yaml]): [string, string] => [option, /authorizer: .*/.exec(yaml)?.[0] ?? ""])
  .filter(([, yaml]) => !/lambda|authorizer: (none|iam)/.test(yaml));

test.each(cases)("%s is read back: %s", (_, text) => {
  const yaml = `name: quotes\nbackend: https://api.example.com\n${text}\n`;
  const authorizer = verify(yaml);
  const { tree, files } = written(authorizer);
  const found = load(JSON.stringify({ ...YAML.parse(yaml), authorizer: tree }), files.read);
  const sources = ({ identitySources }: Verify) => identitySources.map(({ text }) => text).sort();
  expect({ ...found, identitySources: sources(found) }).toEqual({
    ...authorizer,
    identitySources: sources(authorizer),
  });
  const [, shorter] = SHORTER.find(([given]) => given.test(text)) ?? [];
  expect(tree).toEqual({ ...YAML.parse(yaml).authorizer, ...shorter });
});

const plain = verify(
  "name: quotes\nbackend: https://api.example.com\nauthorizer: {issuer: https://a.example, audience: b}\n",
);

test.each([
  ["is not the newest version", { isNewest: false }],
  ["has settings that gateway.yaml does not express", { settings: { ...bundledOf(plain).settings, clockSkew: 600 } }],
])("the function stays as it is if it %s", (_, change) => {
  expect(written(plain, change).tree).toEqual({ lambda: `${ARN}:1` });
});
