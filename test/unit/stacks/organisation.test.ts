/** What an organization requires: boundaries and paths of IAM, a KMS key, IP addresses, a domain that others own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../config/model";
import { readSynthesized } from "../../../local/terraform";
import { environment } from "../../support/stacks/environment";
import { resource, resources, synthesizeTo, type Terraform, terraform } from "../../support/stacks/synthesize";

const BOUNDARY = "arn:aws:iam::123456789012:policy/limits";
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/ab-12";
const logs: Environment["logs"] = { access: true, execution: "ERROR", retentionDays: 30, manageAccountRole: true };

describe("iam", () => {
  const iam = { permissionsBoundary: BOUNDARY, path: "/teams/chat/" };
  const json = terraform({ iam, logs });

  test("gives every role the boundary and the path", () => {
    const roles = resources(json, "aws_iam_role");
    expect(roles).toHaveLength(3);
    for (const role of roles) expect(role).toMatchObject({ permissions_boundary: BOUNDARY, path: "/teams/chat/" });
  });

  test("gives the connections policy the path, and the state a record of it", () => {
    expect(resource(json, "aws_iam_policy").path).toBe("/teams/chat/");
    expect(json.resource.terraform_data?.identity?.input).toMatchObject({ iamPath: "/teams/chat/" });
  });

  test("is left out by default", () => {
    const plain = terraform({ logs });
    for (const one of [...resources(plain, "aws_iam_role"), ...resources(plain, "aws_iam_policy")]) {
      expect(one).not.toHaveProperty("path");
      expect(one).not.toHaveProperty("permissions_boundary");
    }
  });
});

describe("kmsKeyArn", () => {
  const json = terraform({ kmsKeyArn: KEY, logs, ssmPrefix: "/chat/prod" });

  test("encrypts every log group, and the function's environment", () => {
    const groups = resources(json, "aws_cloudwatch_log_group");
    expect(groups).toHaveLength(3);
    for (const group of groups) expect(group.kms_key_id).toBe(KEY);
    expect(resource(json, "aws_lambda_function").kms_key_arn).toBe(KEY);
  });

  test("encrypts every parameter, which is otherwise a String", () => {
    const types = (one: Terraform) => resources(one, "aws_ssm_parameter").map(({ type, key_id }) => [type, key_id]);
    expect(new Set(types(json).flat())).toEqual(new Set(["SecureString", KEY]));
    expect(new Set(types(terraform({ ssmPrefix: "/chat/prod" })).flat())).toEqual(new Set(["String", undefined]));
  });
});

const { authorizer } = environment;
if (authorizer.kind !== "verify") throw new Error("It has no function.");
const reserved = { ...authorizer, function: { ...authorizer.function, reservedConcurrency: 7 } };

test("reserves concurrency for the authorizer's function", () => {
  const of = (json: Terraform) => resource(json, "aws_lambda_function").reserved_concurrent_executions;
  expect([of(terraform({ authorizer: reserved })), of(terraform())]).toEqual([7, undefined]);
});

const certificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/a";
const domain = { name: "ws.example.com", certificateArn, basePath: "chat", zoneId: undefined };

test("gives API and domain the IP addresses, only if they are set", () => {
  const types = (json: Terraform) => [
    resource(json, "aws_apigatewayv2_api").ip_address_type,
    Object(resource(json, "aws_apigatewayv2_domain_name").domain_name_configuration).ip_address_type,
  ];
  expect(types(terraform({ ipAddressType: "dualstack", domain }))).toEqual(["dualstack", "dualstack"]);
  expect(types(terraform({ domain }))).toEqual([undefined, undefined]);
});

describe("a domain that is managed elsewhere", () => {
  const existing = { ...domain, certificateArn: undefined };

  test("is only mapped to the stage", () => {
    const json = terraform({ domain: existing });
    expect(resources(json, "aws_apigatewayv2_domain_name")).toEqual([]);
    expect(resources(json, "aws_route53_record")).toEqual([]);
    expect(resource(json, "aws_apigatewayv2_api_mapping")).toMatchObject({
      domain_name: "ws.example.com",
      api_mapping_key: "chat",
    });
    expect(json.output.WS_DOMAIN_URL?.value).toBe("wss://ws.example.com/chat");
    expect(json.output).not.toHaveProperty("WS_DOMAIN_TARGET");
  });

  test("is served locally", () => {
    const folder = mkdtempSync(join(tmpdir(), "existing-"));
    try {
      const iam = { permissionsBoundary: BOUNDARY, path: "/teams/chat/" };
      synthesizeTo(folder, [
        { ...environment, domain: existing, ipAddressType: "dualstack", iam, kmsKeyArn: KEY, authorizer: reserved },
      ]);
      const { store, warnings } = readSynthesized(join(folder, "stacks/prod"), { endpoint: "ws://localhost:3000" });
      expect(warnings).toEqual([]);
      expect([...(store.domainNames.get("ws.example.com")?.mappings.values() ?? [])]).toMatchObject([
        { apiMappingKey: "chat", stage: "prod" },
      ]);
      expect([...store.apis.values()].map(({ current }) => current.api.ipAddressType)).toEqual(["dualstack"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
