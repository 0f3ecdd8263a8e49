/** The API, its provider and what is published of it. Every field of an environment reaches Terraform. */
import { selection } from "../../support/aws/typed";
import { resource, resources, terraform } from "../../support/stacks/synthesize";

describe("API", () => {
  test("apiName is the name of the API and the prefix of its resources", () => {
    const json = terraform({ apiName: "quotes" });
    expect(resource(json, "aws_apigatewayv2_api").name).toBe("quotes");
    expect(resource(json, "aws_lambda_function").function_name).toBe("quotes-authorizer");
    expect(resource(json, "aws_iam_policy").name).toBe("quotes-eu-west-1-connections");
  });

  test("a name too long for IAM is cut, and stays unique", () => {
    const names = (apiName: string) =>
      resources(terraform({ apiName }), "aws_iam_role").map(({ name }) => String(name));
    const all = [...names(`${"x".repeat(80)}1`), ...names(`${"x".repeat(80)}2`)];
    expect(Math.max(...all.map((name) => name.length))).toBeLessThanOrEqual(64);
    expect(new Set(all).size).toBe(4);
  });

  test("description", () => {
    expect(resource(terraform({ description: "Quotes" }), "aws_apigatewayv2_api").description).toBe("Quotes");
  });

  test("routeSelectionExpression, escaped for Terraform where AWS writes ${…}", () => {
    const json = terraform({
      routeSelectionExpression: selection("${request.body.service}/${request.body.action}", "route"),
    });
    expect(resource(json, "aws_apigatewayv2_api").route_selection_expression).toBe(
      "$${request.body.service}/$${request.body.action}",
    );
  });

  test("rejects a selection expression without $", () => {
    expect(() => terraform({ routeSelectionExpression: selection("request.body.action", "route") })).toThrow(
      expect.objectContaining({ code: "invalid-selection-expression" }),
    );
  });
});

describe("provider", () => {
  test("region", () => {
    const json = terraform({ region: "ap-southeast-1" });
    expect(json.provider.aws).toEqual([{ region: "ap-southeast-1" }]);
    expect(json.output.REGION?.value).toBe("ap-southeast-1");
  });

  test("allowedAccountIds", () => {
    const json = terraform({ allowedAccountIds: ["123456789012"] });
    expect(json.provider.aws[0]).toMatchObject({ allowed_account_ids: ["123456789012"] });
  });

  test("the provider sets the tags on every resource", () => {
    const json = terraform({ tags: { team: "quotes", price: "${free}" } });
    expect(json.provider.aws[0]).toMatchObject({ default_tags: [{ tags: { team: "quotes", price: "$${free}" } }] });
  });
});

describe("SSM", () => {
  test("every output is a parameter under the versioned path", () => {
    const json = terraform({ ssmPrefix: "/chat/prod" });
    const parameters = Object.fromEntries(resources(json, "aws_ssm_parameter").map(({ name, value }) => [name, value]));
    const outputs = Object.entries(json.output).map(([name, { value }]) => [`/chat/prod/v1/${name}`, value]);
    expect(parameters).toEqual(Object.fromEntries(outputs));
  });

  test("no prefix, no parameters", () => {
    expect(resources(terraform(), "aws_ssm_parameter")).toEqual([]);
  });
});
