/** Where the smoke test's token comes from, what the stack says about it, and which Terraform is found. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { readInputs } from "../../../action/src/inputs";
import { smokeOptions, tokenPlaceOf } from "../../../action/src/smoke";
import { readStack } from "../../../action/src/stack";
import { tokenSource } from "../../../action/src/token";
import { isNewEnough, locate } from "../../../action/src/tools";
import { GITHUB_ISSUER } from "../../../contract/token";

const SECRET = "0123456789abcdef0123456789abcdef";
const issuer = (more: object) => ({ audiences: ["quotes"], requiredClaims: {}, types: ["JWT"], context: {}, ...more });
const shared = issuer({
  kind: "secret",
  issuer: "https://login.example.com/",
  algorithms: ["HS256"],
  audienceClaim: "azp",
  requiredClaims: { scope: ["connect", "admin"], "realm_access.level": [3] },
  context: { userId: "sub", orgId: "org_id", roles: "realm_access.roles" },
});
const github = issuer({ kind: "jwks", issuer: GITHUB_ISSUER, algorithms: ["RS256"] });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function zipped(files: Readonly<Record<string, string>>): string {
  const bytes = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  writeFileSync(join(folder, "authorizer.zip"), bytes);
  return "authorizer.zip";
}

const stackWith = (...issuers: object[]) =>
  readStack("prod", folder, {
    provider: { aws: [{ region: "eu-west-1" }] },
    terraform: { backend: { s3: {} } },
    resource: {
      aws_apigatewayv2_route: {
        connect: {
          route_key: "$connect",
          authorization_type: "CUSTOM",
          request_parameter: [
            { request_parameter_key: "route.request.querystring.stocks", required: true },
            { request_parameter_key: "route.request.querystring.depth", required: false },
            { request_parameter_key: "route.request.header.X", required: true },
          ],
        },
      },
      aws_apigatewayv2_authorizer: { it: { identity_sources: ["route.request.querystring.jwt"] } },
      aws_lambda_function: {
        other: { filename: "${var.zip}" },
        authorizer: {
          "//": { metadata: { path: "prod/authorizer/Default" } },
          filename: zipped({ "settings.json": JSON.stringify({ tokenParameter: "jwt", issuers }) }),
        },
      },
    },
  });

const sourceOf = (inputs: Record<string, string>, issuers: object[], env: Record<string, string> = {}) => {
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return tokenSource(readInputs(given), stackWith(...issuers), env, async (audience) => `for ${audience}`);
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("a stack", () => {
  test("reads what a test connection needs", () => {
    expect(stackWith(shared)).toMatchObject({
      backend: "s3",
      region: "eu-west-1",
      tokenPlaces: [{ query: "jwt" }],
      origin: undefined,
      iam: false,
      open: false,
      requiredParameters: ["stocks"],
      constructs: new Map([["aws_lambda_function.authorizer", "prod/authorizer/Default"]]),
    });
  });

  test.each([
    [{ backend: { s3: { bucket: "states", key: "quotes/prod" } } }, "s3://states/quotes/prod"],
    [{ backend: { gcs: { bucket: "states", prefix: "quotes/prod" } } }, "gcs states/quotes/prod"],
    [
      { backend: { azurerm: { storage_account_name: "acme", container_name: "states", key: "quotes.tfstate" } } },
      "azurerm acme/states/quotes.tfstate",
    ],
    [{ backend: { pg: { schema_name: "quotes_prod" } } }, "pg quotes_prod"],
    [{ backend: { http: { address: "https://me:pw@states.example/quotes" } } }, "https://states.example/quotes"],
    [{ cloud: { organization: "acme", workspaces: { name: "quotes-prod" } } }, "HCP Terraform acme/quotes-prod"],
    [{ backend: { consul: { address: "consul.example:8500", path: "quotes" } } }, "consul consul.example:8500/quotes"],
  ])("%j: says where the state is", (terraform, place) => {
    expect(readStack("prod", "/", { terraform }).stateLocation).toBe(place);
  });

  test("without a backend block keeps a local state, and without an authorizer is open", () => {
    expect(readStack("prod", "/", {})).toMatchObject({ backend: "local", open: true, tokenPlaces: [] });
  });
});

describe("where the token is sent", () => {
  const placed = (settings: object | undefined, sources: string[] = []) =>
    readStack("prod", folder, {
      resource: {
        aws_apigatewayv2_route: { connect: { route_key: "$connect", authorization_type: "CUSTOM" } },
        aws_apigatewayv2_authorizer: { it: { identity_sources: sources } },
        ...(settings && {
          aws_lambda_function: {
            it: { filename: zipped({ "settings.json": JSON.stringify({ issuers: [shared], ...settings }) }) },
          },
        }),
      },
    });

  test.each([
    ["the settings, the query string first", { tokenPlaces: [{ cookie: "c" }, { query: "q" }] }, [], { query: "q" }],
    ["the settings alone", { tokenPlaces: [{ header: "Authorization" }] }, [], { header: "Authorization" }],
    ["the identity sources of a function of one's own", undefined, ["route.request.header.Auth"], { header: "Auth" }],
    [
      "its query parameter, rather than its header",
      undefined,
      ["route.request.header.Auth", "route.request.querystring.q"],
      { query: "q" },
    ],
  ])("is known from %s", (_name, settings, sources, place) => {
    expect(tokenPlaceOf(placed(settings, sources))).toEqual(place);
  });

  test("is not known for a cookie of a function of one's own", () => {
    expect(() => tokenPlaceOf(placed(undefined, ["route.request.header.Cookie"]))).toThrow("not known where");
  });

  test("comes with an origin that the authorizer allows", () => {
    expect(placed({ tokenParameter: "t", allowedOrigins: ["https://*.example.com"] }).origin).toBe(
      "https://smoke-test.example.com",
    );
  });

  test("is nowhere with IAM authorization, which needs credentials", () => {
    const stack = readStack("prod", folder, {
      resource: { aws_apigatewayv2_route: { connect: { route_key: "$connect", authorization_type: "AWS_IAM" } } },
    });
    expect(stack).toMatchObject({ iam: true, open: false, tokenPlaces: [] });
    const source = (env: Record<string, string>) => tokenSource(readInputs({}), stack, env, async () => "");
    expect(source({ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" }).kind).toBe("none");
    expect(() => source({})).toThrow(expect.objectContaining({ code: "credentials-rejected" }));
  });
});

describe("the token", () => {
  test("is the one given, before all others", async () => {
    const source = sourceOf({ "smoke-token": "given", "hs256-secret": SECRET }, [shared]);
    await expect(source.get()).resolves.toBe("given");
  });

  test("is minted to the issuer's rules, for minutes", async () => {
    const { kind, get } = sourceOf({ "hs256-secret": SECRET }, [github, shared]);
    const claims = claimsOf(await get());
    expect(kind).toBe("minted");
    expect(claims).toMatchObject({
      iss: "https://login.example.com/",
      aud: "quotes",
      org_id: "smoke-test",
      azp: "quotes",
      realm_access: { level: 3, roles: "smoke-test" },
      scope: "connect",
    });
    expect(claims.exp - claims.iat).toBe(300);
  });

  test("is GitHub's own where the authorizer accepts it and the job may ask", async () => {
    const source = sourceOf({}, [shared, github], { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github" });
    await expect(source.get()).resolves.toBe("for quotes");
  });

  test.each([
    ["permission to ask for GitHub's", () => sourceOf({}, [github]), /id-token: write/],
    ["the secret", () => sourceOf({}, [shared]), /Set `hs256-secret`/],
    ["any way", () => sourceOf({}, []), /Set `smoke-token`/],
    ["a long enough secret", () => sourceOf({ "hs256-secret": "short" }, [shared]), /Change `hs256-secret`/],
  ])("is missed before anything is changed, without %s", (_, ask, hint) => {
    expect(ask).toThrow(expect.objectContaining({ code: "token-unavailable", hint: expect.stringMatching(hint) }));
  });
});

describe("Terraform", () => {
  const having =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);

  test.each([
    ["terraform first", { PATH: "/a:/b" }, ["/a/tofu", "/b/terraform"], "/b/terraform"],
    ["tofu where there is no terraform", { PATH: "/a:/b" }, ["/b/tofu"], "/b/tofu"],
    ["past the wrapper of setup-terraform", { PATH: "/a" }, ["/a/terraform", "/a/terraform-bin"], "/a/terraform-bin"],
    ["the one that is named", { PATH: "/a", TERRAFORM_BINARY_NAME: "tofu" }, ["/a/terraform", "/a/tofu"], "/a/tofu"],
    ["the one at a path", { TERRAFORM_BINARY_NAME: "/x/tf" }, ["/x/tf"], "/x/tf"],
    ["none", { PATH: "/a" }, [], undefined],
  ])("is found: %s", (_, env, programs, found) => expect(locate(env, having(...programs))).toBe(found));

  test.each([
    ["1.9.8", false],
    ["1.10.0", true],
    ["1.11.0-rc1", true],
    ["2.0.0", true],
    ["0.15.5", false],
  ])("version %s is new enough: %s", (version, answer) => expect(isNewEnough(version)).toBe(answer));
});

test.each([
  ["a $default route gets the messages", ["$connect", "$default"], true],
  ["no route does", ["$connect", "chat"], false],
])("the smoke test learns whether %s", (_, keys, hasDefaultRoute) => {
  const routes = Object.fromEntries(keys.map((route_key, at) => [`route_${at}`, { route_key }]));
  const stack = readStack("prod", folder, { resource: { aws_apigatewayv2_route: routes } });
  expect(stack.hasDefaultRoute).toBe(hasDefaultRoute);
  const stage = { url: "wss://a.example/prod", endpoint: "https://a.example/prod" };
  const { signal } = new AbortController();
  const given = { inputs: readInputs({}), stack, stage, token: "", access: undefined, deadlineMs: 1000, signal };
  expect(smokeOptions(given)).toMatchObject({ hasDefaultRoute });
});
