/**
 * An API that this project has deployed, whose configuration and state are lost: adopt writes the configuration again, with
 * the settings in the authorizer's code and the domain's records, and the import changes nothing.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import * as YAML from "yaml";
import { startWorld, type World } from "../../harness/action/world";
import { run } from "../../harness/programs";
import { close, listen, urlOf } from "../../harness/servers";
import { ROOT, tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { signed } from "../support/e2e/function";

jest.setTimeout(600_000);

const SECRET = "s".repeat(32);
const GATEWAY = (zoneId: string) => ({
  name: "quotes",
  iam: { path: "/quotes/" },
  backend: { url: "https://api.example.com", originSecret: true },
  authorizer: {
    issuer: "https://login.example.com/",
    audience: "quotes",
    secret: "env",
    clockSkewSeconds: 10,
    memoryMb: 512,
  },
  logs: { access: true },
  alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:pager"], thresholds: { clientErrors: 9 } },
  dashboard: true,
  domain: {
    name: "ws.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/ab-12",
    zoneId,
  },
});

describeWith(["terraform", "provider", "moto"], "adopt of a deployed stack", () => {
  let world: World;
  let front: Server;
  let env: NodeJS.ProcessEnv;
  let zoneId: string;
  let folder: string;
  beforeAll(async () => {
    world = await startWorld();
    front = await startFront(world.moto, () => readFileSync(zipIn(join(folder, "cdktf.out/stacks/prod/assets"))));
    const url = urlOf(front);
    env = {
      ...world.env,
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_ROUTE_53: url,
      TF_VAR_hs256_secret: SECRET,
      TF_VAR_origin_secret: SECRET,
    };
    zoneId = await createZone(url, "example.com");
    folder = world.project("quotes", { "gateway.yaml": YAML.stringify(GATEWAY(zoneId)) });
  });
  afterAll(async () => {
    await close(front);
    await world.close();
  });

  const terraform = (cwd: string, ...args: string[]) =>
    run(tool("terraform"), [...args, "-no-color"], { cwd: join(cwd, "cdktf.out/stacks/prod"), env });
  const script = (cwd: string, ...args: string[]) =>
    run(process.execPath, [join(ROOT, "scripts/run.mjs"), ...args], { cwd, env });
  const synth = async (cwd: string) => expect(await script(cwd, "main.ts")).toMatchObject({ code: 0 });

  test("writes the configuration again, and imports everything unchanged", async () => {
    await synth(folder);
    await terraform(folder, "init");
    const deployed = await terraform(folder, "apply", "-auto-approve");
    if (deployed.code !== 0) throw new Error(deployed.stdout + deployed.stderr);
    const [apiId = ""] = world.gateway.store.apis.keys();
    const before = structuredClone(world.gateway.store.apis.get(apiId));

    const again = world.project("again", {});
    const adopted = await script(again, "adopt/cli.ts", apiId);
    if (adopted.code !== 0) throw new Error(adopted.stdout + adopted.stderr);
    const { adopted: _, ...written } = YAML.parse(readFileSync(join(again, "gateway.yaml"), "utf8"));
    expect(written).toEqual(GATEWAY(zoneId));
    expect(JSON.stringify([adopted, filesIn(again)])).not.toContain(SECRET);
    const applied = await terraform(again, "apply", "-auto-approve");
    expect(applied.stdout + applied.stderr).toMatch(/Resources: \d+ imported, 0 added, 0 changed, 0 destroyed/);
    expect(await terraform(again, "plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
    expect(world.gateway.store.apis.get(apiId)).toEqual(before);

    // Terraform publishes the function's code with the first change of the settings in it.
    const file = join(again, "gateway.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("clockSkewSeconds: 10", "clockSkewSeconds: 20"));
    await synth(again);
    const { stdout } = await terraform(again, "plan");
    expect(stdout).toContain("aws_lambda_function.authorizer_function will be updated in-place");
    expect(stdout).toContain("aws_apigatewayv2_deployment.deployment must be replaced");
  });
});

/** The texts of what adopt has written. */
const filesIn = (folder: string) =>
  ["gateway.yaml", "adopted/prod.json"].map((file) => readFileSync(join(folder, file), "utf8"));

/** Finds the only zip below a folder. */
function zipIn(assets: string): string {
  const found = readdirSync(assets, { recursive: true, encoding: "utf8" }).find((file) => file.endsWith(".zip"));
  return join(assets, found ?? "");
}

/**
 * Lambda and Route 53 in front of moto's. moto does not serve the code at the location that it returns, and its ids of zones
 * do not begin with Z, as those of AWS.
 */
async function startFront(moto: string, code: () => Buffer): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url = "", method = "GET", headers } = request;
    if (url === "/code") return response.end(code());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = {
      authorization: headers.authorization ?? "",
      ...(headers["content-type"] ? { "content-type": headers["content-type"] } : {}),
    };
    const own = (id: string) => id.replaceAll(/\/hostedzone\/Z/g, "/hostedzone/");
    const body = chunks.length === 0 ? null : Buffer.concat(chunks);
    const answered = await fetch(new URL(own(url), moto), { method, headers: sent, body });
    const text = (await answered.text())
      .replace(/"Location": "[^"]*"/, `"Location": "${urlOf(server)}/code"`)
      .replaceAll("/hostedzone/", "/hostedzone/Z");
    const type = answered.headers.get("content-type") ?? "";
    response.writeHead(answered.status, { "content-type": type }).end(text);
  };
  await listen(server);
  return server;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html */
async function createZone(moto: string, name: string): Promise<string> {
  const answered = await fetch(`${moto}/2013-04-01/hostedzone`, {
    method: "POST",
    headers: signed("route53"),
    body: `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>1</CallerReference></CreateHostedZoneRequest>`,
  });
  return /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(await answered.text())?.[1] ?? "";
}
