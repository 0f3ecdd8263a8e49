// Everything that gateway.yaml can ask for at once: Terraform and the provider accept it, and find nothing to do afterwards.

import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

const CONFIGURATION = `
name: quotes
description: Live quotes
tags: { team: quotes }
iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/limits", path: /teams/quotes/ }
ipAddressType: dualstack
backend:
  url: https://api.example.com
  integration: http-proxy
  timeoutMs: 5000
  originSecret: true
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
  token: [{ query: token }, { header: Authorization }, { cookie: session }]
  allowedOrigins: [https://app.example.com]
  reservedConcurrency: 5
routes:
  $connect:
    query:
      userId: context.authorizer.userId
  $default: {}
  quote:
    reply: true
stage:
  name: live
  variables: { backend: "https://b.example.com" }
  throttle: { burst: 50, rate: 100.5 }
  detailedMetrics: true
logs: { access: true, execution: ERROR, manageAccountRole: true }
alarms: true
dashboard: true
domain:
  name: ws.example.com
  certificateArn: arn:aws:acm:us-east-1:123456789012:certificate/b8a1c0d4-8d1f-4d1c-9f0e-111111111111
  basePath: quotes
ssm: /teams/quotes
`;

describeWith(["terraform", "provider", "moto"], "every option at once", () => {
  let moto: Service;
  let server: ControlPlaneServer;
  let project: Project;

  beforeAll(async () => {
    [moto, server] = await Promise.all([startMoto({ ssm: true }), startControlPlaneServer()]);
    project = await createProject((dir) => ({
      ...terraformEnvironment({ aws: moto.url, apigatewayv2: server.url, dir }),
      TF_VAR_hs256_secret: "a".repeat(32),
      TF_VAR_origin_secret: "b".repeat(32),
    }));
    project.configure(CONFIGURATION);
    await project.synth();
  }, 120_000);
  afterAll(async () => {
    await project.remove();
    await Promise.all([moto.stop(), server.stop()]);
  });

  async function terraform(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await project.terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  test("is applied, planned again without a change, and destroyed", async () => {
    await terraform("init");
    await terraform("apply", "-auto-approve");
    const [api] = server.store.apis.values();
    const serving = server.store.deployedStage(String(api?.current.api.apiId), "live");
    expect([...(serving?.definition.routes.values() ?? [])].map(({ routeKey }) => routeKey).sort()).toEqual([
      "$connect",
      "$default",
      "$disconnect",
      "quote",
    ]);
    expect(api?.current.api.ipAddressType).toBe("dualstack");
    expect([...(server.store.domainNames.get("ws.example.com")?.mappings.values() ?? [])]).toMatchObject([
      { apiId: api?.current.api.apiId, apiMappingKey: "quotes", stage: "live" },
    ]);
    expect(await terraform("plan", "-detailed-exitcode")).toContain("No changes.");
    const [authorizer] = serving?.definition.authorizers.values() ?? [];
    expect(authorizer?.identitySource).toEqual([]);

    // Each is another authorizer, or none, so the route must change before the previous one is destroyed.
    for (const next of ["{ issuer: https://login.example.com/, audience: quotes }", "iam"]) {
      project.configure(
        CONFIGURATION.replace(/(?<=^authorizer:)\n( {2}.*\n)+/m, ` ${next}\n`).replace(
          /context\.authorizer\.userId/,
          "context.connectionId",
        ),
      );
      await project.synth();
      await terraform("apply", "-auto-approve");
      expect(await terraform("plan", "-detailed-exitcode")).toContain("No changes.");
    }
    expect(api?.current.authorizers.size).toBe(0);
    const connect = [...(api?.current.routes.values() ?? [])].find(({ routeKey }) => routeKey === "$connect");
    expect(connect?.authorizationType).toBe("AWS_IAM");
    expect(JSON.parse(JSON.parse(await terraform("output", "-json", "INVOKE_POLICY")))).toMatchObject({
      Statement: [{ Action: "execute-api:Invoke", Resource: expect.stringMatching(/\/live\/\$connect$/) }],
    });
    await terraform("destroy", "-auto-approve");
    expect(server.store.apis.size + server.store.domainNames.size).toBe(0);
  }, 240_000);
});
