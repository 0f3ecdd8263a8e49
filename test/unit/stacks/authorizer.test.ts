/** The authorizer: bundled, existing, or none. Every field of an environment reaches Terraform. */
import type { Environment } from "../../../config/model";
import { identitySources } from "../../support/aws/typed";
import { environment, secretSettings, settings } from "../../support/stacks/environment";
import { packagedSettings, resource, resources, type Terraform, terraform } from "../../support/stacks/synthesize";

const { authorizer } = environment;

function verify(change: object): Environment["authorizer"] {
  if (authorizer.kind !== "verify") throw new Error("The fixture verifies tokens.");
  return { ...authorizer, function: { ...authorizer.function, ...change } };
}

function functionVariables(json: Terraform): Readonly<Record<string, unknown>> {
  return Object(Object(resource(json, "aws_lambda_function").environment).variables);
}

describe("authorizer", () => {
  test("identitySources", () => {
    const json = terraform({
      authorizer: {
        ...verify({}),
        identitySources: identitySources("route.request.header.Auth", "route.request.querystring.token"),
      } as Environment["authorizer"],
    });
    expect(resource(json, "aws_apigatewayv2_authorizer").identity_sources).toEqual([
      "route.request.header.Auth",
      "route.request.querystring.token",
    ]);
  });

  test("settings, memoryMb, timeoutSeconds and logRetentionDays", () => {
    const strict = { ...settings, clockSkew: 0 };
    const json = terraform({
      authorizer: verify({ settings: strict, memoryMb: 512, timeoutSeconds: 3, logRetentionDays: 7 }),
    });
    expect(resource(json, "aws_lambda_function")).toMatchObject({ memory_size: 512, timeout: 3 });
    expect(resource(json, "aws_lambda_function")).not.toHaveProperty("environment");
    expect(packagedSettings({ authorizer: verify({ settings: strict, timeoutSeconds: 3 }) })).toEqual({
      ...strict,
      fetchBudgetMs: 2500,
    });
    expect(resource(json, "aws_cloudwatch_log_group", { name: "/aws/lambda/chat-authorizer" }).retention_in_days).toBe(
      7,
    );
  });

  test("settings of 200 issuers fit, and changed settings change the code's hash", () => {
    const many = (audience: string) => ({
      ...settings,
      issuers: Array.from({ length: 200 }, (_, n) => ({
        ...settings.issuers[0],
        issuer: `https://login.example.com/tenants/${n}`,
        audiences: [audience],
      })),
    });
    const hash = (audience: string) =>
      resource(terraform({ authorizer: verify({ settings: many(audience) }) }), "aws_lambda_function").source_code_hash;
    expect(hash("a")).not.toBe(hash("b"));
    expect(packagedSettings({ authorizer: verify({ settings: many("a") }) })).toMatchObject({
      ...many("a"),
      fetchBudgetMs: 4500,
    });
  });

  test("rejects unsafe settings", () => {
    const unsafe = { ...settings, issuers: [{ ...settings.issuers[0], audiences: [] }] };
    expect(() => terraform({ authorizer: verify({ settings: unsafe }) })).toThrow(
      "Issuer https://login.example.com/.audiences must be a list.",
    );
  });

  test("a key snapshot changes the code", () => {
    const hash = (jwks: object) =>
      resource(terraform({ authorizer: verify({ jwks }) }), "aws_lambda_function").source_code_hash;
    expect(hash({ "https://login.example.com/": { keys: [] } })).not.toBe(hash({}));
  });

  test("secrets are sensitive variables, of which the previous one may stay empty", () => {
    const json = terraform({ authorizer: verify({ settings: secretSettings }) });
    expect(functionVariables(json)).toMatchObject({
      HS256_SECRET: "${var.hs256_secret}",
      HS256_SECRET_PREVIOUS: "${var.hs256_secret_previous}",
    });
    expect(json.variable?.hs256_secret).toMatchObject({ sensitive: true, nullable: false });
    expect(json.variable?.hs256_secret).not.toHaveProperty("default");
    expect(json.variable?.hs256_secret_previous).toMatchObject({ sensitive: true, default: "" });
  });

  test("a secret must be as long as the longest hash it is used with, and may have the name of a construct", () => {
    const [issuer] = secretSettings.issuers;
    if (issuer?.kind !== "secret") throw new Error("The fixture has a secret.");
    const long = {
      ...secretSettings,
      issuers: [{ ...issuer, algorithms: ["HS256", "HS512"], secrets: { from: "env", names: ["API"] } }],
    };
    const json = terraform({ authorizer: verify({ settings: long }) });
    expect(json.variable?.api).toMatchObject({ validation: [{ condition: "${(length(var.api) >= 64)}" }] });
  });

  test("the function may read its secrets in SSM, and no others", () => {
    const [issuer] = secretSettings.issuers;
    if (issuer?.kind !== "secret") throw new Error("The fixture has a secret.");
    const ssm = { ...secretSettings, issuers: [{ ...issuer, secrets: { from: "ssm", names: ["/chat/secret"] } }] };
    const json = terraform({ authorizer: verify({ settings: ssm }) });
    const parameters = resources(json, "aws_iam_role_policy").filter(({ name }) =>
      String(name).startsWith("parameter-"),
    );
    expect(parameters).toHaveLength(1);
    const policy = String(parameters[0]?.policy);
    expect(policy).toMatch(
      /"Action" = \["ssm:GetParameter", "ssm:GetParameters"\], "Resource" = "arn:[^"]+:parameter\/chat\/secret"/,
    );
    expect(policy).toContain("kms:EncryptionContext:PARAMETER_ARN");
    expect(json).not.toHaveProperty("variable");
  });

  test("a changed secret in SSM has a new policy, so that the live version keeps its policy until it is replaced", () => {
    const [issuer] = secretSettings.issuers;
    if (issuer?.kind !== "secret") throw new Error("The fixture has a secret.");
    const policies = (name: string) => {
      const ssm = { ...secretSettings, issuers: [{ ...issuer, secrets: { from: "ssm" as const, names: [name] } }] };
      return Object.keys(terraform({ authorizer: verify({ settings: ssm }) }).resource.aws_iam_role_policy ?? {});
    };
    const [one, two] = [policies("/chat/one"), policies("/chat/two")];
    expect(one.filter((id) => !two.includes(id))).toHaveLength(1);
  });

  test("a changed function has a new permission, and a changed kind of authorizer is a new authorizer", () => {
    const lambda = (name: string) =>
      terraform({
        authorizer: {
          kind: "lambda",
          functionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
          identitySources: identitySources("route.request.querystring.token"),
        },
      }).resource;
    const ids = (found: Terraform["resource"], type: string) => Object.keys(found[type] ?? {});
    const [one, two, bundled] = [lambda("one"), lambda("two"), terraform({}).resource];
    expect(ids(one, "aws_lambda_permission")).not.toEqual(ids(two, "aws_lambda_permission"));
    expect(ids(one, "aws_apigatewayv2_authorizer")).toEqual(ids(two, "aws_apigatewayv2_authorizer"));
    expect(ids(one, "aws_apigatewayv2_authorizer")).not.toEqual(ids(bundled, "aws_apigatewayv2_authorizer"));
    const name = (found: Terraform["resource"]) => Object.values(found.aws_apigatewayv2_authorizer ?? {})[0]?.name;
    expect(name(one)).not.toBe(name(bundled));
  });

  test("without identity sources it is a new authorizer, because an update may not remove them all", () => {
    const several = { ...authorizer, identitySources: [] } as Environment["authorizer"];
    const [one, none] = [terraform({}).resource, terraform({ authorizer: several }).resource];
    const found = (of: Terraform["resource"]) => Object.entries(of.aws_apigatewayv2_authorizer ?? {})[0];
    expect(found(none)?.[1].identity_sources).toEqual([]);
    expect(found(none)?.[0]).not.toBe(found(one)?.[0]);
    expect(found(none)?.[1].name).not.toBe(found(one)?.[1].name);
  });

  test("a newer runtime needs a newer provider, and the default one does not", () => {
    const provider = ({ terraform: { required_providers } }: Terraform) => Object(required_providers).aws.version;
    const [usual, newer] = [terraform({}), terraform({ authorizer: verify({ runtime: "nodejs24.x" }) })];
    expect([resource(usual, "aws_lambda_function").runtime, provider(usual)]).toEqual([
      "nodejs22.x",
      ">= 5.100.0, < 7.0.0",
    ]);
    expect([resource(newer, "aws_lambda_function").runtime, provider(newer)]).toEqual([
      "nodejs24.x",
      ">= 6.21.0, < 7.0.0",
    ]);
  });

  test("iam: no function, and a policy document for callers that allows $connect of the stage only", () => {
    const json = terraform({ authorizer: { kind: "iam" } });
    expect(resources(json, "aws_lambda_function")).toEqual([]);
    expect(resources(json, "aws_apigatewayv2_authorizer")).toEqual([]);
    const route = resource(json, "aws_apigatewayv2_route", { route_key: "$connect" });
    expect(route.authorization_type).toBe("AWS_IAM");
    expect(route).not.toHaveProperty("authorizer_id");
    expect(json.output.INVOKE_POLICY?.value).toBe(
      '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Action" = "execute-api:Invoke", "Resource" = "${aws_apigatewayv2_api.api.execution_arn}/prod/$connect"}]})}',
    );
    expect(terraform({}).output).not.toHaveProperty("INVOKE_POLICY");
    const definition = (of: Terraform) => Object(resource(of, "aws_apigatewayv2_deployment").triggers).definition;
    expect(definition(json)).not.toBe(definition(terraform({ authorizer: { kind: "none" } })));
  });

  test("lambda: an existing function, and the permission to invoke it", () => {
    const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:mine";
    const json = terraform({
      authorizer: { kind: "lambda", functionArn, identitySources: identitySources("route.request.querystring.token") },
    });
    expect(resources(json, "aws_lambda_function")).toEqual([]);
    expect(resource(json, "aws_apigatewayv2_authorizer").authorizer_uri).toBe(
      `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    );
    // By its ARN, so that the permission cannot land on a function of the same name elsewhere.
    expect(resource(json, "aws_lambda_permission").function_name).toBe(functionArn);
    expect(resource(json, "aws_lambda_permission")).not.toHaveProperty("provider");
    expect(json.output.AUTHORIZER_FUNCTION_NAME?.value).toBe("mine");
  });

  const foreign = (arn: string, allowedAccountIds: readonly string[] = []) =>
    terraform({
      allowedAccountIds,
      authorizer: {
        kind: "lambda",
        functionArn: arn,
        identitySources: identitySources("route.request.querystring.token"),
      },
    });

  test("lambda of another region: the permission is created there, by a provider for that region", () => {
    const json = foreign("arn:aws:lambda:us-west-2:123456789012:function:mine:live", ["123456789012"]);
    expect(resource(json, "aws_lambda_permission")).toMatchObject({
      function_name: "arn:aws:lambda:us-west-2:123456789012:function:mine",
      qualifier: "live",
      provider: "aws.aws_us-west-2",
    });
    expect(json.provider.aws).toEqual([
      expect.objectContaining({ region: "eu-west-1" }),
      { alias: "aws_us-west-2", region: "us-west-2", allowed_account_ids: ["123456789012"] },
    ]);
  });

  test("lambda of another account: its owner grants the permission", () => {
    const arn = "arn:aws:lambda:eu-west-1:999999999999:function:mine";
    expect(resources(foreign(arn, ["123456789012"]), "aws_lambda_permission")).toEqual([]);
    expect(resources(foreign(arn, ["123456789012", "999999999999"]), "aws_lambda_permission")).toHaveLength(1);
  });

  test("none: every client connects, and there is no authorizer and no function", () => {
    const json = terraform({ authorizer: { kind: "none" } });
    expect(resource(json, "aws_apigatewayv2_route", { route_key: "$connect" }).authorization_type).toBe("NONE");
    expect(resources(json, "aws_apigatewayv2_authorizer")).toEqual([]);
    expect(json.output).not.toHaveProperty("AUTHORIZER_FUNCTION_NAME");
  });
});
